"""What a tool said about two commits, and how that is kept: a line of JSON for each call."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from gates.repository import Failed

Experiment: TypeAlias = Literal["same", "more"]
"""``same``: identical commits. ``more``: a head that does more work in one cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a tool said under one of its settings; ``exit_code`` is its gate's, None where it has none."""

    setting: str
    worse: tuple[str, ...]
    better: tuple[str, ...]
    exit_code: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One comparison: ``cells`` were measured, ``injected`` is the one that does more work; wall time in s.

    Settings that judge the same measurement share its ``seconds``.
    """

    tool: str
    setting: str
    repetition: int
    experiment: Experiment
    cells: tuple[str, ...]
    injected: str | None
    worse: tuple[str, ...]
    better: tuple[str, ...]
    exit_code: int | None
    seconds: float

    def __post_init__(self) -> None:
        strange = (set(self.worse) | set(self.better)) - set(self.cells)
        if strange:
            raise Failed(f"{self.tool} spoke of cells that it was not given: {', '.join(sorted(strange))}")

    @property
    def false_alarms(self) -> tuple[str, ...]:
        """Return the unchanged cells that were called worse."""
        return tuple(cell for cell in self.worse if cell != self.injected)


def append(path: Path, *records: Mapping[str, Any]) -> None:
    """Write records at the end of a file, in one piece."""
    with path.open("a", encoding="utf-8") as file:
        file.write("".join(json.dumps(record) + "\n" for record in records))


def as_record(call: Call) -> dict[str, Any]:
    """Return a call as it is written."""
    return {"type": "call", **asdict(call)}


def read(path: Path) -> list[dict[str, Any]]:
    """Return the records of a file, but for a torn last line. Raises Failed for a damaged one."""
    lines = path.read_text(encoding="utf-8").split("\n")
    try:
        return [json.loads(line) for line in lines[:-1]]
    except ValueError as damaged:
        raise Failed(f"{path} is damaged: {damaged}") from damaged


def mend(path: Path) -> None:
    """Take away a last line that an interruption tore."""
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:
        path.write_bytes(whole)


def calls_in(records: Iterable[Mapping[str, Any]]) -> list[Call]:
    """Return the calls among records. Raises Failed for one that lacks something."""
    lists = ("cells", "worse", "better")
    found = []
    for record in records:
        if record.get("type") != "call":
            continue
        try:
            fields = {name: record[name] for name in Call.__slots__}
        except KeyError as missing:
            raise Failed(f"a call lacks {missing}") from missing
        found.append(Call(**{**fields, **{name: tuple(fields[name]) for name in lists}}))
    return found
