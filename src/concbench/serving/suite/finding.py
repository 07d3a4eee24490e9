"""Finding the benchmarks of a suite: its modules are imported, one after the other, and looked through."""

import inspect
import pkgutil
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

from concbench.serving.faults import located
from concbench.serving.suite.attributes import Definition, ids_of, parameters
from concbench.serving.suite.benchmark import SuiteBenchmark
from concbench.serving.suite.locating import NoSuite

TIMED = re.compile(r"^(Time[A-Z_].+)|(time_.+)$")
OTHERS = {
    "timeraw": re.compile(r"^(Timeraw[A-Z_].+)|(timeraw_.+)$"),
    "mem": re.compile(r"^(Mem[A-Z_].+)|(mem_.+)$"),
    "peakmem": re.compile(r"^(PeakMem[A-Z_].+)|(peakmem_.+)$"),
    "track": re.compile(r"^(Track[A-Z_].+)|(track_.+)$"),
}
"""What asv has besides, by the beginning of its name."""


@dataclass(slots=True)
class Found:
    """What was found in a folder.

    ``benchmarks`` are by name; ``errors`` say why modules could not be read, ``others`` how many benchmarks
    are of a kind that is not compared.
    """

    folder: Path
    benchmarks: dict[str, SuiteBenchmark] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    others: Counter[str] = field(default_factory=Counter)


class Importer:
    """Imports a suite by the name of its folder, and nothing else of the folder around it, as asv does."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def find_spec(self, name: str, _path: Any = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return where the suite is; None for all else."""
        if name != self._root.name:
            return None
        return PathFinder.find_spec(name, [str(self._root.parent)], target)


def find(root: Path, keyword: str, found: Found) -> None:
    """Add the benchmarks of a suite, of which ``keyword``, a regular expression, chooses by their names.

    Raises NoSuite where the suite itself cannot be imported under its name, and what its import raises.
    """
    if "." in root.name or root.name in sys.modules:
        raise NoSuite(f"a suite cannot be called {root.name}: the name of its folder is that of a package")
    sys.meta_path.insert(0, Importer(root))
    earlier = set(found.benchmarks)
    chosen = re.compile(keyword)
    for module in _modules(import_module(root.name), found):
        group = module.__name__.partition(".")[2] or root.name
        for benchmark in _of_module(module, group, found):
            if benchmark.name in earlier:
                raise NoSuite(f"two suites have a benchmark {benchmark.name}: compare them one at a time")
            if chosen.search(benchmark.name):
                found.benchmarks[benchmark.name] = benchmark


def _modules(package: ModuleType, found: Found) -> Iterator[ModuleType]:
    """Yield a module and all that lie in it; one that cannot be imported is an error of its own."""
    yield package
    for about in pkgutil.iter_modules(getattr(package, "__path__", ()), f"{package.__name__}."):
        try:
            module = import_module(about.name)
        except BaseException as error:  # noqa: BLE001  (a project's code may raise anything)
            found.errors[about.name.partition(".")[2]] = located(error, found.folder)
        else:
            yield from _modules(module, found)


def _of_module(module: ModuleType, group: str, found: Found) -> Iterator[SuiteBenchmark]:
    for definition, function in _definitions(module):
        named = getattr(function, "benchmark_name", None)
        if named is not None and not (isinstance(named, str) and named.isprintable()):
            found.errors[group] = f"{definition.attribute} has a benchmark_name that is no word: {named!r}"
            continue
        last = (named or definition.attribute).rpartition(".")[2]
        kind = next((kind for kind, pattern in OTHERS.items() if pattern.match(last)), None)
        if getattr(function, "skip_benchmark", False):
            continue
        if kind is not None:
            found.others[kind] += 1
        elif TIMED.match(last):
            try:
                yield from _with_parameters(definition, named, group)
            except BaseException as error:  # noqa: BLE001  (a project's code may raise anything)
                found.errors[group] = located(error, found.folder)


def _definitions(module: ModuleType) -> Iterator[tuple[Definition, Any]]:
    """Yield every function of a module, and of its classes, that asv looks at."""
    for name, one in list(vars(module).items()):
        if name.startswith("_"):
            continue
        if inspect.isclass(one) and not inspect.isabstract(one):
            for attribute, function in inspect.getmembers(one):
                if inspect.isfunction(function) or inspect.ismethod(function):
                    yield Definition(module, one, attribute), function
        elif inspect.isfunction(one):
            yield Definition(module, None, name), one


def _with_parameters(definition: Definition, named: str | None, group: str) -> Iterator[SuiteBenchmark]:
    sources = definition.made()
    values = parameters(sources)
    name = named or _name(definition)
    for chosen in zip(product(*values), product(*map(ids_of, values)), strict=True):
        shown = f"{name}({', '.join(chosen[1])})" if values else name
        yield SuiteBenchmark(shown, group, definition, chosen[0])


def _name(definition: Definition) -> str:
    """Return what asv calls a benchmark, which begins with its module, without the name of the suite.

    Asv goes by a function's own name. Where a decorator or a lambda has left it one that is no benchmark's,
    so that several may have it, it is called as it is in its module.
    """
    module = definition.module.__name__.partition(".")[2]
    if definition.owner is None:
        own = getattr(definition.module, definition.attribute).__name__
        last = own if TIMED.match(own) else definition.attribute
    else:
        last = f"{definition.owner.__name__}.{definition.attribute}"
    return f"{module}.{last}" if module else last
