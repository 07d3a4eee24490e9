"""The answer to each load in a sentence: whom to choose, how far behind the others are, at what price.

Page and terminal say it in the same words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from concbench.analysis.choice import Choice, Rival
from concbench.analysis.contrast import Versus
from concbench.analysis.units import TIME_UNITS, UNITLESS, Units, scaled, three_digits, with_interval
from concbench.analysis.wording import outcome_words
from concbench.words import few

MOST_TOLD = 3
"""How many others a sentence tells of, each with figures: of more, the best of each family."""

EVERYBODYS = "asyncio"
"""Who is always told of: the model that every Python brings."""

WORTH_A_WORD = 0.05
"""The share of tasks that go on before their deadline from which a sentence says so."""

WORTH_TELLING = 1.1
"""How many times the least CPU somebody has to need before a sentence says so."""

MOST_NAMED = 2
"""How many without figures are named; more are counted, and stand in the table behind the sentence."""

ALL_TEACH = "only loops that teach were measured: they are compared, but no service runs on them"

UNDECIDED, UNKNOWN = "no difference was found", "too little was measured to tell"
NOT_DECIDED = "not decided"
ALONE = "nobody to compare with"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one load: its ``title``, ``who`` to choose, and ``how`` it stands."""

    title: str
    who: str
    how: str


def answer_to(choice: Choice, most: int = MOST_TOLD) -> Answer:
    """Return the answer that a choice comes to, with figures of so many others at ``most``."""
    who, title, lost = either(choice.good), choice.load.title, _lost(choice)
    own = [_figure(choice), *_price(choice), *_apart(choice), *_too_soon(choice)]
    how = "; ".join([", ".join(own), *_others(choice, most), *lost])
    if choice.alone:
        return Answer(title, who, "; ".join([how, ALONE]))
    if choice.unjudged:
        return Answer(title, NOT_DECIDED, "; ".join([*_perhaps(choice), f"of the rest {who}, {how}"]))
    if choice.decided:
        return Answer(title, who, how)
    if choice.probable:
        return Answer(title, f"probably {who}", how)
    alike = len(choice.tied) == len(choice.rivals)
    best = ", ".join([f"{who} looked best", *_apart(choice)])
    return Answer(title, UNDECIDED if alike else UNKNOWN, "; ".join([best, *_others(choice, most), *lost]))


def _perhaps(choice: Choice) -> list[str]:
    """Return who may need less than the first, though noise hid in some process how much."""
    named = [f"{one.label} (about {_of(choice, choice.medians[one])})" for one in choice.unjudged]
    shown = few(named) if len(named) <= MOST_TOLD else f"{', '.join(named[:2])} and {len(named) - 2} others"
    were = "was" if len(named) == 1 else "were"
    return [f"{shown} {were} lost in noise in some processes, and may need less"]


def _of(choice: Choice, value: float) -> str:
    return scaled(value, choice.load.units).strip()


def _apart(choice: Choice) -> list[str]:
    """Return how far from the first those that look alike may be at most: where their intervals end."""
    ends = [(one.against.kind, one.against.interval) for one in choice.tied if one.against.interval]
    where = "apart" if len(ends) == 1 else "from the first"
    kinds = {kind for kind, _interval in ends}
    if kinds == {"ratio"}:
        widest = max(max(one.high, 1 / one.low if one.low else inf) for _kind, one in ends)
        return [f"at most ×{three_digits(widest)} {where}"]
    if kinds == {"difference"}:
        farthest = max(max(interval.high, -interval.low) for _kind, interval in ends)
        return [f"at most {_of(choice, farthest)} {where}"]
    return []


def best_of_families(choice: Choice) -> list[Rival]:
    """Return of each family that is really behind the first whoever is least so, the least far first."""
    found: dict[str, Rival] = {}
    near = {choice.first.family, *(one.contender.family for one in choice.tied)}
    for rival in choice.rivals:
        if rival.against.side > 0:
            found.setdefault(rival.contender.family, rival)
    mine = [rival for family, rival in found.items() if family in near]
    others = [rival for family, rival in found.items() if family not in near]
    return sorted([*mine[:1], *others], key=lambda rival: rival.value)


def _too_soon(choice: Choice) -> list[str]:
    """Return who of those that may be chosen goes on before the deadline, and how often."""
    early = {one.label: share for one, share in choice.early.items() if share >= WORTH_A_WORD}
    return [f"{name} goes on before its time in {early[name]:.0%}" for name in choice.good if name in early]


def _others(choice: Choice, most: int) -> list[str]:
    """Return what is said of all others who have figures: none of them is passed over in silence.

    First come those of whom it is not decided whether they are worse at all.
    """
    undecided, behind = choice.standing("undecided"), choice.standing("worse")
    probably = choice.standing("probably worse")
    told = behind if len(behind) <= most else _known_first(best_of_families(choice), behind)[:most]
    found = [", ".join(f"{one.contender.label} {_behind(choice, one)}" for one in told)] if told else []
    rest = _counted([one for one in behind if one not in told], "worse")
    if len(told) + len(probably) + len(undecided) <= most:
        first, last = ([_alone(choice, one) for one in some] for some in (undecided, probably))
        return [*first, *found, *last, *rest]
    return [*_counted(undecided, "undecided"), *found, *_counted(probably, "probably worse"), *rest]


def _known_first(told: Sequence[Rival], behind: Sequence[Rival]) -> list[Rival]:
    """Return whom a sentence tells of, asyncio before all others: it is what everybody has."""
    known = [one for one in behind if one.contender.model == EVERYBODYS]
    return [*known, *(one for one in told if one not in known)]


def _alone(choice: Choice, rival: Rival) -> str:
    """Return how somebody stands who is not really behind, with what the interval says."""
    name, interval = rival.contender.label, rival.against.interval
    if interval is None:
        return f"{name} undecided"
    if rival.against.leaning > 0:
        return f"{name} probably {_behind(choice, rival)}"
    ratio = rival.against.kind == "ratio"
    most = f"×{three_digits(interval.high)}" if ratio else f"+{_of(choice, interval.high)}"
    return f"{name} undecided, up to {most}"


def _lost(choice: Choice) -> list[str]:
    """Return who has no figure that can be judged, and why; but not who was never made for such a load."""
    groups: dict[str, list[str]] = {}
    for cell in choice.cannot:
        outcome = cell.summary.outcome.name
        if cell.ok and cell.contender not in choice.unjudged:
            groups.setdefault("lost in noise", []).append(cell.contender.label)
        elif not cell.ok and outcome not in ("not-expressible", "unavailable"):
            groups.setdefault(outcome_words(cell.summary), []).append(cell.contender.label)
    return _grouped(groups)


def _counted(rivals: Sequence[Rival], words: str) -> list[str]:
    """Return who is told without figures: by name where they are few, else how many."""
    names = [one.contender.label for one in rivals]
    shown = names if len(names) <= MOST_NAMED else [f"{len(names)} others"]
    return [f"{', '.join(shown)} {words}"] if names else []


def _grouped(groups: Mapping[str, Sequence[str]]) -> list[str]:
    return [f"{few(names)} {words}" for words, names in groups.items()]


def either(labels: Sequence[str]) -> str:
    """Return who may be chosen: ``uvloop``, ``uvloop or asyncio``, ``uvloop, asyncio or 3 others``."""
    shown = [*labels] if len(labels) <= MOST_TOLD else [*labels[:2], f"{len(labels) - 2} others"]
    *before, last = shown
    return f"{', '.join(before)} or {last}" if before else last


def _figure(choice: Choice) -> str:
    """Return what the first needs: ``8.28 µs CPU time per task``."""
    return f"{_of(choice, choice.medians[choice.first])} {choice.of}"


def _price(choice: Choice) -> list[str]:
    """Return what that burns: ``8.28 µs CPU (×2.50 that of trio)``; of CPU itself ``30% of a core``."""
    price = choice.price
    if price is None:
        return []
    if choice.load.metric == "cpu":  # there the first needs least
        return [core_words(price.busy)]
    more = f" (×{three_digits(price.times_least)} that of {price.least.label})"
    dearer = more if price.times_least > WORTH_TELLING else ""
    return [f"{scaled(price.each, TIME_UNITS)} CPU{dearer}"]


def _behind(choice: Choice, rival: Rival) -> str:
    """Return how far behind the first another is: ``×1.80 [1.70–1.90]``, ``+2.63 [1.60–3.67] ms``."""
    interval = rival.against.interval
    if interval is None:
        return "not determined"
    if rival.against.kind == "ratio":
        return f"×{with_interval(interval.low, interval.middle, interval.high, UNITLESS)}"
    return f"+{with_interval(interval.low, interval.middle, interval.high, choice.load.units)}"


def core_words(share: float) -> str:
    """Return how busy a core is: ``30% of a core``."""
    return f"{share:.0%} of a core" if share >= 0.005 else "under 1% of a core"


def spelled(against: Versus, units: Units) -> tuple[str, ...]:
    """Return a ratio or difference, and its interval: ``×1.8``, ``[1.7–1.9]``; or that there is none."""
    interval = against.interval
    if interval is None:
        return ("not determined",)
    own = UNITLESS if against.kind == "ratio" else units
    middle, _, rest = with_interval(interval.low, interval.middle, interval.high, own).partition(" ")
    unit = rest.rpartition("]")[2]
    sign = "×" if against.kind == "ratio" else "+" if interval.middle > 0 else ""
    return f"{sign}{middle}{unit}", rest
