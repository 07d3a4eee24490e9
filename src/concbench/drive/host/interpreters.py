"""Which Pythons there are: find an interpreter by version, name or path.

A candidate counts only if it runs and says itself which version it is: a pyenv shim, for one, is an
executable file named python3.12 that may run nothing at all.
"""

import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from concbench.drive.host.interpreter_info import OLDEST, InterpreterInfo, probe
from concbench.drive.host.switches import PLAIN, InterpreterError, Switches, split

SUPPORTED = ((3, 11), (3, 12), (3, 13), (3, 14))
_SPEC = re.compile(r"(?:python)?([0-9]+)\.([0-9]+)(?:\.([0-9]+))?(t?)")


@dataclass(frozen=True, slots=True)
class Interpreter:
    """An executable, and the switches that it is started with."""

    executable: Path
    switches: Switches = PLAIN

    def __str__(self) -> str:
        return f"{self.executable} {self.switches}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where to look: the running interpreter, the folders of PATH, and the roots of pyenv, uv and macOS."""

    running: Path
    path: tuple[Path, ...] = ()
    pyenv: Path | None = None
    uv: Path | None = None
    frameworks: Path | None = None

    @classmethod
    def here(cls, environ: Mapping[str, str] = os.environ) -> "Places":
        """Return the places of this machine and user, as ``environ`` names them."""
        home = home_folder(environ)
        path = [Path(part) for part in environ.get("PATH", "").split(os.pathsep) if part]
        data = _named_or(environ.get("XDG_DATA_HOME"), home, ".local/share")
        mac = sys.platform == "darwin"
        return cls(
            running=Path(sys.executable),
            path=(*path, *((Path("/opt/homebrew/bin"), Path("/usr/local/bin")) if mac else ())),
            pyenv=_named_or(environ.get("PYENV_ROOT"), home, ".pyenv"),
            uv=_named_or(environ.get("UV_PYTHON_INSTALL_DIR"), data, "uv/python"),
            frameworks=Path("/Library/Frameworks/Python.framework") if mac else None,
        )


def home_folder(environ: Mapping[str, str] = os.environ) -> Path | None:
    """Return the user's home, or None where there is none: no HOME, and no entry in the user database."""
    if environ.get("HOME"):
        return Path(environ["HOME"])
    try:
        return Path.home()
    except RuntimeError:
        return None


def _named_or(name: str | None, folder: Path | None, usual: str) -> Path | None:
    """Return the folder that a variable names, else the usual one in ``folder``, where there is such."""
    if name:
        return Path(name)
    return folder / usual if folder else None


def _candidates(minor: tuple[int, int], places: Places) -> Iterator[Path]:
    dotted = f"{minor[0]}.{minor[1]}"
    names = (f"python{dotted}", f"python{dotted}t")
    yield places.running
    for folder in places.path:
        yield from (folder / name for name in names)
    if places.pyenv:
        yield from _found(places.pyenv / "versions", f"{dotted}[.t-]*/bin/python")
    if places.uv:
        yield from _found(places.uv, f"cpython-{dotted}[.+]*/bin/python{dotted}*")
    if places.frameworks:
        yield from (places.frameworks / "Versions" / dotted / "bin" / name for name in names)


def _found(folder: Path, pattern: str) -> list[Path]:
    """Return what lies in a folder, nothing where it may not be looked into."""
    try:
        return sorted(folder.glob(pattern))
    except OSError:
        return []


def _closed(places: Places) -> list[str]:
    """Return which folders of interpreters may not be looked into, and why, in words."""
    told = []
    for folder in (places.pyenv and places.pyenv / "versions", places.uv):
        try:
            if folder is not None:
                next(folder.iterdir(), None)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            told.append(f"{folder} cannot be read ({error.strerror})")
    return told


def _existing(candidates: Iterable[Path]) -> list[Path]:
    """Keep the executable files, each once; links to the file are kept apart, links to its folder are not."""
    found: dict[Path, Path] = {}
    for path in candidates:
        if os.access(path, os.X_OK) and path.is_file() and not path.name.endswith("-config"):
            found.setdefault(path.parent.resolve() / path.name, path)
    return list(found.values())


def _probe_all(paths: Iterable[Path]) -> tuple[list[InterpreterInfo], list[str]]:
    infos: list[InterpreterInfo] = []
    failures: list[str] = []
    for path in paths:
        try:
            infos.append(probe(path))
        except InterpreterError as error:
            failures.append(str(error))
    return infos, failures


def _named(spec: str) -> Path:
    path = _at_home(spec)
    found = shutil.which(str(path) if spec.startswith("~") else spec)
    if found is None:
        what = _what_is_wrong(path) if os.sep in spec else "no such command on PATH, and no version"
        raise InterpreterError(
            f"no interpreter {spec}: {what}; give a version (3.12), a command or the path of an executable"
        )
    return probe(Path(found)).executable


def _at_home(spec: str) -> Path:
    """Return a path with its ``~`` resolved; raises InterpreterError where there is no such home."""
    try:
        return Path(spec).expanduser()
    except RuntimeError as error:
        raise InterpreterError(
            f"no interpreter {spec}: no home folder is known for it (is HOME set?); give its whole path"
        ) from error


def _what_is_wrong(path: Path) -> str:
    if path.is_dir():
        return "it is a folder"
    return "it is not executable" if path.exists() else "there is no such file"


def find(spec: str, places: Places | None = None) -> Path:
    """Return the absolute path of the interpreter that ``spec`` names.

    ``spec`` is a version (``3.12``, ``3.12.1``, ``python3.12``, ``3.13t`` for a free-threaded build), a
    command on PATH, or a path. For a version the running interpreter is taken if it matches, kept as it is
    since a virtual environment is known by its link; else the newest patch release of all that were found.
    Raises InterpreterError, listing what was tried, where none matches or the one named cannot be used.
    """
    parsed = _SPEC.fullmatch(spec)
    if parsed is None:
        return _named(spec)
    places = places or Places.here()
    *numbers, threaded = parsed.groups()
    wanted = tuple(int(number) for number in numbers if number is not None)
    if wanted < OLDEST:
        raise InterpreterError(f"Python {spec} is too old: concbench measures CPython 3.11 or newer")
    infos, tried = _probe_all(_existing(_candidates((wanted[0], wanted[1]), places)))
    matching = [
        info
        for info in infos
        if info.version[: len(wanted)] == wanted and info.free_threaded == bool(threaded)
    ]
    if matching:
        return _best(matching, places).executable
    kinds = [f"{info.executable} is {info.name}" for info in infos]
    told = "; ".join(kinds + tried + _closed(places)) or "nothing answered"
    raise InterpreterError(
        f"no Python {spec} found. Tried: {told}. Install it (with"
        f" pyenv, uv or your system's packages) or name its executable: --python /path/to/python{spec}"
    )


def choose(spec: str, places: Places | None = None) -> Interpreter:
    """Return the interpreter that ``spec`` names, as ``find`` does, with the options that follow in it.

    Raises InterpreterError, also for options that would change nothing in this interpreter.
    """
    where, switches = split(spec)
    path = find(where, places)
    if switches.words:
        _require_effect(spec, probe(path), switches)
    return Interpreter(path, switches)


def _require_effect(spec: str, plain: InterpreterInfo, switches: Switches) -> None:
    """Raise InterpreterError unless the interpreter does what it is asked for: it ignores what it lacks."""
    for (kind, _), word in zip(switches.kinds(), switches.words, strict=True):
        if plain.version < kind.since:
            since = ".".join(map(str, kind.since))
            raise InterpreterError(
                f"{spec}: Python {plain.name} does not know {word}, only {since} and newer do"
            )
        if kind.flag == "jit" and plain.jit_built is False:
            raise InterpreterError(
                f"{spec}: Python {plain.name} has no JIT compiler; name one that was built with"
                " --enable-experimental-jit"
            )
        if word == "-X gil=1" and not plain.free_threaded:
            raise InterpreterError(f"{spec}: Python {plain.name} always has its GIL; leave {word} out")
    try:
        info = probe(plain.executable, switches=switches)
    except InterpreterError as error:
        raise InterpreterError(f"{spec}: {error}") from error
    for kind, value in switches.kinds():
        said = {**info.flags, "gil": info.gil, "jit": info.jit}.get(kind.flag)
        if said is not None and said != int(value):
            raise InterpreterError(
                f"{spec}: Python {plain.name}, asked for {kind.flag} {value}, says that it is {int(said)}"
            )


def names_of(found: Mapping[str, Interpreter]) -> dict[str, Interpreter]:
    """Return what to call each interpreter that was asked for (what names it → what it is).

    A version is called as it was asked for (``3.12``, ``3.13t``). A path or a command is called by its
    version, with a ``t`` for a free-threaded build (``3.13t``); where two would have one name, by the
    release (``3.13.5t``), then with the folder that it is installed in (``3.13.5t:mine``), and where even
    that is the same, by what it was asked for. Switches stand at the end (``3.13t+gil``).
    """
    ladders = [_ladder(spec, interpreter) for spec, interpreter in found.items()]
    names = [ladder.pop(0) for ladder in ladders]
    while clashing := [place for place, name in enumerate(names) if names.count(name) > 1 and ladders[place]]:
        for place in clashing:
            names[place] = ladders[place].pop(0)
    return dict(zip(names, found.values(), strict=True))


def _ladder(spec: str, interpreter: Interpreter) -> list[str]:
    """Return what an interpreter may be called, the shortest name first."""
    where, _ = split(spec)
    suffix = interpreter.switches.suffix
    if _SPEC.fullmatch(where):
        return [where.removeprefix("python") + suffix]
    info = probe(interpreter.executable)
    major, minor, _ = info.version
    build = info.name.removeprefix(info.release)
    folder = next((one.name for one in info.executable.parents if one.name not in ("bin", "")), "")
    names = [f"{major}.{minor}{build}", info.name, f"{info.name}:{folder}", where]
    return [name + suffix for name in names]


def _best(infos: Sequence[InterpreterInfo], places: Places) -> InterpreterInfo:
    """Prefer the running interpreter, then the newest release, then the order of the search."""
    return max(infos, key=lambda info: (info.executable == places.running.absolute(), info.version))


def discover(places: Places | None = None) -> list[InterpreterInfo]:
    """Return the best interpreter of each supported version, oldest first, free-threaded builds apart."""
    places = places or Places.here()
    found: list[InterpreterInfo] = []
    paths = _existing(path for minor in SUPPORTED for path in _candidates(minor, places))
    infos, _ = _probe_all(paths)
    for minor in SUPPORTED:
        for threaded in (False, True):
            same = [info for info in infos if info.version[:2] == minor and info.free_threaded == threaded]
            found += [_best(same, places)] if same else []
    return found
