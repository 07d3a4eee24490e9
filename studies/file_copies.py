"""How much copies of one shared library differ in speed: ``python studies/file_copies.py``.

A package with an extension module (msgspec's, or ``--package``) is copied some times, and a statement is
timed in processes that import one copy each, the copies in turn, in ever new orders: timeit's least of many
short repeats, which other work on the machine hardly touches. Beside the copies stand as many folders whose
shared libraries are hard links to one file. What differs between copies, and not between links, is where
the kernel has put each copy's content. docs/BIAS.md says what follows.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from statistics import median, stdev
from typing import Any

SETUP = """
import msgspec
encode = msgspec.json.Encoder().encode
what = [{"id": n, "name": "n" * 20, "tags": ["a", "b"], "share": n / 7} for n in range(5)]
"""
TIMED = """
import sys, timeit
sys.path.insert(0, sys.argv[1])
timer = timeit.Timer(sys.argv[3], sys.argv[2])
number = max(1, timer.autorange()[0] // 400)
print(min(timer.repeat(300, number)) / number)
"""


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Say how much copies of a shared library differ in speed.")
    add = parser.add_argument
    add("--package", default="msgspec", help="a package that is installed here (msgspec)")
    add("--setup", default=SETUP, help="what goes before the statement, as timeit has it")
    add("--statement", default="encode(what)", help="what is timed")
    add("--copies", type=int, default=6, help="copies, and as many links (6)")
    add("--rounds", type=int, default=15, help="processes of each (15)")
    add("--seed", type=int, default=1, help="draws the orders (1)")
    add("--json", action="store_true", help="print JSON instead of a table")
    return parser.parse_args(arguments)


def folders(package: str, copies: int, place: Path) -> dict[str, Path]:
    """Make the folders: copies, and others that have the first copy's shared libraries.

    Raises LookupError for a package that is not here.
    """
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(f"there is no package {package} here")
    source, made = Path(spec.submodule_search_locations[0]), {}
    for kind in ("copy", "link"):
        for number in range(1, copies + 1):
            folder = place / f"{kind}{number}"
            shutil.copytree(source, folder / package)
            made[folder.name] = folder
            if kind == "link":
                for library in (folder / package).rglob("*.so"):
                    library.unlink()
                    os.link(place / "copy1" / library.relative_to(folder), library)
    return made


def timed(folder: Path, options: argparse.Namespace) -> float:
    """Return the least that the statement takes in a new process, in s. Raises subprocess.SubprocessError."""
    command = [sys.executable, "-c", TIMED, str(folder), options.setup, options.statement]
    return float(subprocess.run(command, capture_output=True, text=True, timeout=300, check=True).stdout)


def measured(options: argparse.Namespace) -> dict[str, list[float]]:
    """Return the times of every folder, in s."""
    drawn = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="file-copies-") as place:
        made = folders(options.package, options.copies, Path(place))
        found: dict[str, list[float]] = {name: [] for name in made}
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr, flush=True)
            for name in drawn.sample(list(made), len(made)):
                found[name].append(timed(made[name], options))
    return found


def summary(found: dict[str, list[float]]) -> dict[str, Any]:
    """Return the medians of the folders of each kind, how far they spread, and how far chance would have it.

    ``spread`` is the greatest of the medians less the least, of the least; ``chance`` the standard
    error of a median (1.25 times that of a mean), of it.
    """
    told: dict[str, Any] = {}
    for kind in ("copy", "link"):
        each = {name: times for name, times in found.items() if name.startswith(kind)}
        middles = {name: median(times) for name, times in each.items()}
        errors = [1.25 * stdev(times) / len(times) ** 0.5 / median(times) for times in each.values()]
        spread = max(middles.values()) / min(middles.values()) - 1
        told[kind] = {"medians": middles, "spread": spread, "chance": median(errors)}
    return told


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and return the exit code: 3 where it cannot be measured."""
    options = parse(arguments)
    try:
        told = summary(measured(options))
    except (LookupError, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 3
    except subprocess.CalledProcessError as failed:
        print(f"Error: the statement does not run:\n{failed.stderr.strip()[-500:]}", file=sys.stderr)
        return 3
    except subprocess.TimeoutExpired:
        print("Error: the statement takes too long: choose a shorter one (--statement)", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130
    if options.json:
        print(json.dumps(told, indent=2))
        return 0
    print("| | medians, ns | from the least to the greatest | standard error of a median |")
    print("| --- | --- | --- | --- |")
    for kind, words in (("copy", "copies"), ("link", "links to one of them")):
        one = told[kind]
        middles = ", ".join(f"{1e9 * middle:.0f}" for middle in sorted(one["medians"].values()))
        print(f"| {words} | {middles} | {100 * one['spread']:.1f} % | {100 * one['chance']:.1f} % |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
