# ruff: noqa: ARG002 - who hears nothing uses no argument
"""Who is told how far things are: a protocol, since what is drawn of it is the caller's matter."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

Counted: TypeAlias = Callable[[str, int, int], None]
"""Takes what is next, how many things were done, and how many there are."""


class Watcher(Protocol):
    """Is told by the thread that does the work, and between what is timed only."""

    def expect(self, nanoseconds: int) -> None:
        """From here on it will take about this long."""
        return

    def at(self, what: str) -> None:
        """This is being done now."""
        return

    def did(self, nanoseconds: int) -> None:
        """So much of what was expected is done."""
        return

    def say(self, message: str) -> None:
        """This is to be known: a warning, or what was done about a file."""
        return

    def detail(self, message: str) -> None:
        """This is only for whoever wants to know more: what a worker did, what became of a cell."""
        return

    def counted(self, what: str, each: int) -> Counted:
        """Return what is told of so many things, one after the other, that take ``each`` ns or so."""
        return lambda _name, _done, _of: None


class Silent(Watcher):
    """Hears all, and shows nothing; a watcher that needs some of it derives from this one."""


SILENT = Silent()
