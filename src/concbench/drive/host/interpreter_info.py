"""What an interpreter is: it is asked, by running a tiny script in it, and says so itself."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from concbench.drive.host.switches import PLAIN, InterpreterError, Switches

OLDEST = (3, 11)
ANSWER_SECONDS = 20.0

_QUESTIONS = """
import json, platform, sys, sysconfig
from importlib.metadata import PackageNotFoundError, version

def package(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return None

def jit(arguments, asked):
    if hasattr(sys, "_jit"):
        return getattr(sys._jit, asked)()
    if sys.version_info < (3, 13):
        return False
    if arguments is None:
        return None
    built = "--enable-experimental-jit" in arguments
    return built if asked == "is_available" or not built else None

arguments = sysconfig.get_config_var("CONFIG_ARGS")
print(json.dumps({
    "executable": sys.executable,
    "version": list(sys.version_info[:3]),
    "release": platform.python_version(),
    "implementation": platform.python_implementation(),
    "compiler": platform.python_compiler(),
    "build": " ".join(platform.python_build()),
    "gil": getattr(sys, "_is_gil_enabled", lambda: True)(),
    "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "debug": hasattr(sys, "gettotalrefcount"),
    "optimizations": None if arguments is None else "--enable-optimizations" in arguments,
    "lto": None if arguments is None else "--with-lto" in arguments,
    "jit": jit(arguments, "is_enabled"),
    "jit_built": jit(arguments, "is_available"),
    "flags": {
        "dev": int(sys.flags.dev_mode),
        "optimize": sys.flags.optimize,
        "thread_inherit_context": int(getattr(sys.flags, "thread_inherit_context", 0)),
    },
    "packages": {name: package(name) for name in sys.argv[1:]},
}))
"""
# Every Python since 2.6 can answer this one, so that one that is too old is told so, and not "it failed".
_WHO = "import platform as p; print('%s %s' % (p.python_implementation(), p.python_version()))"


@dataclass(frozen=True, slots=True, kw_only=True)
class InterpreterInfo:
    """What an interpreter says about itself.

    ``executable`` is absolute and never resolved: a virtual environment is known by the link. Of a wrapper,
    such as a shim of pyenv's, it is what the wrapper runs, if that is the same by itself. ``release`` is the
    version in words (``3.13.0``). ``gil``: the GIL is on; ``free_threaded``: the build can do
    without. ``optimizations`` and ``lto``: configured with ``--enable-optimizations`` and ``--with-lto``
    (a distribution may optimise by other means). ``jit``: the JIT compiler is on; ``jit_built``: the build
    has one. Both are None where Python cannot be asked, as 3.13 cannot be whether it is on. ``flags``: what
    else switches may set. ``packages``: the version of each package that was asked for, None where it is not
    installed. ``switches`` are what it was asked with.
    """

    executable: Path
    version: tuple[int, int, int]
    release: str
    implementation: str
    compiler: str
    build: str
    gil: bool
    free_threaded: bool
    debug: bool
    optimizations: bool | None
    lto: bool | None
    jit: bool | None
    packages: Mapping[str, str | None] = field(default_factory=dict)
    jit_built: bool | None = None
    flags: Mapping[str, int] = field(default_factory=dict)
    switches: Switches = PLAIN

    @property
    def name(self) -> str:
        """The release, with a ``t`` where it is a free-threaded build, and its switches (``3.13.5t+gil``)."""
        return f"{self.release}{'t' if self.free_threaded else ''}{self.switches.suffix}"


def run_program(
    command: Sequence[str | Path], env: Mapping[str, str] | None = None, seconds: float | None = None
) -> str:
    """Run a program without a terminal and return what it printed.

    Raises OSError where it cannot be started, subprocess.SubprocessError where it fails or takes more than
    ``seconds`` (20).
    """
    return subprocess.run(  # noqa: S603  (no shell, and the user's own choice of program)
        command,
        check=True,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=env,
        timeout=seconds or ANSWER_SECONDS,
        errors="replace",
    ).stdout


def _reason(error: OSError | subprocess.SubprocessError) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        said = (error.stderr.strip() or error.stdout.strip() or "it said nothing").splitlines()[0]
        return f"exit code {error.returncode}: {said}"
    if isinstance(error, subprocess.TimeoutExpired):
        return f"no answer within {error.timeout:g} s"
    return str(error)


def _ask(path: Path, packages: Sequence[str], switches: Switches) -> dict[str, Any]:
    command: list[str | Path] = [path, *switches.isolation, "-P", "-c", _QUESTIONS, *packages]
    try:
        printed = run_program(command, env=switches.environment())
    except (OSError, subprocess.SubprocessError) as error:
        reason = _reason(error)
    else:
        try:
            answer: dict[str, Any] = json.loads(printed)
        except ValueError:
            raise InterpreterError(f"{path} is no Python: it answered {printed[:80]!r}") from None
        return answer
    try:
        who = run_program([path, "-E", "-c", _WHO]).strip()
    except (OSError, subprocess.SubprocessError):
        raise InterpreterError(f"{path} does not run ({reason})") from None
    if switches.words:
        raise InterpreterError(f"{path}, {who}, does not start with {switches} ({reason})")
    raise InterpreterError(
        f"{path} is {who} ({reason}): concbench measures CPython 3.11 or newer; name another"
    )


def probe(path: Path, packages: Sequence[str] = (), switches: Switches = PLAIN) -> InterpreterInfo:
    """Ask the interpreter at ``path`` what it is, and which version of each of ``packages`` it has.

    It runs a tiny script with ``-P``, and ``-E`` or without any PYTHON* variable but those of ``switches``,
    so neither those nor the current folder can change the answer. Raises InterpreterError, with the reason,
    where it does not run, is not CPython, or is too old.
    """
    answer = _ask(path, packages, switches)
    path, answer = _behind(path.absolute(), answer, packages, switches)
    version = tuple(answer.pop("version"))
    if answer["implementation"] != "CPython" or version < OLDEST:
        name = f"{answer['implementation']} {answer['release']}"
        raise InterpreterError(f"{path} is {name}: concbench measures CPython 3.11 or newer; name another")
    return InterpreterInfo(**answer | {"executable": path, "version": version, "switches": switches})


def _behind(
    path: Path, answer: dict[str, Any], packages: Sequence[str], switches: Switches
) -> tuple[Path, dict[str, Any]]:
    """Return the interpreter that a wrapper at ``path`` runs, where ``path`` is one, and its answer.

    A wrapper may be needed: it stays where what it runs does not run, or is another, without it.
    """
    said = Path(answer["executable"] or path)
    if said.resolve() == path.resolve():
        return path, answer
    try:
        alone = _ask(said, packages, switches)
    except InterpreterError:
        return path, answer
    return (said, alone) if alone == answer else (path, answer)
