"""The lesson in a notebook: the program that its cells have defined, watched on the stage."""

from collections.abc import MutableMapping
from typing import Any

from concbench.lessons.stage import play
from concbench.lessons.steps import SCENES


class _Here:
    """A module of names that are defined elsewhere."""

    def __init__(self, names: MutableMapping[str, Any]) -> None:
        self.__dict__ = names  # type: ignore[assignment]


def watch(step: int, names: MutableMapping[str, Any]) -> None:
    """Print who runs when in the scene of a step, on the loop that ``names``, the notebook's, define."""
    trace = play(_Here(names), SCENES[step])
    print(*trace.lines(), sep="\n")  # noqa: T201  (a notebook shows what is printed)
