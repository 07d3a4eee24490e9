"""Callgrind: how many instructions each function in C took itself, in a tally process under valgrind.

Its file is that of valgrind's manual, "Callgrind Format Specification": names are given a number where they
first occur; a line of costs belongs to the function above it, but for the one that follows ``calls=``, which
is what the function called took in all.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from concbench.drive.cachegrind import CountingFailed, TallyRunner
from concbench.drive.instructions import CountedCell, setup_of, with_runs
from concbench.drive.observing.elf import whole_name
from concbench.drive.observing.mapped import CFunction
from concbench.drive.sides.side import Side
from concbench.outcomes import CellOutcome

NAMED = re.compile(r"(?:\((?P<number>\d+)\))? ?(?P<name>.*)")
OUT = "functions"

Functions = Counter[CFunction]
"""Instructions by the function that took them."""


def functions_in(lines: Iterable[str]) -> Functions:
    """Return the instructions of each function by itself; raises ValueError for what is no such file."""
    found: Functions = Counter()
    names: dict[str, dict[str, str]] = {"ob": {}, "fn": {}}
    file, function, of_a_call, summed = "", "", False, None
    for line in lines:
        key, equals, value = line.rstrip("\n").partition("=")
        if line[:1] in "+-*0123456789" and line.strip():
            if not of_a_call:
                found[CFunction(file, function)] += int(line.split()[1])
            of_a_call = False
        elif key.startswith(("totals: ", "summary: ")):
            summed = int(key.split()[1])
        elif equals and key in ("ob", "cob", "fn", "cfn"):
            said = _said(value, names[key.removeprefix("c")])
            file, function = (
                (said, function) if key == "ob" else (file, said) if key == "fn" else (file, function)
            )
        elif equals and key == "calls":
            of_a_call = True
    if summed is None or summed != found.total():
        raise ValueError(f"{found.total()} instructions in functions, and {summed} in all")
    return found


def _said(value: str, known: dict[str, str]) -> str:
    """Return the name that is meant, and remember it under its number."""
    match = NAMED.fullmatch(value)
    number, name = (match["number"], match["name"]) if match else (None, value)
    if number is None:
        return name
    return known.setdefault(number, whole_name(name)) if name else known.get(number, "")


def _options(folder: Path) -> Sequence[str]:
    return "--tool=callgrind", "--dump-line=no", f"--callgrind-out-file={folder / OUT}"


def _read(folder: Path) -> Functions:
    with (folder / OUT).open(encoding="utf-8", errors="replace") as lines:
        return functions_in(lines)


def count_functions(target: Side, cell: CountedCell, *, number: int, runner: TallyRunner) -> Functions:
    """Return what each function took itself in ``number`` runs of a cell; raises CountingFailed.

    It is the difference of the two processes whose difference is the count of the whole
    (:func:`concbench.drive.instructions.count_instructions`), function by function.
    """
    setup = setup_of(target, cell, op="tally", number=number, layout=1)
    zero, full = (runner.under(target.place, with_runs(setup, runs), _options, _read) for runs in (0, number))
    full.subtract(zero)
    if full.total() <= 0:
        raise CountingFailed(CellOutcome.INVALID, f"{number} runs took no instructions in any function")
    return full
