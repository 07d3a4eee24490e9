"""A place: an interpreter, and whose code the processes find that are started there."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import concbench
from concbench.drive.host.switches import PLAIN, Switches
from concbench.drive.workers.starting import BOOTSTRAP
from concbench.measure.shelf import Handed
from concbench.workloads.catalogue import loop_name


@dataclass(frozen=True, slots=True)
class Place:
    """Where workers run, and plug-ins are imported.

    ``suite`` is the folder of another concbench package, whose models and workloads take the place of ours.
    ``roots`` are searched for modules before anything else (a project's). ``compiled`` is the folder for
    compiled files, where alone they are looked for, too: a working tree is not to have them, nor one side to
    load what the other lacks. None for beside the sources, where Python puts them. ``switches`` are the
    options of the interpreter, which are set by variables. ``built``: a project is installed there, and what
    is imported is that, and no source of it elsewhere. ``sources`` are searched first, too, but only for
    plug-ins and event loops: those of the project that names them.
    """

    interpreter: Path
    suite: Path | None = None
    roots: tuple[Path, ...] = ()
    compiled: Path | None = None
    switches: Switches = PLAIN
    built: bool = False
    sources: tuple[Path, ...] = ()

    def command(self, code: str, *options: str) -> list[str]:
        """Return what runs ``code`` there, with options of Python's; arguments may follow.

        The switches' variables, and isolation, are up to the caller.
        """
        compiled = ["-X", f"pycache_prefix={self.compiled}"] if self.compiled else []
        python = [str(self.interpreter), *compiled, *options, "-P", "-c", BOOTSTRAP + code]
        return [*python, str(concbench.__file__), str(self.suite or "")]

    def imports(
        self, plugins: Sequence[Handed], loops: Sequence[str], model: str | None = None
    ) -> dict[str, Any]:
        """Return what a process is told that imports these there, or what of them is ``model``'s.

        Modules are looked for in ``after`` last: for an event loop, in the current folder. Not so where the
        code of a checkout is measured, which has or lacks the loop itself.
        """
        wanted = any(model in (None, loop_name(loop)) for loop in loops)
        after = [str(Path.cwd())] if wanted and not (self.suite or self.roots or self.built) else []
        roots = [*self.roots, *(self.sources if plugins or wanted else ())]
        told = {"plugins": list(plugins), "loops": list(loops)}
        return {**told, "roots": [str(root) for root in roots], "after": after}
