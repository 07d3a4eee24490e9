"""Cachegrind: run a tally process under valgrind, or without, and read how many instructions it took.

The process gets a small environment of its own, the same for all: what the environment holds, and how much,
moves the stack, and a drawn hash seed changes the order of sets. ``-E`` and ``-I`` would ignore the seed.
"""

import contextlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import IO, Any, TypeVar

from concbench.drive.workers.lastwords import ProcessLost, last_words, with_cause
from concbench.drive.workers.place import Place
from concbench.drive.workers.replies import Hangup, Lines, NoAnswer, Silence, checked, object_in
from concbench.drive.workers.starting import end_of, how_it_ended
from concbench.drive.workers.strays import Family
from concbench.measure.failures import is_out_of

Message = dict[str, Any]

SERVE = """
from concbench.measure.tally import main
main(sys.argv[1:])
"""

KEPT = ("HOME", "LD_LIBRARY_PATH", "PATH", "TMPDIR")
"""What an interpreter or a library may need of our own environment; both sides get the very same."""

FIXED = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONNOUSERSITE": "1"}

OF_ANY_TOOL = ("--command-line-only=yes", "--vgdb=no")
"""Without vgdb: its pipes would lie in the temporary folder, and stay there where a process is killed."""

CACHEGRIND = ("--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
LOG = "log"
"""What valgrind's own words are called in the folder of a process that it runs."""

Told = TypeVar("Told")

_REFS = re.compile(r"^==\d+==\s+I\s+refs:\s+([\d,]+)", re.MULTILINE)


class CountingFailed(ProcessLost):
    """A cell that could not be counted; ``outcome`` may be ``unavailable``, too (no valgrind here)."""


class Running:
    """The processes under way, to be ended together by whichever thread; none starts after that."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._processes: dict[subprocess.Popen[bytes], Family] = {}
        self._over = False

    def start(self, command: Sequence[str], **settings: Any) -> "subprocess.Popen[bytes]":
        """Start a process at the head of a group of its own; raises CountingFailed once all is over."""
        family = Family()
        settings["env"] = family.environment(settings.get("env", os.environ))
        with self._lock:
            if self._over:
                raise CountingFailed("crashed", "the counting has been ended")
            process = subprocess.Popen(  # noqa: S603  (the interpreter is the user's choice)
                command, start_new_session=True, **settings
            )
            with contextlib.ExitStack() as guard:
                guard.callback(process.wait)
                guard.callback(family.end)
                family.starts_with(process.pid)
                self._processes[process] = family
                guard.pop_all()
            return process

    def end(self, process: "subprocess.Popen[bytes]") -> None:
        """End a process and what it started, and wait for it. Harmless if that was done."""
        with self._lock:
            family = self._processes.pop(process, None)
            if family is not None:  # else it has been waited for, and its number may be another's
                family.end()
                process.wait()

    def end_all(self) -> None:
        """End every process, and let none start any more."""
        with self._lock:
            self._over = True
        for process in list(self._processes):
            self.end(process)


def valgrind_path() -> Path | None:
    """Return where valgrind is, or None."""
    found = shutil.which("valgrind")
    return Path(found) if found else None


def environment(ours: Mapping[str, str], **more: str) -> dict[str, str]:
    """Return the environment of a tally process, made from ``ours``."""
    return {name: ours[name] for name in KEPT if name in ours} | FIXED | more


def refs_in(log: str) -> int:
    """Return the instructions that cachegrind's ``log`` tells of; raises ValueError where it tells none.

    (A process that was forked writes into the same log, before its parent ends: the last one counts.)
    """
    found = _REFS.findall(log)
    if not found:
        raise ValueError("no line 'I refs:'")
    return int(found[-1].replace(",", ""))


def _log_in(folder: Path) -> str:
    return (folder / LOG).read_text(encoding="utf-8", errors="replace")


class TallyRunner:
    """Runs tally processes, each within ``seconds``; several threads may share one."""

    def __init__(self, seconds: float, running: Running | None = None) -> None:
        self.seconds, self.running = seconds, running or Running()

    def natively(self, place: Place, setup: Message) -> Message:
        """Return what a process answers that runs as it is, which also compiles what it imports."""
        with _told(), tempfile.TemporaryFile() as words:
            return self._answer(
                place.command(SERVE), environment(os.environ, **place.switches.variables), words, setup
            )

    def counted(self, place: Place, setup: Message) -> int:
        """Return the instructions of a whole process; raises CountingFailed."""
        return self.under(place, setup, lambda _folder: CACHEGRIND, lambda folder: refs_in(_log_in(folder)))

    def under(
        self,
        place: Place,
        setup: Message,
        options: Callable[[Path], Sequence[str]],
        read: Callable[[Path], Told],
    ) -> Told:
        """Run a process under valgrind, with ``options``, and return what is read in the folder of its files.

        Raises CountingFailed, also where ``read`` raises ValueError or OSError.
        """
        valgrind = valgrind_path()
        if valgrind is None:
            raise CountingFailed("unavailable", "valgrind is not installed")
        with _told(), tempfile.TemporaryDirectory(prefix="concbench-") as name:
            folder = Path(name)
            under = [str(valgrind), *OF_ANY_TOOL, *options(folder), f"--log-file={folder / LOG}"]
            env = environment(os.environ, PYTHONDONTWRITEBYTECODE="1", **place.switches.variables)
            with tempfile.TemporaryFile() as words:
                self._answer([*under, *place.command(SERVE)], env, words, setup)
                try:
                    return read(folder)
                except (OSError, ValueError) as error:
                    reason = f"valgrind told no count ({error})"
                    raise CountingFailed("crashed", reason, last_words(words)) from error

    def _answer(self, command: list[str], env: dict[str, str], words: IO[bytes], setup: Message) -> Message:
        """Run a command for ``setup``, and return its answer; an outcome is raised as CountingFailed."""
        lifeline, held = os.pipe()
        pipes: dict[str, Any] = {"stdin": lifeline, "stdout": subprocess.PIPE, "stderr": words}
        try:
            process = self.running.start([*command, json.dumps(setup)], env=env, **pipes)
        except OSError as error:
            raise CountingFailed("crashed", f"{command[0]} cannot be started: {error.strerror}") from error
        else:
            answer = self._wait(process, words, setup)
        finally:
            os.close(lifeline)
            os.close(held)
        if "outcome" in answer:
            raise CountingFailed(answer["outcome"], answer["reason"], answer.get("last_words") or "")
        if process.returncode:
            raise _crash(f"the process {how_it_ended(process.returncode)}", words)
        return answer

    def _wait(self, process: "subprocess.Popen[bytes]", words: IO[bytes], setup: Message) -> Message:
        """Return what a process answers, once it has ended; raises CountingFailed."""
        deadline = monotonic() + self.seconds
        with contextlib.ExitStack() as stack:
            stack.callback(self.running.end, process)
            assert process.stdout is not None  # noqa: S101  (it is a pipe)
            stack.enter_context(process.stdout)
            try:
                line = Lines(process.stdout.fileno(), end_of(process, stack)).next(deadline)
                answer = checked(object_in(line), setup["op"], setup)
                process.wait(max(0.0, deadline - monotonic()))
            except NoAnswer as error:
                raise _crash(f"the process sent {error}", words) from error
            except Hangup as error:
                self.running.end(process)
                how = how_it_ended(process.returncode)
                raise _crash(f"the process {how} without an answer", words) from error
            except (Silence, subprocess.TimeoutExpired) as error:
                reason = f"no answer within {self.seconds:g} s"
                raise CountingFailed("timeout", reason, last_words(words)) from error
        return answer


def _crash(reason: str, words: IO[bytes]) -> CountingFailed:
    """Return a crash with the last words, and of a fatal error which it was."""
    said = last_words(words)
    return CountingFailed("crashed", with_cause(reason, said), said)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn what the system refuses meanwhile, such as a file in a full folder, into a CountingFailed."""
    try:
        yield
    except OSError as error:
        said = error.strerror or str(error)
        if is_out_of(error):
            raise CountingFailed("exhausted", said) from error
        hint = "see to the temporary folder and its disk, or name another with TMPDIR"
        raise CountingFailed("crashed", f"{said}: {hint}") from error
