"""Showing how far a run is: a live bar in a terminal, a line now and then elsewhere. All on standard error.

The bar is drawn between turns only, never by a thread of its own: a driver that wakes up while a worker
is being timed would be part of the noise.
"""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.text import Text

from concbench.commands.consoles import Err
from concbench.commands.loudness import Loudness, loudness
from concbench.runs.watching import Counted

Answer = TypeVar("Answer")

QUIET_SECONDS = 10.0
"""How often a line is written where there is no terminal."""

DRAW_SECONDS = 0.2


class Bar:
    """A watcher that draws. Time left is scaled by how the expected time has held so far.

    Without ``lines`` nothing but what is said stays, and nothing is drawn but in a terminal; without ``live``
    not even there. Of a command that is to be quiet nothing is seen (:mod:`concbench.commands.loudness`).
    """

    def __init__(self, console: Console, *, lines: bool = True, live: bool = True) -> None:
        self.console, self._loudness = console, loudness()
        heard = self._loudness is not Loudness.QUIET
        self._lines, self._live = lines and heard, live and heard and console.is_terminal
        self._expected_ns = 0
        self._done_ns = 0
        self._began = time.monotonic()
        self._drawn = 0.0
        self._what = "starting"
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[left]}"),
        )
        self._progress = Progress(*columns, console=console, auto_refresh=False, transient=True)
        self._task = self._progress.add_task(self._what, total=None, left="")

    def __enter__(self) -> Self:
        if self._live:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._progress.stop()

    def expect(self, nanoseconds: int) -> None:
        """From here on the run will take about this long; what is late already (negative) takes no time."""
        self._expected_ns, self._done_ns = max(0, nanoseconds), 0
        self._began = time.monotonic()
        self._progress.update(self._task, total=max(1, nanoseconds))
        self._draw(force=True)

    def at(self, what: str) -> None:
        """This is being done now; where there is no bar, a command that is to be verbose says all of it."""
        self._what = what
        self._draw(force=self._loudness is Loudness.VERBOSE and not self._live)

    def did(self, nanoseconds: int) -> None:
        """So much of what was expected is done."""
        self._done_ns += nanoseconds
        self._draw()

    def counted(self, what: str, each: int) -> Counted:
        """Return what tells of so many things, one after the other, that take ``each`` ns or so."""

        def tell(name: str, done: int, of: int) -> None:
            self._what = f"{what} {name}"
            if not self._live:
                self._draw()
            elif done:
                self.did(each)
            else:
                self.expect(each * of)

        return tell

    def say(self, message: str) -> None:
        """Write a line that stays, unless the command is to be quiet."""
        if self._loudness is not Loudness.QUIET:
            # In a string, the brackets of a cell's id would be markup; a log has no width.
            self.console.print(Text(message), soft_wrap=not self.console.is_terminal)

    def detail(self, message: str) -> None:
        """Write a line that stays, if the command is to be verbose."""
        if self._loudness is Loudness.VERBOSE:
            self.console.print(Text(message), soft_wrap=True)

    def left(self) -> str:
        """Return the time left in words, or nothing where it cannot be told yet."""
        if not self._expected_ns or self._done_ns < self._expected_ns / 50:
            return f"about {self._expected_ns / 1e9:.0f} s" if self._expected_ns else ""
        spent = time.monotonic() - self._began
        return f"{max(0.0, spent * (self._expected_ns / self._done_ns - 1)):.0f} s left"

    def _draw(self, *, force: bool = False) -> None:
        now = time.monotonic()
        if self._live:
            if force or now - self._drawn >= DRAW_SECONDS:
                self._drawn = now
                self._progress.update(
                    self._task, description=self._what[:60], completed=self._done_ns, left=self.left()
                )
                self._progress.refresh()
        elif self._lines and (force or now - self._drawn >= QUIET_SECONDS):
            self._drawn = now
            self.say(f"{self._what}  {self.left()}".rstrip())


def watched(function: Callable[..., Answer], **asked: Any) -> Answer:
    """Return what a function of :mod:`concbench.runs` comes to, interrupted or not; show how far it is."""
    from concbench.runs.result import Interrupted  # noqa: PLC0415  (not every verb measures)

    try:
        with Bar(Err()) as bar:
            return function(**asked, watcher=bar)
    except Interrupted as interrupted:
        found: Answer = interrupted.result
        return found
