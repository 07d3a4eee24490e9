"""A real shell at a terminal of ours: what a line becomes when the Tab key is pressed."""

import os
import pty
import re
import select
import shutil
import sys
import time
from pathlib import Path

SHELLS = {
    "bash": (["--norc", "--noprofile", "-i"], 'eval "$(_CONCBENCH_COMPLETE=bash_source concbench)"'),
    "zsh": (
        ["-f", "-i"],
        'autoload -Uz compinit; compinit -u -D; eval "$(_CONCBENCH_COMPLETE=zsh_source concbench)"',
    ),
    "fish": (["--no-config", "-i"], "_CONCBENCH_COMPLETE=fish_source concbench | source"),
}
"""How each is started without anybody's settings, and told of our completion."""

PATIENCE = 60.0


class Shell:
    """A shell that runs until it is closed."""

    def __init__(self, name: str, folder: Path, path: str) -> None:
        self.name = name
        options, setup = SHELLS[name]
        program = shutil.which(name)
        assert program is not None
        self._process, self._terminal = pty.fork()
        if not self._process:
            os.chdir(folder)
            environ = {"PATH": path, "HOME": str(folder), "TERM": "dumb", "PS1": "$ ", "COLUMNS": "200"}
            os.execve(program, [name, *options], environ)  # noqa: S606
        self._seen = ""
        self._say(f"{setup}; echo rea''dy\n")
        self._until(r"ready")

    def completed(self, line: str) -> str:
        """Return what a line is after Tab: it is printed, not run.

        The keys behind Tab are read when it has been answered, however long that takes.
        """
        self._seen = ""
        self._say(f"{line}\t\x01echo '<<' \x05 '>>'\n")  # before the line and behind it
        return " ".join(self._until(r"(?m)^<< (.*?) *>>").split())

    def close(self) -> None:
        """End it."""
        os.kill(self._process, 9)
        os.waitpid(self._process, 0)
        os.close(self._terminal)

    def _say(self, words: str) -> None:
        os.write(self._terminal, words.encode())

    def _until(self, pattern: str) -> str:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self._read(0.2)
            found = re.search(pattern, self._seen.replace("\r", "\n"))
            if found:
                return found[found.lastindex or 0]
        sys.stderr.write(self._seen)
        raise TimeoutError(pattern)

    def _read(self, seconds: float) -> None:
        if select.select([self._terminal], [], [], seconds)[0]:
            self._seen += os.read(self._terminal, 65536).decode(errors="replace")
