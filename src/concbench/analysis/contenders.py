"""Who is compared in a report: the contenders of one run, or of several side by side.

What tells a contender of one run from others of its model (the interpreter, the commit, the day) is its
*variant*.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from concbench.errors import UserError
from concbench.families import FAMILIES, Family
from concbench.models.index import MEMBERS, family_named
from concbench.results.header import HeaderContender
from concbench.results.measured import Measured


class Mismatch(UserError):
    """Runs that must not stand side by side; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class SeriesPlace:
    """Which family, which of its members, and which of all ``variants``, all counted from 0."""

    family: int
    member: int
    variant: int
    variants: int


def places_of(
    series: Sequence[tuple[str, str]], families: Mapping[str, Family] | None = None
) -> dict[tuple[str, str], SeriesPlace]:
    """Return the place of each (model, variant); ``families`` are those of models that names do not tell."""
    models = list(dict.fromkeys(model for model, _variant in series))
    variants = list(dict.fromkeys(variant for _model, variant in series))
    of = {model: (families or {}).get(model) or family_named(model) or "library" for model in models}
    numbers = {}
    for model, family in of.items():
        members = list(dict.fromkeys([*MEMBERS[family], *(one for one in models if of[one] == family)]))
        numbers[model] = (FAMILIES.index(family), members.index(model))
    return {
        (model, variant): SeriesPlace(*numbers[model], variants.index(variant), len(variants))
        for model, variant in series
    }


@dataclass(frozen=True, slots=True)
class RunContender:
    """A contender of run number ``run``; ``label`` is unique in the report."""

    run: int
    id: str
    label: str
    model: str
    variant: str
    family: Family
    place: SeriesPlace


def contenders_of(runs: Sequence[Measured]) -> tuple[RunContender, ...]:
    """Return the contenders of all runs: model by model in the headers' order, and in each run by run."""
    listed = [(number, contender) for number, run in enumerate(runs) for contender in run.header.contenders]
    models = list(dict.fromkeys(contender.model for _, contender in listed))
    entries = sorted(listed, key=lambda entry: models.index(entry[1].model))
    variants = _variants(runs, entries)
    series = [(contender.model, variant) for (_, contender), variant in zip(entries, variants, strict=True)]
    places = places_of(series, {contender.model: contender.of_family for _, contender in entries})
    return tuple(
        RunContender(
            run=number,
            id=contender.id,
            label=_label(contender, variant),
            model=contender.model,
            variant=variant,
            family=contender.of_family,
            place=places[contender.model, variant],
        )
        for (number, contender), variant in zip(entries, variants, strict=True)
    )


def _label(contender: HeaderContender, variant: str) -> str:
    return f"{contender.model} {variant}".rstrip()


def _variants(runs: Sequence[Measured], entries: Sequence[tuple[int, HeaderContender]]) -> list[str]:
    """Return what tells each entry from the others of its model: only what differs, until all labels do."""
    told = [""] * len(entries)
    for words in zip(*(_described(runs[number], contender) for number, contender in entries), strict=True):
        if _is_unique(entries, told):
            return told
        further = _joined(told, words)
        if _kinds(entries, further) > _kinds(entries, told):
            told = further
    if not _is_unique(entries, told):
        told = _joined(told, [f"run {number + 1}" for number, _ in entries])
    if not _is_unique(entries, told):  # spaces in the names may still make two of them read alike
        told = _joined(told, [f"#{place}" for place, _ in enumerate(entries, start=1)])
    return told


def _joined(told: Sequence[str], words: Sequence[str]) -> list[str]:
    return [f"{before} {word}".strip() for before, word in zip(told, words, strict=True)]


def _is_unique(entries: Sequence[tuple[int, HeaderContender]], told: Sequence[str]) -> bool:
    return _kinds(entries, told) == len(entries)


def _kinds(entries: Sequence[tuple[int, HeaderContender]], told: Sequence[str]) -> int:
    """Return how many different labels there are."""
    return len({_label(contender, variant) for (_, contender), variant in zip(entries, told, strict=True)})


def _described(run: Measured, contender: HeaderContender) -> tuple[str, ...]:
    """Return what may tell a contender from others of its model, in the order in which it is told."""
    about = run.header.about
    return (
        contender.python,
        contender.release or "",
        contender.version or "",
        about.identity.get("commit", "")[:8] + about.changes,
        about.identity.get("concbench", "").rpartition(" ")[2],
        run.header.started[:16].replace("T", " "),
        contender.id,
    )


MACHINE: Mapping[str, str] = {"machine": "machine", "cpu": "processor"}
"""Keys of a run's identity that have to agree for figures to stand side by side, and what they are called."""


def check_comparable(runs: Sequence[Measured], *, different_machines: bool) -> None:
    """Return if these runs may stand in one report.

    Raises Mismatch for a run that is named twice, and, unless ``different_machines``, for runs of different
    machines.
    """
    _refuse_twice(runs)
    if different_machines:
        return
    first = runs[0]
    for run in runs[1:]:
        for key, name in MACHINE.items():
            here, there = (_identity(one).get(key, "not recorded") for one in (first, run))
            if here != there:
                raise Mismatch(
                    f"{run.path} was measured on another {name} than {first.path} ({there}, not {here}):"
                    " their figures do not compare. Make a report of each, or mix them knowingly with"
                    " --allow-different-machines"
                )


def _identity(run: Measured) -> Mapping[str, str]:
    return run.header.about.identity


def _refuse_twice(runs: Sequence[Measured]) -> None:
    seen: dict[str, Measured] = {}
    for run in runs:
        before = seen.setdefault(run.header.run, run)
        if before is not run:
            raise Mismatch(f"{before.path} and {run.path} are the same run; leave one of them out")


def differences(runs: Sequence[Measured]) -> list[str]:
    """Return, for several runs, what of their environments differs, a sentence for each."""
    names = dict.fromkeys(name for run in runs for name in _identity(run))
    told = []
    for name in names:
        values = [_identity(run).get(name, "not recorded") for run in runs]
        if len(set(values)) > 1:
            told.append(f"{name}: {'; '.join(values)}")
    return told
