"""Damage real run files at random and read them with every command: ``python studies/mutated_files.py``.

Values, types, keys and lines of the run files in a folder are changed, swapped, doubled and cut, one to three
times a file. Every command that reads run files has to answer with a documented exit code, name the file (and
the line, where one is to blame) in a refusal, and must never end in a traceback; and no file is accepted in
which a sample is doubled or in the wrong process, a cell has more witnesses or outcomes than a driver writes,
or a warning is doubled, as is found here by looking at the lines alone. Exits with 1 where any of this is
violated, and keeps the files that showed it.
"""

import argparse
import copy
import gzip
import json
import multiprocessing
import random
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import chdir
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner

from concbench.commands import cli
from concbench.errors import UserError

FILES = Path(__file__).parents[1] / "tests" / "results" / "files" / "runs"
"""Real run files: of runs (resumed, with outcomes, with traces), of a comparison and of recordings."""

DOCUMENTED = {0, 1, 2, 3, 4, 5}

WHOLE = (
    *("cannot go on", "names no commit", "is the same run", "aa did not write it", "whatever its name says"),
    *(
        "it cannot be resumed",
        "holds comparisons alone",
        "no benchmark has a figure",
        "and no run of one commit",
    ),
)
"""What a refusal says that is about a file as a whole, and so names no line."""

Record = dict[str, Any]
Place = tuple[Any, ...]

VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        2,
        0.5,
        -0.5,
        1e-300,
        1e308,
        -1e308,
        2**31,
        2**53,
        2**63 - 1,
        2**63,
        2**64,
    ),
    *(10**400, -(10**400), "", "x", "1", "asyncio", "\x1b[31m", "a" * 3000, "0001-01-01T00:00:00+00:00"),
    *("9999-12-31T23:59:59+00:00", "2026-01-01T00:00:00", [], {}, [1, {"a": None}], [None], {"a": [1]}, [[]]),
    *([1, 2], ["x"], {"": 0}, "single", "time", "memory", "task"),
)
"""What a value is replaced by."""


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


# Damage


def places_in(value: Any, here: Place = ()) -> list[Place]:
    """Return the places of all values within a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here] * bool(here) + [place for key, one in inner for place in places_in(one, (*here, key))]


def at(value: Any, place: Place) -> Any:
    """Return the value at a place."""
    for key in place:
        value = value[key]
    return value


def change_value(records: list[Record], draw: random.Random) -> None:
    """Change one value of one record: to another kind, another size, or that of another place; or drop it."""
    record = records[0] if draw.random() < 0.4 else draw.choice(records)
    places = places_in(record)
    # The environment is large and little read; what is near the top is read by everyone.
    place = min(draw.sample(places, min(2, len(places))), key=len)
    holder, key = at(record, place[:-1]), place[-1]
    old = holder[key]
    match draw.randrange(8):
        case 0:
            del holder[key]
        case 1:
            holder[key] = copy.deepcopy(at(record, draw.choice(places)))
        case 2 if type(old) in (int, float):
            holder[key] = draw.choice([old + 1, -old, old * 1e6, old * 10**18, old / 7, old - 1, str(old)])
        case 2 if isinstance(old, list):
            holder[key] = [*old, *old]
        case 3 if isinstance(holder, dict):
            holder[str(key) + "_"] = holder.pop(key)
        case _:
            holder[key] = copy.deepcopy(draw.choice(VALUES))


def double_line(records: list[Record], draw: random.Random) -> None:
    """Let a line stand there twice, near or far."""
    copied = copy.deepcopy(draw.choice(records[1:]))
    records.insert(draw.randrange(1, len(records) + 1), copied)


def swap_lines(records: list[Record], draw: random.Random) -> None:
    """Let two lines change places."""
    one, other = (draw.randrange(len(records)) for _ in "ab")
    records[one], records[other] = records[other], records[one]


def cut_lines(records: list[Record], draw: random.Random) -> None:
    """Leave out one line, or a stretch of lines."""
    start = draw.randrange(len(records))
    del records[start : start + draw.choice([1, 1, 1, 5, len(records)])]


def graft_line(records: list[Record], others: Sequence[Record], draw: random.Random) -> None:
    """Put a line of another file between those of this one."""
    records.insert(draw.randrange(len(records) + 1), copy.deepcopy(draw.choice(others)))


def damaged(files: dict[str, list[Record]], name: str, draw: random.Random) -> bytes:
    """Return a file with one to three changes."""
    records = copy.deepcopy(files[name])
    for _ in range(draw.choice([1, 1, 2, 3])):
        if len(records) < 3:
            break
        others = files[draw.choice(sorted(files))]
        ways: list[Callable[[], None]] = [
            *[lambda: change_value(records, draw)] * 8,
            *[lambda: double_line(records, draw)] * 2,
            lambda: swap_lines(records, draw),
            lambda: cut_lines(records, draw),
            partial(graft_line, records, others, draw),
        ]
        draw.choice(ways)()
    content = b"".join(spelled(record) for record in records)
    if draw.random() < 0.05:
        content = content[: draw.randrange(len(content) + 1)]
    return content


def spelled(record: Record) -> bytes:
    """Return a record as a line; one that strict JSON cannot hold too."""
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace") + b"\n"


# What must not be accepted


def unsound(content: bytes) -> str | None:
    """Say what a file must not be accepted with, by its lines alone; None where nothing is seen."""
    records = whole_records(content)
    return doubled_about_a_cell(records) or doubled_warning(records) or unsound_measurement(records)


def whole_records(content: bytes) -> list[Record]:
    """Return the records of a file's whole lines."""
    lines = content.splitlines(keepends=True)
    return [json.loads(line) for line in lines if line.endswith(b"\n")]


def doubled_about_a_cell(records: Sequence[Record]) -> str | None:
    """Say which cell has more witnesses or outcomes than it is measured under ids: in a run, than one."""
    paired = next((record["paired"] for record in records if "paired" in record), ())
    ids = Counter(cell for cell, _ in {(cell, one["id"]) for one in paired for cell in one["cells"]})
    told = Counter((one["type"], one["cell"]) for one in records if one["type"] in ("witness", "outcome"))
    return next((f"too many: {key}" for key, number in told.items() if number > max(1, ids[key[1]])), None)


def doubled_warning(records: Sequence[Record]) -> str | None:
    """Say which warning stands there twice in the same words, between two resumptions."""
    seen: set[tuple[Any, ...]] = set()
    for record in records:
        if record["type"] == "resume":
            seen.clear()
        if record["type"] == "warning":
            words = tuple(record[name] for name in ("name", "seen", "why", "todo"))
            if words in seen:
                return f"warned twice: {words}"
            seen.add(words)
    return None


def unsound_measurement(records: Sequence[Record]) -> str | None:
    """Say which measurement is doubled, or of a process that cannot have made it."""
    processes: dict[Any, Record] = {}
    seen: set[tuple[Any, ...]] = set()
    owners: dict[Any, Any] = {}
    for record in records:
        if record["type"] == "header":
            owners = {cell["id"]: cell["contender"] for cell in record["cells"]}
        elif record["type"] == "process":
            processes[record["process"]] = record
        elif record["type"] in MEASURED:
            cells, numbers = measured_in(record)
            key = record["type"], *cells, *numbers, record.get("block"), record.get("round")
            if key in seen:
                return f"doubled: {key}"
            seen.add(key)
            for cell, number in zip(cells, numbers, strict=True):
                if (reason := foreign(record, owners[cell], processes.get(number))) is not None:
                    return f"{reason}: {key}"
    return None


MEASURED = {"sample": "time", "memory": "memory", "pair": "time", "weighed": "memory"}


def foreign(record: Record, owner: Any, process: Record | None) -> str | None:
    """Say why a process cannot have measured a record of a cell of ``owner``."""
    if process is None:
        return "of an unknown process"
    if process["contender"] != owner or process["purpose"] != MEASURED[record["type"]]:
        return "of a foreign process"
    generation = record.get("generation", record.get("pair"))
    return None if process["generation"] == generation else "of another generation"


def measured_in(record: Record) -> tuple[list[Any], list[Any]]:
    """Return what a record measured: cells, and the process of each."""
    if "cells" in record:
        return record["cells"], record["processes"]
    return [record["cell"]], [record["process"]]


# Commands


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
