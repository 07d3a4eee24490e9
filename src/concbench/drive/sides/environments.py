"""Environments with sets of packages: made once for an interpreter and its requirements, then kept.

They lie in the user's cache folder under a digest of both. One is made under another name and renamed when it
is whole, so that one that was interrupted is never used, and two processes may make the same one at once.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from concbench.drive.host.interpreter_info import probe, run_program
from concbench.drive.host.interpreters import home_folder
from concbench.errors import UserError

INSTALL_SECONDS = 900
COMPLETE = "concbench-packages.json"
"""The file that a whole environment has: what was installed, name → version."""

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


class EnvironmentFailed(UserError):
    """An environment that cannot be made; the message ends with what the installer said."""


@dataclass(frozen=True, slots=True)
class PackageSet:
    """An environment: its interpreter, and what is installed in it, name → version."""

    interpreter: Path
    installed: Mapping[str, str]


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
    packages: Sequence[str],
    *,
    folder: Path | None = None,
    say: Callable[[str], None] = lambda _what: None,
) -> PackageSet:
    """Return an environment of ``interpreter`` that has ``packages`` (requirements as pip takes them).

    It is made with uv where that is on PATH, else with venv and pip. ``say`` is told what takes long. Raises
    EnvironmentFailed, and InterpreterError for an interpreter that cannot be used.
    """
    wanted = sorted(set(packages))
    for package in wanted:
        _refuse_unfit(package)
    info = probe(interpreter)
    key = json.dumps([str(interpreter.resolve()), info.release, wanted])
    place = (folder or cache_folder()) / hashlib.sha256(key.encode()).hexdigest()[:16]
    if not (place / COMPLETE).is_file():
        say(f"making an environment of Python {info.release} with {', '.join(wanted)}")
        _make(interpreter, wanted, place)
    return PackageSet(place / "bin" / "python", json.loads((place / COMPLETE).read_text(encoding="utf-8")))


def _refuse_unfit(package: str) -> None:
    """Refuse options, paths and addresses: what lies behind them may change, and none is to be recorded."""
    if package.startswith("-"):
        raise EnvironmentFailed(f"--with takes requirements such as uvloop==0.22.1, not options: {package}")
    if ADDRESS.search(package):
        raise EnvironmentFailed(
            f"--with takes requirements such as uvloop==0.22.1, neither paths nor addresses: {package};"
            " install it into an environment of your own and name its interpreter, --python FOLDER/bin/python"
        )


def _make(interpreter: Path, packages: Sequence[str], place: Path) -> None:
    unfinished = place.with_name(f"{place.name}.{os.getpid()}")
    python = unfinished / "bin" / "python"
    uv = shutil.which("uv")
    seeded: Mapping[str, str] = {}
    try:
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        if uv:
            _call([uv, "venv", "--quiet", "--python", interpreter, unfinished], packages)
            _call([uv, "pip", "install", "--quiet", "--python", python, *packages], packages)
        else:
            _call([interpreter, "-m", "venv", unfinished], packages)
            quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
            seeded = installed_in(python)
            _call([python, "-m", "pip", "install", *quiet, *packages], packages)
        installed = dict(installed_in(python).items() - seeded.items())
        (unfinished / COMPLETE).write_text(json.dumps(installed), encoding="utf-8")
        _put_in_place(unfinished, place)
    except OSError as error:
        raise EnvironmentFailed(
            f"no environment can be made in {place.parent}: {error.strerror}; name another folder in"
            " XDG_CACHE_HOME"
        ) from error
    except subprocess.SubprocessError as error:
        raise EnvironmentFailed(f"the new environment of {interpreter} does not run: {error}") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def installed_in(python: Path) -> dict[str, str]:
    """Return the version of each package that an environment has."""
    installed: dict[str, str] = json.loads(run_program([python, "-I", "-c", LIST]))
    return installed


def _put_in_place(unfinished: Path, place: Path) -> None:
    """Give a whole environment its name, unless another process was quicker: that one may be in use."""
    if place.exists() and not (place / COMPLETE).is_file():
        shutil.rmtree(place)
    try:
        unfinished.rename(place)
    except OSError:
        if not (place / COMPLETE).is_file():
            raise


def _call(command: Sequence[str | Path], packages: Sequence[str]) -> None:
    try:
        subprocess.run(  # noqa: S603  (no shell, and the user's own choice of packages)
            [str(part) for part in command],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=INSTALL_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise EnvironmentFailed(f"{', '.join(packages)}: not installed within {INSTALL_SECONDS} s") from None
    except subprocess.CalledProcessError as error:
        said = "\n".join(error.stdout.strip().splitlines()[-5:])
        raise EnvironmentFailed(f"{', '.join(packages)} cannot be installed:\n{said}") from None
