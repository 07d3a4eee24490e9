"""What ``setup_cache`` returns: made once in a process for all benchmarks that share it."""

import os
import pickle
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any


class Caches:
    """Makes each cache in a folder of its own, which is also where its benchmarks run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[Any, tuple[Path, bytes]] = {}

    def enter(self, make: Callable[[], Any] | None, before: Iterable[Callable[[], Any]]) -> Any:
        """Go to the folder of a benchmark whose cache is made so, and return a copy of it; None: it has none.

        ``before`` is called before it is made. As in asv a benchmark gets a copy of its own, by pickle.
        """
        if make is None:
            os.chdir(self._folder)
            return None
        key = getattr(make, "__func__", make)
        if key not in self._made:
            self._made[key] = self._make(make, before)
        folder, pickled = self._made[key]
        os.chdir(folder)
        return pickle.loads(pickled)  # noqa: S301  (this very process has made it)

    def _make(self, make: Callable[[], Any], before: Iterable[Callable[[], Any]]) -> tuple[Path, bytes]:
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        os.chdir(folder)
        for hook in before:
            hook()
        return folder, pickle.dumps(make(), pickle.HIGHEST_PROTOCOL)
