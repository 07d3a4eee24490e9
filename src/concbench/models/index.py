"""Finding models by name: the modules of this package, and what installed distributions bring.

A module of the package, or of a folder in it, is a model if it defines ``MODEL``; which ones do is read from
their sources, so that a model's module is imported only when that model is asked for, and a worker that runs
generators never imports asyncio. A distribution brings models by entry points of the group that is called as
this package is.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, TypeVar

import concbench.models
from concbench.families import Family
from concbench.models.base import Model

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry point: its name, the distribution that it comes from, and what imports it.

    Or, under the name of a distribution of which none can be read, what is ``wrong`` with it.
    """

    name: str
    source: str
    load: Callable[[], Any]
    wrong: str | None = None


class Index(Generic[T]):
    """What a package's modules define as ``attribute``, by name, the ``first`` ones first.

    A module's name has an underscore where the name has a dash. What is ``unlisted`` is found by name alone.
    """

    def __init__(
        self, package: ModuleType, attribute: str, first: Sequence[str], unlisted: Sequence[str] = ()
    ) -> None:
        self._package, self._attribute, self._first, self._unlisted = package, attribute, first, unlisted

    @cached_property
    def _found(self) -> dict[str, str]:
        """The modules by the names that they have here, each as its package calls it."""
        defines = re.compile(rf"^{self._attribute}\b", re.MULTILINE)
        root = Path(self._package.__path__[0])
        sources = sorted((*root.glob("[!_]*.py"), *root.glob("*/[!_]*.py")), key=lambda one: one.name)
        return {
            one.stem.replace("_", "-"): ".".join(one.relative_to(root).with_suffix("").parts)
            for one in sources
            if defines.search(one.read_text("utf-8"))
        }

    def names(self) -> list[str]:
        """Return the names of all that the package has and lists."""
        first = [name for name in self._first if name in self._found]
        return first + [name for name in self._found if name not in (*first, *self._unlisted)]

    def module(self, name: str) -> str:
        """Return the dotted name of the module that defines what has this name; raises KeyError."""
        return f"{self._package.__name__}.{self._found[name]}"

    def get(self, name: str) -> T:
        """Return what the package has under a name; raises KeyError."""
        one: T = getattr(import_module(self.module(name)), self._attribute)
        return one

    def entries(self) -> list[Entry]:
        """Return the entry points of all distributions that are installed, none of them imported."""
        # It takes as long to import as a worker takes to start.
        from importlib.metadata import distributions, entry_points  # noqa: PLC0415

        group = self._package.__name__
        try:
            found = entry_points(group=group)
        except Exception:  # noqa: BLE001  (one that cannot be read keeps Python from reading any; it is told)
            each = [entry for one in distributions() for entry in _entries_of(one, group)]
            return list({(entry.name, entry.source): entry for entry in each}.values())
        return [Entry(one.name, _source(one.dist), one.load) for one in found]


def _entries_of(distribution: Any, group: str) -> list[Entry]:
    source = _source(distribution)
    try:
        found = distribution.entry_points.select(group=group)
    except Exception as error:  # noqa: BLE001  (what is in its files decides what is raised)
        wrong = f"its entry points cannot be read: {type(error).__name__}: {error}"
        return [Entry(source, source, list, wrong)]
    return [Entry(one.name, source, one.load) for one in found]


def _source(distribution: Any) -> str:
    try:
        about = distribution.metadata if distribution else {}
    except UnicodeDecodeError:
        about = {}
    name, version = about.get("Name"), about.get("Version")
    return f"{name} {version}" if name else "a distribution without a name"


ONE_OF_EACH = ("polling", "generator", "yield-from", "asyncio", "threads")
"""A model for each dialect, with nothing but the standard library: what is taken where few have to do."""

MEMBERS: Mapping[Family, tuple[str, ...]] = {
    "teaching": ("polling", "generator", "yield-from"),
    "event-loop": ("asyncio", "asyncio-gather", "asyncio-eager", "asyncio-py", "uvloop", "rloop", "zuvloop"),
    "library": ("trio", "anyio-asyncio", "anyio-trio", "tinyio", "curio", "gevent"),
    "threads": ("threads",),
    "pool": ("thread-pool", "process-pool", "interpreter-pool"),
    "ladder": (
        "idle-sleep",
        "timer-heap",
        "ready-queue",
        "selector",
        "task-objects",
        "cancellation",
        "async-await",
    ),
}
"""The package's models by their families, in the order in which they are listed and marked in charts."""

INDEX: Index[Model] = Index(concbench.models, "MODEL", first=list(chain(*MEMBERS.values())))
names, get, entries = INDEX.names, INDEX.get, INDEX.entries


def family_named(model: str) -> Family | None:
    """Return the family of a model by its name alone, which says its number of workers or event loop perhaps.

    None for a model that the package does not know.
    """
    bare = model.partition(":")[0].partition("+")[0]
    return next((family for family, members in MEMBERS.items() if bare in members), None)
