"""What a step of the ladder is: the rung that it leads to, what it adds, and what that was predicted to do.

The predictions were stated by reading the code of the rungs, before any of them was measured, and are not
edited: what turned out otherwise stands beside them, in ``learned``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

Sign: TypeAlias = Literal["less", "more", "same"]
SIGNS: tuple[Sign, ...] = get_args(Sign)

Effect: TypeAlias = Literal["wall", "CPU", "memory", "lateness"]
EFFECTS: tuple[Effect, ...] = get_args(Effect)
"""What a step may change, in the order in which its signs are stated."""


@dataclass(frozen=True, slots=True)
class Expected:
    """The sign that a step was predicted to have on each of EFFECTS, and why."""

    signs: Mapping[Effect, Sign]
    why: str


def expected(signs: str, why: str) -> Expected:
    """Return a prediction from its four signs in the order of EFFECTS: ``less less same same``.

    Raises ValueError for anything but four signs.
    """
    words = signs.split()
    known: dict[str, Sign] = {sign: sign for sign in SIGNS}
    if len(words) != len(EFFECTS) or not known.keys() >= {*words}:
        raise ValueError(f"{signs!r} is not a sign of {', '.join(SIGNS)} for each of {', '.join(EFFECTS)}")
    return Expected(dict(zip(EFFECTS, (known[word] for word in words), strict=True)), why)


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderStep:
    """From the rung ``below`` to ``rung``: what it ``adds``, as a noun, and what was predicted.

    ``usual`` is predicted for every workload but those in ``others``, whose keys are names of workloads with
    spaces between. ``learned`` says of a prediction that was wrong what was learned from it, by workload and
    effect: ``timers CPU``. ``changes``: where there is no module to compare with, what is exchanged for what.
    """

    below: str
    rung: str
    adds: str
    usual: Expected
    others: Mapping[str, Expected] = field(default_factory=dict)
    learned: Mapping[str, str] = field(default_factory=dict)
    changes: str = ""

    def expects(self, workload: str) -> Expected:
        """Return what was predicted for a workload."""
        return next((one for names, one in self.others.items() if workload in names.split()), self.usual)

    def lesson(self, workload: str, effect: Effect) -> str:
        """Return what was learned where a prediction was wrong, or nothing."""
        return self.learned.get(f"{workload} {effect}", "")
