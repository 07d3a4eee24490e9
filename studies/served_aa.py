"""How often ``concbench compare --pytest`` is wrong: ``python studies/served_aa.py --output served-aa``.

A repository is made of twenty benchmarks (``suites/project``), with a commit that changes nothing and one in
which four of them (1 µs, 100 µs, 10 ms, and 100 tasks at once) do 1.05 times the work, which their own
assertions count. Pairs of both are recorded, and judged again and again in new orders, as ``concbench aa``
does with the suite's own cells; live comparisons of identical commits are counted beside. What lies in the
folder is not measured again. docs/GATES.md says how to read it.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from concbench.errors import UserError
from concbench.report.terminal.rates import print_rates
from concbench.runs.planning import begin
from concbench.runs.watching import SILENT
from gates.repository import Failed
from suites import recorded
from suites.recorded import Asked

WIDTH = 110


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Say how often compare --pytest is wrong, from pairs.")
    add = parser.add_argument
    add("--pairs", type=int, default=200, help="pairs of identical commits to record (default: 200)")
    add("--pairs-of-more", type=int, default=100, help="pairs with more work to record (default: 100)")
    add("--live", type=int, default=20, help="live comparisons of identical commits (default: 20)")
    add("--live-budget", type=float, default=60, metavar="S", help="what each may take (default: 60)")
    add("--budget", type=float, default=180, metavar="S", help="in what more work is to be found (180)")
    add("--replays", type=int, default=1000, help="orders that pairs are judged in (default: 1000)")
    add("--seed", type=int, default=1, help="draws every order (default: 1)")
    add("--keyword", "-k", default="", help="only these of the benchmarks, as pytest's -k chooses them")
    add("--quick", action="store_true", help="a few pairs of each, to see whether it works")
    add("--output", type=Path, default=Path("served-aa"), help="a folder for the files (served-aa)")
    add("--replay", type=Path, metavar="FOLDER", help="measure nothing: judge what lies there")
    add("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    if options.quick:
        options.pairs, options.pairs_of_more, options.live, options.replays = 16, 16, 0, 20
    return options


def main(arguments: list[str] | None = None) -> int:
    """Record, judge and print; return the exit code: 3 where something did not work."""
    options = parse(arguments)
    asked = Asked(
        options.pairs,
        options.pairs_of_more,
        options.live,
        options.live_budget,
        options.budget,
        options.seed,
        options.keyword,
    )
    folder, complete = options.replay or options.output, True
    try:
        if options.replay is None:
            begin()
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix="served-") as place:
                repository = recorded.make(Path(place) / "project")
                complete = recorded.fill(folder, repository, asked, SILENT, _tell)
        rates = recorded.judged(folder, asked, options.replays)
    except (Failed, UserError) as error:
        _tell(f"Error: {error}")
        return 3
    if options.json:
        print(json.dumps({"folder": str(folder), **asdict(rates)}, indent=2))
    else:
        print_rates(Console(width=WIDTH), rates)
    if not complete:
        _tell(f"interrupted; the same command goes on with what is in {folder}")
    return 0 if complete else 130


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
