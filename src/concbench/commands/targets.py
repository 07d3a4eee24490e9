"""The files that ``compare`` writes besides its run file: tried before measuring, and written after it."""

import os
import tempfile
from pathlib import Path

from concbench.commands.reporting import drawing_module, refuse_foreign
from concbench.results.errors import RunFileError


def try_targets(page: Path | None, markdown: Path | None) -> None:
    """Raise what would be raised after measuring: where a file cannot be written, or nothing be drawn.

    Raises click.UsageError for a page that would replace a file of others, RunFileError, MissingExtra.
    """
    if page is not None:
        refuse_foreign(page, option="--report")
        _try_folder(page, _nearest(page.absolute().parent), "--report")
        drawing_module()
    if markdown is not None:
        _try_appending(markdown)


def _nearest(folder: Path) -> Path:
    """Return the folder that is there already, of this one and those it lies in."""
    return next(one for one in (folder, *folder.parents) if os.path.lexists(one))


def _try_folder(path: Path, folder: Path, option: str) -> None:
    """Raise RunFileError where no file can be made in a folder; a try tells what rights do not."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return
    except OSError as error:
        raise _refused(path, error, option) from error


def _try_appending(path: Path) -> None:
    """Raise RunFileError where text cannot be added to a file, or it cannot be made."""
    if not path.exists():
        _try_folder(path, path.absolute().parent, "--markdown")
    elif path.is_file() or path.is_dir():
        append(path, "")


def _refused(path: Path, error: OSError, option: str) -> RunFileError:
    return RunFileError(f"cannot be written ({error.strerror}); name another with {option}", path)


def append(path: Path, text: str) -> None:
    """Add text to a file, or make it (a job's summary is added to); raises RunFileError where that fails."""
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise _refused(path, error, "--markdown") from error
