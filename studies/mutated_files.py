"""Damage real run files at random and read them with every command: ``python studies/mutated_files.py``.

Values, types, keys and lines of the run files in a folder are changed, swapped, doubled and cut, one to three
times a file. Every command that reads run files has to answer with a documented exit code, name the file (and
the line, where one is to blame) in a refusal, and must never end in a traceback; and no file is accepted in
which a sample is doubled or in the wrong process, a cell has more witnesses or outcomes than a driver writes,
or a warning is doubled, as is found here by looking at the lines alone. Exits with 1 where any of this is
violated, and keeps the files that showed it.
"""

import argparse
import gzip
import json
import multiprocessing
import random
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Sequence
from contextlib import chdir
from dataclasses import dataclass, field
from pathlib import Path

import click
from click.testing import CliRunner

from concbench.commands import cli
from concbench.errors import UserError
from mutations import Record, damaged, spelled
from unsound import unsound

FILES = Path(__file__).parents[1] / "tests" / "results" / "files" / "runs"
"""Real run files: of runs (resumed, with outcomes, with traces), of a comparison and of recordings."""

DOCUMENTED = {0, 1, 2, 3, 4, 5}

WHOLE = (
    *("cannot go on", "names no commit", "is the same run", "aa did not write it", "whatever its name says"),
    *(
        "it cannot be resumed",
        "holds comparisons alone",
        "a comparison, whose pairs are no rows",
        "no benchmark has a figure",
        "and no run of one commit",
        "holds no advice",
    ),
)
"""What a refusal says that is about a file as a whole, and so names no line."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a command did with a damaged file; ``wrong`` says why that is not allowed, or is None."""

    command: str
    code: int
    said: str
    wrong: str | None


@dataclass(slots=True)
class Tally:
    """What all commands did."""

    files: int = 0
    calls: Counter[tuple[str, int]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def real_files(folder: Path = FILES) -> dict[str, list[Record]]:
    """Return the records of the run files of a folder, by name."""
    found = {}
    for path in sorted(folder.glob("*.jsonl.gz")):
        lines = gzip.decompress(path.read_bytes()).splitlines()
        found[path.name.removesuffix(".gz")] = [json.loads(line) for line in lines]
    return found


def commands_for(name: str, draw: random.Random, every: int) -> list[tuple[str, ...]]:
    """Return what a file is read with: all that is quick, and one file in ``every`` by what draws pages."""
    other = f"other-{name}"
    found = [
        ("show", name),
        ("show", "--json", name),
        ("history", name),
        ("convert", name, "--to", "csv", "-o", "table.csv"),
        ("convert", name, "--to", draw.choice(["pyperf", "github"]), "--metric", "wall", "-o", "out.json"),
        ("compare", name, other) if draw.random() < 0.5 else ("compare", other, name),
        ("run", "--resume", name, "--no-report"),
        ("advise", "--resume", name, "--no-report", "--json"),
    ]
    if name.startswith(("pairs", "live")):
        found.append(("aa", "--replay", "folder", "--replays", "2"))
    if draw.randrange(every) == 0:
        found += [("report", name, "--output", "page.html"), ("report", name, other, "--output", "page.html")]
    return found


def called(arguments: Sequence[str]) -> tuple[int, str]:
    """Call a command in this process; return its exit code, 70 for a traceback, and all that it said."""
    result = CliRunner().invoke(cli, list(arguments))
    error = result.exception
    if isinstance(error, UserError):
        return error.exit_code, f"{result.output}{error}"
    if isinstance(error, click.ClickException):
        return error.exit_code, f"{result.output}{error.format_message()}"
    if error is None or isinstance(error, SystemExit):
        return result.exit_code, result.output
    return 70, "".join(traceback.format_exception(error))


def judged(arguments: Sequence[str], name: str, content: bytes) -> Found:
    """Call a command with a damaged file, and say whether what it did is allowed."""
    code, said = called(arguments)
    wrong = None
    if code not in DOCUMENTED:
        wrong = f"exit code {code}"
    elif code == 5:
        named = name in said
        line = f"{name}:" in said and any(f"{name}:{digit}" in said for digit in "123456789")
        whole = any(words in said for words in (*WHOLE, "no header", "an empty file"))
        if not named or not (line or whole):
            wrong = "a refusal without file or line"
    elif code in (0, 1, 3) and (reason := unsound(content)) is not None:
        wrong = f"accepted, {reason}"
    return Found(" ".join(arguments[:2]), code, said, wrong)


def tried(job: tuple[int, int, str, Path]) -> tuple[list[Found], bytes, str]:
    """Damage one file, read it with its commands, and return what they did."""
    seed, every, only, folder = job
    draw = random.Random(seed)
    files = real_files(folder)
    name = draw.choice(sorted(files))
    content = damaged(files, name, draw)
    with tempfile.TemporaryDirectory(prefix="mutated-") as scratch, chdir(scratch):
        Path("folder").mkdir()
        Path(name).write_bytes(content)
        Path("folder", name).write_bytes(content)
        Path(f"other-{name}").write_bytes(b"".join(map(spelled, other_run(files[name]))))
        commands = [one for one in commands_for(name, draw, every) if not only or one[0] == only]
        return [judged(one, name, content) for one in commands], content, name


def other_run(records: list[Record]) -> list[Record]:
    """Return the same records as those of another run."""
    return [records[0] | {"run": "0" * 32}, *records[1:]]


def main() -> None:
    """Damage files until there were enough, print what the commands did, and exit with 1 for a violation."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--count", type=int, default=10_000, help="damaged files")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--pages", type=int, default=10, help="one file in so many is reported as a page")
    options.add_argument("--only", default="", help="only this command")
    options.add_argument("--files", type=Path, default=FILES, help="a folder of *.jsonl.gz")
    options.add_argument("--keep", type=Path, help="a folder for files that showed a violation")
    options.add_argument("--processes", type=int, default=2)
    chosen = options.parse_args()
    tally = Tally()
    jobs = ((chosen.seed * 10**6 + n, chosen.pages, chosen.only, chosen.files) for n in range(chosen.count))
    with multiprocessing.Pool(chosen.processes) as pool:
        for number, (found, content, name) in enumerate(pool.imap(tried, jobs, chunksize=8)):
            tally.files += 1
            for one in found:
                tally.calls[one.command.split()[0], one.code] += 1
                if one.wrong is not None:
                    tally.wrong.append(f"{chosen.seed * 10**6 + number} {one.command}: {one.wrong}")
                    print(tally.wrong[-1], one.said[-1500:], sep="\n", flush=True)
                    if chosen.keep:
                        chosen.keep.mkdir(exist_ok=True)
                        (chosen.keep / f"{number}-{name}").write_bytes(content)
    for (command, code), times in sorted(tally.calls.items()):
        print(f"{command:10} exit {code:3}: {times:6}")
    calls = sum(tally.calls.values())
    print(f"{len(tally.wrong)} violations in {calls} calls with {tally.files} damaged files")
    sys.exit(bool(tally.wrong))


if __name__ == "__main__":
    main()
