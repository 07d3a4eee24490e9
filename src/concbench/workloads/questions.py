"""What a workload brings to a report: the questions that it answers, and a few tasks worth looking at."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

Tells: TypeAlias = Literal["punctual", "cheap", ""]
TELLS: tuple[Tells, ...] = get_args(Tells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A kind of load that a reader may have. What wins is whoever needs least of ``metric``.

    It is answered at one point of a sweep over ``axis``: the largest from ``bound`` on if ``many``, else the
    largest up to ``bound``; and only where other parameters are what ``where`` says, as in
    ``api=usual,share=0``. ``goal`` says what is least, ``price`` what else the reader has to know before she
    takes the winner. Questions of a lower ``rank`` come first. ``tells``: what a loop costs begins with a
    sentence of who wins the ``punctual`` one and who the ``cheap`` one. ``pools``:
    whether pools of workers are asked, too; not so where the wait for a worker is in nobody's figures.
    ``each``: what a task is, where a figure is told per task.
    """

    title: str
    metric: str
    goal: str
    price: str
    axis: str = "tasks"
    many: bool = True
    bound: float = 100
    where: str = ""
    rank: float = 100
    tells: Tells = ""
    pools: bool = True
    each: str = "task"

    @property
    def fixed(self) -> dict[str, str]:
        """The parameters that ``where`` names, with their values, spelled."""
        return dict(one.split("=", 1) for one in self.where.split(",") if "=" in one)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lanes:
    """Parameters whose few tasks show what a workload is about, and how to read the picture of who runs when.

    ``kept``: every run file has that picture of each model.
    """

    params: Any
    reading: str
    kept: bool = False
