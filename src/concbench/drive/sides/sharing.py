"""Extension modules that several environments have alike lie on the disk once, and so in memory.

A file's content lies in whatever physical pages, large or small, were free when it was read or written, for
as long as it is cached. That can make one copy of the same machine code some per cent slower than another,
in every process (docs/BIAS.md). Sides that differ in nothing else must not differ in that.
"""

import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

STORE = "shared"
"""The folder beside the environments in which each file has a name by its content."""

NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.EXDEV, errno.EMLINK, errno.ENOENT}
"""What a file system says that has no hard links here, or what another process has just tidied away."""


def share_modules(environment: Path, store: Path) -> None:
    """Have an environment's shared libraries be those that lie in a store already; put the others there.

    Where a file system has no hard links an environment keeps copies of its own. What no environment has
    any more leaves the store. Raises OSError for what else goes wrong: a full disk, say.
    """
    try:
        libraries = list(_libraries(environment))
        if libraries:
            store.mkdir(exist_ok=True)
        for path in libraries:
            kept = store / hashlib.sha256(path.read_bytes()).hexdigest()
            try:
                os.link(path, kept)
            except FileExistsError:
                _link(kept, path)
        for kept in store.iterdir() if store.exists() else ():
            if kept.stat().st_nlink == 1:
                kept.unlink()
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise


def _libraries(environment: Path) -> Iterator[Path]:
    for path in sorted(environment.rglob("*")):
        name = path.name
        if (name.endswith((".so", ".dylib")) or ".so." in name) and path.is_file() and not path.is_symlink():
            yield path


def _link(kept: Path, path: Path) -> None:
    """Put a link to a file of the store in another's place, with its mode."""
    if kept.stat().st_mode != path.stat().st_mode:
        return
    beside = path.with_name(f"{path.name}.shared")
    os.link(kept, beside)
    beside.replace(path)
