"""One folder of compiled files for all comparisons of a process of pytest.

Each comparison has a new one, in which the first workers of both sides compile the standard library, pytest
and the measured side: that is most of what a small comparison takes. Checkouts lie in folders of random
names, so none finds what was compiled of another's files.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from concbench.drive.sides import asked


def keep_compiled(patch: pytest.MonkeyPatch, folders: pytest.TempPathFactory) -> None:
    """Let comparisons keep their compiled files, those of both sides together."""
    folder = folders.getbasetemp() / "compiled"
    if not folder.exists():
        (folder / asked.NAMES[0]).mkdir(parents=True)
        (folder / asked.NAMES[1]).symlink_to(asked.NAMES[0], target_is_directory=True)

    @contextmanager
    def kept() -> Iterator[Path]:
        yield folder

    patch.setattr(asked, "temporary_folder", kept)
