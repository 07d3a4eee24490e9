"""Installing into a new environment: by uv where it is on PATH, else by venv and pip.

Both are told the same, and each is left its user's own configuration.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from concbench.drive.sides.revisions import temporary_folder
from concbench.errors import UserError

INSTALL_SECONDS = 900

LAST_LINES = 8
"""Lines of an installer's that are told where it fails."""

IDLE = re.compile(
    r"\s*(?:note: This (?:error|is an issue)|hint: (?:See above|Build failures)|╰─> See above|│ exit code"
    r"|\[end of output\]|cause: |error: (?:metadata-generation-failed|subprocess-exited-with-error)"
    r"|WARNING: |ERROR: Failed (?:to build one or more wheels|building wheel)|× Encountered error while gen"
    r"|error: Failed to build |warning: build_py: byte-compiling|\[notice\]).*|\s*"
)
"""Lines that every installer says below the ones that tell what went wrong."""

NO_SUCH_COMMAND = "unrecognized subcommand"

AT = re.compile(
    r"^\s*(?:File \"(?P<python>[^\"\n]+)\", line (?P<number>\d+)"
    r"|(?P<source>[^\s:\"]+):(?P<line>\d+)(?::\d+)?: (?:fatal )?error:)",
    re.MULTILINE,
)
"""Where something is wrong, as Python and compilers say it."""


class EnvironmentFailed(UserError):
    """An environment that cannot be made; the message ends with what the installer said."""


class BuildFailed(EnvironmentFailed):
    """A project that cannot be built; ``where``: in which file of it, and line, if that is said."""

    def __init__(self, words: str, where: tuple[str, int] | None) -> None:
        super().__init__(words)
        self.where = where or ()


class Installer(Protocol):
    """What makes an environment, and puts packages into it."""

    def make(self, interpreter: Path, folder: Path) -> None:
        """Make an environment of an interpreter in a folder."""

    def wheel(self, python: Path, source: Path, to: Path, environ: Mapping[str, str]) -> None:
        """Build the project in ``source`` for an environment into a folder."""

    def install(self, python: Path, arguments: Sequence[str], folder: Path | None) -> None:
        """Install requirements; paths among them are those of a folder, else of the current one."""


@dataclass(frozen=True, slots=True)
class Uv:
    """The installer uv."""

    program: str

    def make(self, interpreter: Path, folder: Path) -> None:
        """Make an environment of an interpreter in a folder."""
        _call([self.program, "venv", "--quiet", "--python", interpreter, folder])

    def wheel(self, python: Path, source: Path, to: Path, environ: Mapping[str, str]) -> None:
        """Build the project in ``source`` for an environment; raises EnvironmentFailed if uv is too old."""
        try:
            _call([self.program, "build", "--wheel", "--python", python, "--out-dir", to, source], environ)
        except CallFailed as error:
            if NO_SUCH_COMMAND not in str(error):
                raise
            raise EnvironmentFailed(
                f"{self.program} is too old to build a project: update it, or take it off PATH for pip"
            ) from error

    def install(self, python: Path, arguments: Sequence[str], folder: Path | None) -> None:
        """Install requirements; paths among them are those of a folder, else of the current one."""
        _call([self.program, "pip", "install", "--quiet", "--python", python, *arguments], folder=folder)


@dataclass(frozen=True, slots=True)
class Pip:
    """The installers that Python brings."""

    def make(self, interpreter: Path, folder: Path) -> None:
        """Make an environment of an interpreter in a folder."""
        _call([interpreter, "-m", "venv", folder])

    def wheel(self, python: Path, source: Path, to: Path, environ: Mapping[str, str]) -> None:
        """Build the project in ``source`` for an environment into a folder."""
        _call([python, "-m", "pip", "wheel", *self._quiet, "--no-deps", "--wheel-dir", to, source], environ)

    def install(self, python: Path, arguments: Sequence[str], folder: Path | None) -> None:
        """Install requirements; paths among them are those of a folder, else of the current one."""
        _call([python, "-m", "pip", "install", *self._quiet, *arguments], folder=folder)

    @property
    def _quiet(self) -> list[str]:
        return ["--quiet", "--disable-pip-version-check", "--no-input"]


def installer() -> Installer:
    """Return the installer there is."""
    uv = shutil.which("uv")
    return Uv(uv) if uv else Pip()


def last_lines(said: str) -> str:
    """Return the last lines of what an installer says that are not the same for every failure.

    Where a compiler says what is wrong, they begin there.
    """
    lines = [line.rstrip() for line in said.splitlines() if not IDLE.fullmatch(line)]
    compiled = (place for place, line in enumerate(lines) if (found := AT.match(line)) and found["source"])
    first = next(compiled, None)
    chosen = lines[-LAST_LINES:] if first is None else lines[first : first + LAST_LINES]
    return "\n".join(chosen) or said.strip()


def where_in(said: str, source: Path) -> tuple[str, int] | None:
    """Return the file of a project that an installer names, within it, and the line.

    That is the first one that a compiler names, else the last one of a Python traceback.
    """
    compiled: list[tuple[str, int]] = []
    run: list[tuple[str, int]] = []
    for one in AT.finditer(said):
        path = source / (one["python"] or one["source"])
        if path.is_file() and path.is_relative_to(source):
            (compiled if one["source"] else run).append(
                (str(path.relative_to(source)), int(one["number"] or one["line"]))
            )
    return next(iter([*compiled, *run[-1:]]), None)


class CallFailed(Exception):
    """An installer that failed; the message is all that it said."""


def _call(
    command: Sequence[str | Path], environ: Mapping[str, str] | None = None, folder: Path | None = None
) -> None:
    """Run an installer; raises CallFailed, OSError.

    Its temporary folder goes with it: it is killed where the user interrupts, and tidies up nothing then.
    """
    with (
        temporary_folder() as scratch,
        subprocess.Popen(  # noqa: S603  (no shell, and the user's own choice of packages)
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={**(environ or os.environ), "TMPDIR": str(scratch)},
            cwd=folder,
        ) as process,
    ):
        try:
            said, _nothing = process.communicate(timeout=INSTALL_SECONDS)
        except subprocess.TimeoutExpired:
            raise CallFailed(f"it did not end within {INSTALL_SECONDS} s") from None
        finally:
            process.kill()
            process.wait()
    if process.returncode:
        raise CallFailed(said)
