"""A child process of ours: pipes for requests and answers, a lifeline, and a file for its last words."""

import contextlib
import json
import os
import select
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from typing import IO, Any

from concbench.drive.workers.lastwords import gil_brought_by, last_words
from concbench.drive.workers.place import Place
from concbench.drive.workers.replies import Lines
from concbench.drive.workers.starting import end_of, how_it_ended, pipe
from concbench.drive.workers.strays import Family
from concbench.interrupts import whole


class Child:
    """A process that runs ``code``, and all that it starts; raises OSError where it cannot be started.

    It finds ``setup`` in ``sys.argv``, as JSON, and after it the file descriptors of requests, replies and
    the lifeline. Any thread may end it.
    """

    @whole  # a process that nobody knows of would write into folders that are being removed
    def __init__(self, place: Place, code: str, setup: Mapping[str, Any], *options: str) -> None:
        self.family = Family()
        command = place.command(code, *options, *place.switches.isolation)
        self._signalling = threading.Lock()
        self._signalled = False
        with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
            self._log: IO[bytes] = ours.enter_context(tempfile.TemporaryFile())
            request, self.requests = pipe(theirs, ours)
            self._replies, reply = pipe(ours, theirs)
            lifeline, _held = pipe(theirs, ours)
            passed = [end.fileno() for end in (request, reply, lifeline)]
            self._process = subprocess.Popen(  # noqa: S603  (the interpreter is the user's choice)
                [*command, json.dumps(setup), *map(str, passed)],
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                pass_fds=passed,
                start_new_session=True,  # a Ctrl-C in the terminal is the driver's to handle
                env=self.family.environment(place.switches.environment()),
            )
            guard = theirs.enter_context(contextlib.ExitStack())
            guard.callback(self.end)  # what starts and cannot be watched does not stay
            self.family.starts_with(self._process.pid)
            self._ends = end_of(self._process, ours)
            self.lines = Lines(self._replies.fileno(), self._ends)
            guard.pop_all()
            self._ours = ours.pop_all()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def say(self, message: Mapping[str, Any]) -> None:
        """Send a message; where the process has ended, receiving the answer says how."""
        with contextlib.suppress(BrokenPipeError):
            self.requests.write(json.dumps(message).encode() + b"\n")

    def signal(self, number: int) -> None:
        """Send a signal to the process alone, unless it has been ended."""
        with self._signalling:
            if not self._signalled:
                os.kill(self._process.pid, number)

    def signal_group(self, number: int) -> None:
        """Send a signal to the process and what it started, if it is there."""
        with self._signalling:
            if not self._signalled:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._process.pid, number)

    def await_end(self, seconds: float) -> bool:
        """Give it time to end, and say whether it has; its number, and its group's, stay taken.

        Where the system has nothing that tells it, the end of its pipe of replies does.
        """
        poll = select.poll()
        for fd in self._ends:
            poll.register(fd, select.POLLIN)
        if not self._ends:
            poll.register(self._replies.fileno(), 0)  # tells of the end of the pipe, not of a late answer
        return bool(poll.poll(1000 * seconds))

    def end(self) -> None:
        """End it and what it has started, and wait for it. Harmless if it has ended."""
        with self._signalling:
            self._signalled = True  # a process that has been waited for leaves its number to others
            self.family.end()
        self._process.wait()

    def how_it_ended(self) -> str:
        """Return what became of it, once it has been ended or has ended by itself."""
        return how_it_ended(self._process.returncode)

    def last_words(self) -> str:
        """Return the end of what it wrote, as :func:`concbench.drive.workers.lastwords.last_words` does."""
        return last_words(self._log)

    def gil_brought_by(self) -> str | None:
        """Return the module of which it has said that it turned the GIL on, or None; it may be at work."""
        return gil_brought_by(self._log.fileno())

    def close(self) -> None:
        """Close the pipes of a process that has been ended."""
        self._ours.close()
