"""Environments with sets of packages: made once for an interpreter and its requirements, then kept.

They lie in the user's cache folder under a digest of what they are made of. One is made in a folder of its
own and moved when it is whole, so that one that was interrupted is never used, and two processes may make the
same one at once. What may change without its name is made in a folder of the caller's.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from zipfile import ZipFile

from concbench.drive.host.interpreter_info import probe, run_program
from concbench.drive.host.interpreters import home_folder
from concbench.drive.sides.installing import (
    BuildFailed,
    CallFailed,
    EnvironmentFailed,
    Installer,
    installer,
    last_lines,
    where_in,
)
from concbench.drive.sides.modules import lacking, of_wheel
from concbench.drive.sides.projects import Project
from concbench.drive.sides.requirement_files import RequirementFile
from concbench.drive.sides.sharing import STORE, share_modules

COMPLETE = "concbench-packages.json"
"""The file that a whole environment has: what was installed, name → version."""

PROJECT = "concbench-project.json"
"""The file that one with a project has besides: what it is called, and the names of its modules."""

FORM = 3
"""What environments look like; those of another form are not used any more."""

ADDRESS = re.compile(r"[/\\]|@|^\.|\.whl$")

_EXTRAS = re.compile(r"\s*\[([^\]]*)\]")
_OPERATOR = re.compile(r"\s*(,?)\s*(===|[=~!<>]=|[<>])\s*")
_BETWEEN = re.compile(r"\s+|,(?![=~!<>])(?![^\[]*\])")
"""What lies between two requirements: spaces, or a comma that is followed by another name."""

LIST = """
import json
from importlib import metadata
print(json.dumps({d.metadata["Name"]: d.version for d in metadata.distributions()}))
"""


@dataclass(frozen=True, slots=True)
class PackageSet:
    """An environment: its interpreter, what it has installed (name → version), a project and its modules."""

    interpreter: Path
    installed: Mapping[str, str]
    project: str = ""
    modules: tuple[str, ...] = ()

    @property
    def others(self) -> dict[str, str]:
        """What is installed besides the project itself, by names that are spelled in one way."""
        named = {one_spelling(name): version for name, version in self.installed.items()}
        return {name: version for name, version in named.items() if name != one_spelling(self.project)}


def one_spelling(name: str) -> str:
    """Return the name of a package as every index spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What an environment is to have: requirements by name, a requirement file, a project.

    ``folder`` is where paths in the file begin, None for the current folder.
    """

    packages: tuple[str, ...] = ()
    file: RequirementFile | None = None
    project: Project | None = None
    folder: Path | None = None

    def __bool__(self) -> bool:
        """Say whether an environment is needed at all."""
        return bool(self.packages or self.file or self.project)

    @property
    def lasting(self) -> bool:
        """Whether a digest of it says what it is, so that its environment may be kept."""
        return not (self.project and self.project.tree is None) and (self.file is None or self.file.lasting)

    def key(self) -> list[Any]:
        """Return what tells it from others."""
        wanted: list[Any] = [sorted(set(self.packages))]
        if self.file or (self.project and self.project.tree):
            wanted.append(self.file and self.file.digest)
        return [*wanted, self.project.key()] if self.project and self.project.tree else wanted

    def words(self) -> str:
        """Return what it is, for people."""
        parts = (*sorted(set(self.packages)), *([self.file.path.name] if self.file else []))
        return ", ".join([*parts, *(["the project"] if self.project else [])])


def requirements_in(words: str) -> tuple[str, ...]:
    """Return the requirements in ``words``, without spaces in them: ``trio >= 0.27, < 1`` is one."""
    words = _EXTRAS.sub(lambda found: f"[{''.join(found[1].split())}]", words)
    return tuple(filter(None, _BETWEEN.split(_OPERATOR.sub(r"\1\2", words))))


def cache_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return where environments are kept; raises EnvironmentFailed where no folder is the user's own.

    Never the temporary folder: code is run from there later, and it is everybody's.
    """
    home, named = home_folder(environ), environ.get("XDG_CACHE_HOME")
    if home is None and not named:
        raise EnvironmentFailed(
            "environments for --with are kept in the user's cache folder, and there is none: HOME is not set,"
            " and the user database does not know this user; name a folder of your own in XDG_CACHE_HOME"
        )
    usual = "Library/Caches" if sys.platform == "darwin" else ".cache"
    caches = Path(named) if named else Path(str(home)) / usual
    return caches / "concbench" / "environments"


def environment_with(
    interpreter: Path,
    contents: Contents,
    *,
    folder: Path | None = None,
    say: Callable[[str], None] = lambda _what: None,
) -> PackageSet:
    """Return an environment of ``interpreter`` that has what is asked for.

    It is kept in ``folder`` (default: in the user's cache). ``say`` is told what takes long. Raises
    EnvironmentFailed, BuildFailed for a project, and InterpreterError for an interpreter that cannot be used.
    """
    for package in contents.packages:
        _refuse_unfit(package)
    info = probe(interpreter)
    key = json.dumps([FORM, str(interpreter.resolve()), info.release, *contents.key()])
    place = (folder or cache_folder()) / hashlib.sha256(key.encode()).hexdigest()[:16]
    if not (place / COMPLETE).is_file():
        say(f"making an environment of Python {info.release} with {contents.words()}")
        _make(interpreter, contents, place)
    project = json.loads((place / PROJECT).read_text(encoding="utf-8")) if (place / PROJECT).is_file() else {}
    for extra in project.get("lacks", ()):
        say(f"warning: the project has no extra {extra}, so nothing was installed for it")
    return PackageSet(
        place / "bin" / "python",
        json.loads((place / COMPLETE).read_text(encoding="utf-8")),
        project.get("name", ""),
        tuple(project.get("modules", ())),
    )


def _refuse_unfit(package: str) -> None:
    """Refuse options, paths and addresses: what lies behind them may change, and none is to be recorded."""
    if package.startswith("-"):
        raise EnvironmentFailed(f"--with takes requirements such as uvloop==0.22.1, not options: {package}")
    if package.strip(";") != package or (";" not in package and set(package) & {"'", '"'}):
        raise EnvironmentFailed(
            f"--with takes no markers with spaces in them: {package}; write it without"
            " (colorama;os_name=='nt'), or say so in a file (--with-requirements)"
        )
    if ADDRESS.search(package):
        raise EnvironmentFailed(
            f"--with takes requirements such as uvloop==0.22.1, neither paths nor addresses: {package};"
            " say so in a file (--with-requirements), or install it into an environment of your own and name"
            " its interpreter, --python FOLDER/bin/python"
        )


def _make(interpreter: Path, contents: Contents, place: Path) -> None:
    making: Path | None = None
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        making = Path(mkdtemp(prefix=f"{place.name}.", dir=place.parent))
        unfinished = making / "env"
        _fill(interpreter, contents, unfinished)
        _rename_commands(unfinished, place)
        share_modules(unfinished, place.parent / STORE)
        _put_in_place(unfinished, place)
    except CallFailed as error:
        said = last_lines(str(error))
        raise EnvironmentFailed(f"{contents.words()} cannot be installed:\n{said}") from None
    except OSError as error:
        raise EnvironmentFailed(
            f"no environment can be made in {place.parent}: {error.strerror}; name another folder in"
            " XDG_CACHE_HOME"
        ) from error
    except subprocess.SubprocessError as error:
        raise EnvironmentFailed(f"the new environment of {interpreter} does not run: {error}") from error
    finally:
        if making is not None:
            shutil.rmtree(making, ignore_errors=True)


def _fill(interpreter: Path, contents: Contents, unfinished: Path) -> None:
    """Make an environment, and install what it is to have; the file ``COMPLETE`` is written last."""
    install, python = installer(), unfinished / "bin" / "python"
    install.make(interpreter, unfinished)
    seeded = installed_in(python) if (unfinished / "bin" / "pip").exists() else {}
    arguments = sorted(set(contents.packages))
    from_file = ["-r", str(_written(contents.file, unfinished))] if contents.file else []
    if contents.file and contents.file.hashed:  # beside hashes pip takes nothing without one
        install.install(python, from_file, contents.folder)
    else:
        arguments[:0] = from_file
    if contents.project:
        wheel = _built(install, python, contents.project, unfinished / "concbench-build")
        wished = sorted({*contents.project.extras, *(contents.file.extras if contents.file else ())})
        with ZipFile(wheel) as files:
            built = {
                "name": wheel.name.partition("-")[0],
                "modules": of_wheel(files.namelist()),
                "lacks": lacking(files, wished),
            }
        (unfinished / PROJECT).write_text(json.dumps(built), encoding="utf-8")
        arguments.append(f"{wheel}[{','.join(wished)}]" if wished else str(wheel))
    if arguments:
        install.install(python, arguments, contents.folder)
    shutil.rmtree(unfinished / "concbench-build", ignore_errors=True)
    installed = dict(installed_in(python).items() - seeded.items())
    (unfinished / COMPLETE).write_text(json.dumps(installed), encoding="utf-8")


def _written(file: RequirementFile, folder: Path) -> Path:
    """Return a requirement file to install from: without the project, which is installed anyway."""
    if file.lines is None:
        return file.path.resolve()
    place = folder / "concbench-requirements.txt"
    place.write_text("\n".join(file.lines), encoding="utf-8")
    return place


def _built(install: Installer, python: Path, project: Project, folder: Path) -> Path:
    """Return the wheel of a project, built of a copy of it in a folder; raises BuildFailed, OSError."""
    source, to = folder / "source", folder / "wheel"
    project.copy_to(source)
    try:
        install.wheel(python, source, to, project.environment(source))
        (wheel,) = to.glob("*.whl")
    except (CallFailed, ValueError) as error:
        said = str(error)
        for place in (source, folder.parent):
            said = said.replace(f"{place}{os.sep}", "")
        raise BuildFailed(
            f"the project cannot be built:\n{last_lines(said)}", where_in(said, source)
        ) from None
    return wheel


def installed_in(python: Path) -> dict[str, str]:
    """Return the version of each package that an environment has."""
    installed: dict[str, str] = json.loads(run_program([python, "-I", "-c", LIST]))
    return installed


def _rename_commands(unfinished: Path, place: Path) -> None:
    """Have the commands of an environment name the interpreter by where it will lie (``#!…/bin/python``)."""
    before, after = (str(folder).encode() for folder in (unfinished, place))
    for command in (unfinished / "bin").iterdir():
        if command.is_file() and not command.is_symlink():
            content = command.read_bytes()
            if before in content and b"\0" not in content:
                command.write_bytes(content.replace(before, after))


def _put_in_place(unfinished: Path, place: Path) -> None:
    """Give a whole environment its name, unless another process was quicker: that one may be in use."""
    if place.exists() and not (place / COMPLETE).is_file():
        shutil.rmtree(place)
    try:
        unfinished.rename(place)
    except OSError:
        if not (place / COMPLETE).is_file():
            raise
