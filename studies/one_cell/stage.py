"""Who conducts: it starts the tools, hears who is ready, and gives the turn to one at a time."""

import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

from one_cell import GO, READY
from one_cell.tools import Failed

START_S = 120.0
"""How long a tool may take to come to its first sample, in s."""

SAMPLE_S = 60.0
"""How long a turn may take, in s."""

LAST_WORDS = 2000


class Stage:
    """The tools of one round, each a process of its own, and a socket that they report to.

    Use it as a context: at its end no tool is left alive.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(path))
        self._listening.listen()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._logs: dict[str, IO[bytes]] = {}
        self._ready: dict[str, socket.socket] = {}

    def __enter__(self) -> "Stage":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes.values():
            process.kill()
            process.wait()
        for conversation in (*self._ready.values(), self._listening):
            conversation.close()
        for log in self._logs.values():
            log.close()

    def start(self, name: str, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        """Start a tool, and wait until it is ready for its first turn. Raises Failed."""
        log = self._logs[name] = (folder / "log").open("w+b")
        self._processes[name] = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        conversation = self._conversation(name)
        conversation.settimeout(SAMPLE_S)
        if not self._hears(conversation):
            raise self._lost(name)
        self._ready[name] = conversation

    def _conversation(self, name: str) -> socket.socket:
        """Return the socket on which a tool that was just started speaks, its name heard."""
        self._listening.settimeout(1.0)
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self._processes[name].poll() is None:
            try:
                conversation, _ = self._listening.accept()
            except TimeoutError:
                continue
            heard = b""
            while not heard.endswith(b"\n"):
                heard += conversation.recv(1) or b"\n"
            return conversation
        raise self._lost(name)

    def turn(self, name: str) -> None:
        """Give a tool the turn; wait until it is ready for another, or has no more samples. Raises Failed."""
        self._ready[name].sendall(GO)
        try:
            self._hears(self._ready[name])
        except TimeoutError as late:
            raise self._lost(name) from late

    def _hears(self, conversation: socket.socket) -> bool:
        """Wait for a tool to be ready; return whether it is, and not gone."""
        return conversation.recv(1) == READY

    def end(self) -> None:
        """Wait for every tool to write what it has found. Raises Failed."""
        for name, process in self._processes.items():
            try:
                code = process.wait(SAMPLE_S)
            except subprocess.TimeoutExpired as late:
                raise self._lost(name) from late
            if code != 0:
                raise self._lost(name)

    def _lost(self, name: str) -> Failed:
        log = self._logs[name]
        log.seek(0)
        said = log.read().decode(errors="replace")[-LAST_WORDS:]
        return Failed(f"{name} did not do its part (exit code {self._processes[name].poll()}):\n{said}")
