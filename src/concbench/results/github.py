"""What github-action-benchmark keeps of every commit: the file ``data.js`` of the pages that it draws.

It is one assignment, ``window.BENCHMARK_DATA = {...}``, and what stands behind it is read as JSON; nothing is
run. Files that the action was told to keep elsewhere hold the JSON alone. Units and directions are those of
its ``src/extract.ts`` and ``src/write.ts``.
"""

import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from concbench.metrics import Better
from concbench.results.addresses import without_addresses
from concbench.results.errors import ResultsError
from concbench.results.foreign import (
    check,
    checked,
    measurable,
    measurement,
    milliseconds,
    parsed,
    read_bytes,
    time_at,
    utc_of,
)
from concbench.results.github_units import ToolUnit, spread_of, tool_unit
from concbench.validators import list_of, mapping, text
from concbench.words import plain_text

DATA = "data.js"
"""What the file is called."""

ASSIGNMENT = re.compile(rb"\s*(?:(?:window|globalThis|self)\s*\.\s*)?BENCHMARK_DATA\s*=\s*")

BIGGER = frozenset({"benchmarkjs", "pytest", "customBiggerIsBetter"})
SMALLER = frozenset({"customSmallerIsBetter"})
"""Tools whose figures are the better the bigger, or smaller, they are; of others it depends on the unit."""


@dataclass(frozen=True, slots=True)
class Bench:
    """One figure: its ``value`` and how far it spreads, as the tool means that, in the unit of ``amount``."""

    name: str
    value: float
    spread: float | None
    amount: ToolUnit
    better: Better


@dataclass(frozen=True, slots=True)
class CommitEntry:
    """What was measured of a commit at once. ``date`` is the commit's, ``measured`` when it was kept: UTC."""

    suite: str
    commit: str
    date: datetime
    measured: datetime
    tool: str
    benches: tuple[Bench, ...]


@dataclass(frozen=True, slots=True)
class Data:
    """All entries of a file, in its order, and what was ``passed`` over, in sentences."""

    path: Path
    entries: tuple[CommitEntry, ...]
    passed: tuple[str, ...]


def starts_as_github(start: bytes) -> bool:
    """Say whether a file that begins so is ``data.js``, under whatever name."""
    return ASSIGNMENT.match(start) is not None


def is_github(content: Any) -> bool:
    """Say whether this is the JSON that the action keeps elsewhere."""
    return isinstance(content, dict) and {"entries", "lastUpdate"} <= content.keys()


def read_script(path: Path, held: bytes | None = None) -> Any:
    """Return what is assigned in a ``data.js``. Raises ResultsError for what is no JSON behind a ``=``."""
    content = read_bytes(path, held).removeprefix(BOM_UTF8)
    match = ASSIGNMENT.match(content)
    if match is None:
        raise ResultsError(
            "no data of github-action-benchmark: no `window.BENCHMARK_DATA =` at its start", path
        )
    return parsed(content[match.end() :].rstrip().removesuffix(b";"), path)


def read_github(path: Path, held: bytes | None = None) -> Data:
    """Read a ``data.js``. Raises ResultsError as :func:`read_script` and :func:`github_data` do."""
    return github_data(read_script(path, held), path)


def github_data(content: Any, path: Path) -> Data:
    """Return what the JSON of the action holds.

    Entries and figures that are not what they should be are passed over, and told. Raises ResultsError for
    JSON that is nothing of the kind, and where nothing in it can be read.
    """
    suites = checked(content, {"entries": mapping}, path)["entries"]
    entries, passed = [], []
    for suite, runs in suites.items():
        if complaint := list_of(mapping)(runs):
            passed.append(f"entries[{suite!r}]{complaint}")
            continue
        for number, run in enumerate(runs):
            try:
                entries.append(_entry(suite, run, path, f"entries[{suite!r}][{number}]", passed))
            except ResultsError as error:
                passed.append(error.reason)
    if passed and not entries:
        raise ResultsError(f"nothing in it can be read: {passed[0]}", path)
    return Data(path, tuple(entries), tuple(f"{told}; passed over" for told in passed))


_ENTRY = {"commit": mapping, "date": milliseconds, "tool": text, "benches": list_of(mapping)}
_BENCH = {"name": text, "value": measurement, "unit": text}


def _entry(suite: str, run: Any, path: Path, place: str, passed: list[str]) -> CommitEntry:
    about = checked(run, _ENTRY, path, place)
    check(about["commit"].get("id"), text, path, f"{place}.commit.id")
    measured = time_at(about["date"])
    return CommitEntry(
        suite=suite,
        commit=plain_text(about["commit"]["id"]),
        date=utc_of(about["commit"].get("timestamp")) or measured,
        measured=measured,
        tool=about["tool"],
        benches=tuple(_benches(about["benches"], about["tool"], place, passed)),
    )


def _benches(benches: list[Any], tool: str, place: str, passed: list[str]) -> Iterator[Bench]:
    """Yield the figures of an entry, but for those that are none."""
    for number, (bench, name) in enumerate(zip(benches, _names(benches), strict=True)):
        where = f"{place}.benches[{number}]"
        if complaint := _complaint(bench):
            passed.append(f"{where}{complaint}")
            continue
        amount = tool_unit(bench["unit"])
        yield Bench(
            name=name,
            value=float(bench["value"]) * amount.factor,
            spread=spread_of(bench.get("range"), float(bench["value"]), amount.factor),
            amount=amount,
            better=better_of(tool, amount),
        )


def _names(benches: list[Any]) -> list[str]:
    """Return a name for each figure of an entry; of those in one unit, ``a (2)`` is the second called ``a``.

    Tools of packages and classes tell the last part of a name alone, so these are different benchmarks.
    """
    names = without_addresses(str(bench.get("name")) for bench in benches)
    taken, seen, found = set(names), Counter[tuple[str, str]](), []
    for name, bench in zip(names, benches, strict=True):
        key, own = (name, tool_unit(str(bench.get("unit"))).unit), name
        seen[key] += 1
        while seen[key] > 1 and (own := f"{name} ({seen[key]})") in taken:
            seen[key] += 1
        found.append(own)
    return found


def _complaint(bench: Mapping[str, Any]) -> str | None:
    for key, kind in _BENCH.items():
        if complaint := kind(bench.get(key)):
            return f".{key}{complaint}"
    return (
        None
        if measurable(bench["value"])
        else f".value is {bench['value']:g}, which nobody can have measured"
    )


def better_of(tool: str, amount: ToolUnit) -> Better:
    """Return whether more or less of an amount is better: as the tool has it, else more of a rate."""
    if tool in BIGGER:
        return "more"
    return "more" if amount.is_rate and tool not in SMALLER else "less"
