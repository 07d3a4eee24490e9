"""What two sides differ in besides what was asked for, and what of them is not as one would think."""

from collections.abc import Iterator, Mapping, Sequence

from concbench.analysis.warnings import Warned, record
from concbench.drive.sides.side import Side
from concbench.results.records import WarningRecord
from concbench.runs.comparison_request import ComparisonRequest
from concbench.words import few, plain_text

MOST_NAMED = 5

ABSENT = "none"


def side_warnings(request: ComparisonRequest, sides: tuple[Side, Side]) -> Iterator[WarningRecord]:
    """Yield what is to be known of two sides before they are measured."""
    base, head = sides
    asked_apart = any(len(given) > 1 for given in (request.packages, request.requirements))
    others = () if asked_apart else _differing(base.packages, head.packages)
    if others:
        yield record(Warned.OTHER_PACKAGES, f"The sides differ in packages, too: {few(others, MOST_NAMED)}.")
    if base.built != head.built:
        name, files = ("base", base.built) if base.built else ("head", head.built)
        lacks = "head" if name == "base" else "base"
        told = few([plain_text(file) for file in files])
        words = f"{name} has extension modules that were built in the working tree, and {lacks} has not"
        seen = f"{words}: {told}."
        yield record(Warned.BUILT_IN_PLACE, seen)


def _differing(base: Mapping[str, str], head: Mapping[str, str]) -> Sequence[str]:
    """Return each package that differs, with its versions on both sides."""
    return [
        f"{name} {base.get(name, ABSENT)} → {head.get(name, ABSENT)}"
        for name in sorted({*base, *head})
        if base.get(name) != head.get(name)
    ]
