"""The user's own code in a run: plug-ins, event loops, interpreters by path.

A run file says which of them a run was made with, but is data: people pass run files on, and nothing is
imported or executed because a file names it. So whoever resumes a run names its code again, and it has
to be the same.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

from concbench.errors import arg
from concbench.results.errors import RunFileError
from concbench.results.resuming import VERSION, resume_command
from concbench.runs.request import RunRequest
from concbench.workloads.catalogue import is_file


def label_of(plugin: str) -> str:
    """Return how a run file names a plug-in: its file name and the SHA-256 of what it holds."""
    file = Path(plugin)
    return f"{file.name} sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"


def label_of_loop(loop: str) -> str:
    """Return how a run file names an event loop: one in a file by its name, factory and SHA-256."""
    if not is_file(loop):
        return loop
    file, _, factory = loop.rpartition(":")
    return f"{factory} of {label_of(file)}"


def labels_of(plugins: Sequence[str], loops: Sequence[str]) -> dict[str, list[str]]:
    """Return how the settings of a run file name the user's code."""
    return {"plugins": list(map(label_of, plugins)), "loops": list(map(label_of_loop, loops))}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCode:
    """What the user names: plug-in files, ``module:factory`` loops, interpreters."""

    plugins: tuple[str, ...] = ()
    loops: tuple[str, ...] = ()
    pythons: tuple[str, ...] = ()

    def take_the_place(self, recorded: RunRequest, path: Path) -> RunRequest:
        """Return the recorded request, with code that is named here in place of what it recorded.

        Raises RunFileError unless both are the same, in any order. Interpreters that are mere versions, which
        are looked for in the usual places, need not be named again.
        """
        versions = tuple(spec for spec in recorded.pythons if VERSION.fullmatch(spec))
        for name, then, now in (
            ("plugins", recorded.plugins, [label_of(plugin) for plugin in self.plugins]),
            ("loops", recorded.loops, [label_of_loop(loop) for loop in self.loops]),
            ("pythons", recorded.pythons, self.pythons or versions),
        ):
            if sorted(then) != sorted(now):
                raise RunFileError(
                    f"it was made with {arg(name, ', '.join(then) or 'left out')}; name the same again (it is"
                    " not taken from the file, since that could be anybody's code)",
                    path,
                )
        plugins = _as_recorded(recorded.plugins, self.plugins, label_of)
        loops = _as_recorded(recorded.loops, self.loops, label_of_loop)
        return replace(recorded, plugins=plugins, loops=loops)

    def resume_command(self, path: Path) -> str:
        """Return the command that goes on with the run in ``path``, and names this code again."""
        return resume_command(path, plugins=self.plugins, loops=self.loops, pythons=self.pythons)

    def resume_call(self, path: Path) -> str:
        """Return the call of a program that does the same."""
        named = ((field.name, getattr(self, field.name)) for field in fields(self))
        given = "".join(f", {name}={list(values)!r}" for name, values in named if values)
        return f"concbench.runs.resume({str(path)!r}{given})"


def _as_recorded(
    labels: tuple[str, ...], named: tuple[str, ...], label: Callable[[str], str]
) -> tuple[str, ...]:
    """Return what is named, in the order of its ``labels``: a run goes on as it was begun."""
    return tuple(sorted(named, key=lambda one: labels.index(label(one))))
