"""The names by which a project's own modules are imported, and what of an environment they are."""

import re
from collections.abc import Iterable, Iterator
from email.parser import HeaderParser
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

BESIDE = frozenset(
    {"setup", "conftest", "noxfile", "tasks", "docs", "doc", "test", "tests", "benchmarks", "examples"}
)
"""What lies beside a project's code in the root of its repository: others call theirs the same."""

ABOUT = (".dist-info", ".egg-info", ".data")


def in_folder(root: Path) -> tuple[str, ...]:
    """Return the modules and packages that lie in a folder that is on ``sys.path``.

    Folders without an ``__init__.py`` are left out: a namespace may lie in several places at once.
    """
    modules = [file.stem for file in root.glob("*.py")]
    packages = [file.parent.name for file in root.glob("*/__init__.py")]
    return _names({*modules, *packages, *_extensions(file.name for file in root.iterdir())} - BESIDE)


def extensions_in(root: Path) -> Iterator[Path]:
    """Yield the extension modules in a folder that is on ``sys.path``, and in the packages there."""
    folders = (folder for name in in_folder(root) if (folder := root / name).is_dir())
    files = [*root.iterdir(), *(file for folder in folders for file in folder.rglob("*"))]
    yield from (file for file in sorted(files) if file.name.endswith(tuple(EXTENSION_SUFFIXES)))


def of_wheel(files: Iterable[str]) -> tuple[str, ...]:
    """Return the modules and packages among the files of a wheel (or of its RECORD)."""
    paths = [PurePosixPath(file) for file in files]
    places = [_as_installed(path) for path in paths]
    inside = [path for path in places if path is not None]
    modules = {path.stem for path in inside if len(path.parts) == 1 and path.suffix == ".py"}
    packages = {path.parts[0] for path in inside if path.parts[1:] == ("__init__.py",)}
    return _names({*modules, *packages, *_extensions(path.name for path in inside if len(path.parts) == 1)})


def lacking(wheel: ZipFile, extras: Iterable[str]) -> list[str]:
    """Return those extras that a wheel does not have: installers install it without, and warn at most."""
    about = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    said = [HeaderParser().parsestr(wheel.read(name).decode(errors="replace")) for name in about]
    known = {_canonical(name) for one in said for name in one.get_all("Provides-Extra", [])}
    return [extra for extra in extras if _canonical(extra) not in known]


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _as_installed(path: PurePosixPath) -> PurePosixPath | None:
    """Return where a file of a wheel comes to lie in site-packages, None where it does not."""
    first, *rest = path.parts
    if first.endswith(".data") and rest[:1] in (["purelib"], ["platlib"]) and rest[1:]:
        return PurePosixPath(*rest[1:])
    return None if first.endswith(ABOUT) or first == ".." else path


def _extensions(names: Iterable[str]) -> set[str]:
    return {name.partition(".")[0] for name in names if name.endswith(tuple(EXTENSION_SUFFIXES))}


def _names(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(name for name in found if name.isidentifier()))
