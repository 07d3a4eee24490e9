"""Which tests of a file are asked for, where a path names some of them behind ``::``."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

PARTED = "::"
"""What parts a file and the name of a test in it."""


def files_of(paths: Sequence[str]) -> Iterator[str]:
    """Yield what pytest is to collect: whole files, since it ends where one has no test of a name."""
    yield from dict.fromkeys(path.partition(PARTED)[0] for path in paths)


class Chosen:
    """The tests that paths name, of which a side may have none."""

    def __init__(self, folder: str, paths: Sequence[str]) -> None:
        self._whole: set[Path] = set()
        self._named: dict[Path, list[str]] = {}
        for path in paths:
            file, _, name = path.partition(PARTED)
            place = (Path(folder) / file).resolve()
            if name:
                self._named.setdefault(place, []).append(name)
            else:
                self._whole.add(place)

    def has(self, item: Any) -> bool:
        """Say whether a test is asked for: by its file, a folder of it, its class or its own name."""
        if not self._named:
            return True
        file = Path(item.path).resolve()
        own = item.nodeid.partition(PARTED)[2]
        names = self._named.get(file)
        if names is None or not self._whole.isdisjoint((file, *file.parents)):
            return True
        return any(own == name or own.startswith((f"{name}{PARTED}", f"{name}[")) for name in names)
