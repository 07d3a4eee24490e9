"""What a worker may be asked for: it imports a plug-in only when something of that is wanted.

A plug-in may change its whole process when it is imported, as gevent's manual recommends. So a worker of
another model must never import it: a plug-in is handed over with the names of what it defines, as the command
line has learnt them, and stays unread until one of them is asked for. The same goes for event loops.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from concbench.models.base import Model
from concbench.traits import unsized
from concbench.workloads.base import Workload
from concbench.workloads.catalogue import Catalogue, loop_name

Handed: TypeAlias = str | Mapping[str, Any]
"""A plug-in: its ``file`` and the names of its ``models`` and ``workloads``. A mere path, of which nobody
has said what it defines, is imported at once."""


class Shelf(Catalogue):
    """A catalogue that imports what is asked for, when it is asked for."""

    def __init__(self, plugins: Sequence[Handed] = (), loops: Sequence[str] = ()) -> None:
        super().__init__([one for one in plugins if isinstance(one, str)])
        told = [one for one in plugins if not isinstance(one, str)]
        self._files = {
            kind: {name: str(one["file"]) for one in told for name in one[kind]}
            for kind in ("models", "workloads")
        }
        self._loops = {loop_name(spec): spec for spec in loops}
        self._opened: dict[str, Catalogue] = {}

    def model(self, name: str) -> Model:
        """Return the model called ``name``; raises KeyError, or PluginError where its file cannot be used."""
        if name in self._loops:
            return Catalogue((), [self._loops[name]]).model(name)
        file = self._files["models"].get(name) or self._files["models"].get(unsized(name))
        return self._open(file).model(name) if file else super().model(name)

    def workload(self, name: str) -> Workload[Any]:
        """Return the workload called ``name``; raises KeyError, or PluginError as above."""
        file = self._files["workloads"].get(name)
        return self._open(file).workload(name) if file else super().workload(name)

    def _open(self, file: str) -> Catalogue:
        """Import a file, once: a model and a workload of one file share its module."""
        if file not in self._opened:
            self._opened[file] = Catalogue([file])
        return self._opened[file]
