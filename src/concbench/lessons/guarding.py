"""What an answer has to leave alone: the process that it runs in, and what examines it.

Standard library only.
"""

import os
import sys
from importlib import import_module
from types import ModuleType
from typing import Any

FORKED = "forks: what examines it would answer twice; all tasks of an answer run in one process"


EXAMINERS = "concbench.lessons.examining"
"""The module that has all examinations, which none of what is examined may import first."""


class OneProcess:
    """A span in which a fork is noted; the second process ends at once, so that it answers nothing."""

    now: "OneProcess | None" = None

    def __init__(self) -> None:
        self.forked = False

    def __enter__(self) -> "OneProcess":
        OneProcess.now = self
        return self

    def __exit__(self, *_how: object) -> None:
        OneProcess.now = None


def _here() -> None:
    if OneProcess.now is not None:
        OneProcess.now.forked = True


def _there() -> None:
    if OneProcess.now is not None:
        os._exit(0)


os.register_at_fork(after_in_parent=_here, after_in_child=_there)


class OurNames:
    """What all modules of this package have as their names, to be compared, and set back, later."""

    def __init__(self) -> None:
        import_module(EXAMINERS)
        ours = [one for name, one in list(sys.modules.items()) if name.startswith("concbench.")]
        self._were: list[tuple[ModuleType, dict[str, Any]]] = [(one, dict(vars(one))) for one in ours]

    def changed(self) -> list[str]:
        """Return, and set back, the names that are others now."""
        found = []
        for module, names in self._were:
            others = [name for name, value in names.items() if vars(module).get(name) is not value]
            found += [f"{module.__name__}.{name}" for name in others]
            vars(module).update({name: names[name] for name in others})
        return found
