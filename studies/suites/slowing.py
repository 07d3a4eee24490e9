"""The known slow-down: how much is added to a function, and how much slower a call of it has become."""

import subprocess
from pathlib import Path
from statistics import median

from gates.repository import Failed
from suites import projects
from suites.projects import Project

AIM, CLOSE = 1.10, (1.07, 1.15)
"""A call is to take so many times as long, or from so many times as long to so many."""

ATTEMPTS, MOST_SCALE = 8, 5
ROUND_NS = 20
"""What counting on by one takes, about: where fitting begins."""

ROUNDS = 7
PATIENCE_S = 300.0

TIMED = """
import sys, timeit
setup, statement = sys.argv[1:]
timer = timeit.Timer(statement, setup)
number = max(1, timer.autorange()[0] // 4)
print(min(timer.repeat(4, number)) / number)
"""


def seconds(python: Path, setup: str, statement: str) -> float:
    """Return the least that a statement takes in a new process of an interpreter. Raises Failed."""
    done = subprocess.run(
        [str(python), "-I", "-c", TIMED, setup, statement],
        capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Failed(f"{statement!r} does not run: {done.stderr.strip()[-500:]}")
    return float(done.stdout)


def fitted(project: Project, older: Path, slower: Path) -> tuple[int, float]:
    """Make the function slower where it is installed, until a call takes about ``AIM`` times as long.

    Returns how far the function counts, and how many times as long a call takes. Raises Failed where no
    count makes that of it.
    """
    file = installed(project, slower)
    plain = file.read_text(encoding="utf-8")
    call = seconds(older, project.setup, project.statement)
    loops, ratio = max(1, round((AIM - 1) * call * 1e9 / ROUND_NS)), 1.0
    for _ in range(ATTEMPTS):
        file.write_text(projects.slower(plain, project.function, loops), encoding="utf-8")
        ratio = compared(project, older, slower)
        if CLOSE[0] <= ratio <= CLOSE[1]:
            return loops, ratio
        scale = (AIM - 1) / max(ratio - 1, (AIM - 1) / MOST_SCALE)
        loops = max(1, round(loops * scale))
    raise Failed(f"{project.name}: {project.statement!r} takes {ratio:.3f} times as long, not {AIM}")


def installed(project: Project, python: Path) -> Path:
    """Return the file of the function in an environment. Raises Failed where it is not there."""
    name = project.file.removeprefix("src/")
    found = sorted(python.parents[1].glob(f"lib/python*/site-packages/{name}"))
    if not found:
        raise Failed(f"{project.name} has no {name} where it is installed")
    return found[0]


def compared(project: Project, older: Path, slower: Path) -> float:
    """Return how many times as long a call takes in the slower environment, the two in turn."""
    pairs = [
        [seconds(python, project.setup, project.statement) for python in (older, slower)]
        for _ in range(ROUNDS)
    ]
    return median(head / base for base, head in pairs)
