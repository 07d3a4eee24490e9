"""What ``asv continuous`` says of two tags of a project."""

import json
import re
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from gates.repository import Failed
from suites import projects
from suites.asking import THRESHOLD, Answer, Place, run
from suites.projects import OLDER

FACTOR = f"{1 + float(THRESHOLD.rstrip('%')) / 100:g}"
ROW = re.compile(r"^\|\s*([-+x~!*]?)\s*\|(?:[^|]*\|){2}\s*([^|]*?)\s*\|\s*(.*?)\s*\|$")
"""A line of a table of ``asv compare``: its mark, the ratio, and the name of a benchmark."""


class AsvContinuous:
    """``asv continuous``, with environments of its own, and the factor that pytest-benchmark's threshold is.

    How many benchmarks it judged is told by ``asv compare``, of the same measurement.
    """

    name = "asv continuous"

    def ask(self, place: Place, head: str) -> Answer | None:
        """Compare; what its table marks with + is worse. Raises Failed where asv could not measure."""
        if place.project.suite != projects.ASV:
            return None
        where = ["--config", str(self._settings(place)), "--machine", "here"]
        two = ["--factor", FACTOR, OLDER, head]
        self._asv(place, "machine", "--yes", *where)
        began = time.monotonic()
        self._asv(place, "run", *where, "--bench", "just-discover")  # what compare knows benchmarks by
        preparing = time.monotonic() - began
        began = time.monotonic()
        bench = ["--bench", place.project.keyword]
        code, output = self._asv(place, "continuous", *where, *bench, *two, expected=[0, 1])
        seconds = time.monotonic() - began
        told = self._asv(place, "compare", *where, *two)[1]
        both = rows(told)
        worse, better = ([name for mark, name in both if mark == sign] for sign in "+-")
        if bool(worse) != (code == 1):
            raise Failed(f"asv ended with {code}, and said:\n{output[-1500:]}\n{told[-1500:]}")
        return Answer(
            judged=len(both), worse=tuple(worse), better=tuple(better), unsure=0, exit_code=code,
            seconds=seconds, preparing=preparing,
        )  # fmt: skip

    @staticmethod
    def _asv(place: Place, *words: str, expected: Sequence[int] = (0,)) -> tuple[int, str]:
        return run([sys.executable, "-m", "asv", *words], place.scratch, expected, place.scratch)

    @staticmethod
    def _settings(place: Place) -> Path:
        """Write asv's settings: environments are kept, results are not."""
        results = place.scratch / "results"
        shutil.rmtree(results, ignore_errors=True)
        about = {
            "version": 1,
            "project": place.project.name,
            "repo": str(place.repository),
            "branches": ["main"],
            "benchmark_dir": str(place.repository / place.project.path / "benchmarks"),
            "environment_type": "virtualenv",
            "matrix": {"req": {name: [""] for name in place.project.needs}},
            "build_command": ["python -mpip wheel --no-deps -w {build_cache_dir} {build_dir}"],
            "pythons": [f"{sys.version_info.major}.{sys.version_info.minor}"],
            "env_dir": str(place.environments / "asv"),
            "results_dir": str(results),
            "html_dir": str(place.scratch / "html"),
        }
        path = place.scratch / "asv.conf.json"
        path.write_text(json.dumps(about), encoding="utf-8")
        return path


def rows(output: str) -> list[tuple[str, str]]:
    """Return the mark and the name of every benchmark that was measured. Raises Failed for one that broke."""
    found = [match.groups() for match in map(ROW.match, output.splitlines()) if match]
    told = [(mark, name) for mark, ratio, name in found if name and ratio not in {"Ratio", "n/a", ""}]
    told = [(mark, name) for mark, name in told if not name.startswith("---")]
    if broken := [name for mark, name in told if mark in {"!", "*"}]:
        raise Failed(f"asv could not measure {', '.join(broken)}")
    if not told:
        raise Failed(f"asv compared nothing:\n{output[-1500:]}")
    return told
