"""What a benchmark of a suite says of itself, in attributes: its function's, its class's, its module's."""

import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

ADDRESS = re.compile(r"^(<.*) at (0x[\da-fA-F]*)(>)$")


@dataclass(frozen=True, slots=True)
class AttributeSources:
    """A benchmark's function, and what its attributes are taken from, the closest first."""

    function: Callable[..., Any]
    places: tuple[Any, ...]

    def first(self, name: str, default: Any) -> Any:
        """Return the closest attribute of a name that is not None."""
        return next((one for one in self._all(name) if one is not None), default)

    def _all(self, name: str) -> Iterator[Any]:
        for place in self.places:
            yield getattr(place, name, None)

    def hooks(self, name: str) -> list[Callable[..., Any]]:
        """Return the hooks of a name, the closest first; as in asv, ``setUp`` is ``setup``, too."""
        found: list[list[Any]] = []
        for place in self.places:
            found.append([getattr(place, key) for key in dir(place) if key.lower() == name])
            if len(found[-1]) > 1:
                raise ValueError(f"{place!r} has several hooks that are called {name}, but for upper case")
        return [hook for hooks in found for hook in hooks if hook is not None]


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a benchmark is written: a function of a module, or of one of its classes."""

    module: ModuleType
    owner: type | None
    attribute: str

    def made(self) -> AttributeSources:
        """Return its sources: a method's with an instance of its own."""
        if self.owner is None:
            function = getattr(self.module, self.attribute)
            return AttributeSources(function, (function, self.module))
        instance = self.owner()
        function = getattr(instance, self.attribute)
        return AttributeSources(function, (function, instance, self.module))


def parameters(sources: AttributeSources) -> list[list[Any]]:
    """Return the values of each parameter; one list is that of a single one."""
    given = list(sources.first("params", []))
    if given and not isinstance(given[0], tuple | list):
        return [given]
    return [list(values) for values in given]


def ids_of(values: Sequence[Any]) -> list[str]:
    """Return what the values of a parameter are called: as Python shows them, and numbered if alike."""
    shown = [_without_address(value) for value in values]
    twice = {name for name, count in Counter(shown).items() if count > 1}
    met: Counter[str] = Counter()
    named = []
    for name in shown:
        named.append(f"{name} ({met[name]})" if name in twice else name)
        met[name] += 1
    return named


def _without_address(value: Any) -> str:
    """Return how Python shows a value, without the address that another process has otherwise."""
    shown = repr(value)
    match = ADDRESS.match(shown)
    own = ADDRESS.match(object.__repr__(value)) if match else None
    return match[1] + match[3] if match and own and match[2] == own[2] else shown


def takes_nothing(hook: Callable[..., Any]) -> bool:
    """Say whether a hook is a function, no method, that may be called without arguments."""
    if inspect.ismethod(hook):
        return False
    try:
        inspect.signature(hook).bind()
    except (TypeError, ValueError):
        return False
    return True
