"""Runs concbench as a system without POSIX would: a line of arguments (a JSON list) in, what it said out.

The arguments may be ``import`` and names of modules instead, which are imported then.

The modules and functions that only POSIX has are gone for concbench; the libraries it stands on are imported
before, since they are other ones there. What paths and files are like is not simulated. Each command has a
process of its own, forked when the libraries have been imported, since that takes longer than most of them.
"""

import gc
import json
import os
import platform
import signal
import sys
import tempfile
import traceback
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

fork, waitpid = os.fork, os.waitpid  # ours to use: concbench has to do without

LIBRARIES = (
    *("asyncio", "concurrent.futures", "importlib.metadata", "subprocess", "tempfile", "webbrowser"),
    *(
        "click",
        "jinja2",
        "matplotlib.backends.backend_svg",
        "matplotlib.figure",
        "msgspec",
        "numpy",
        "pandas",
    ),
    *(
        "psutil",
        "pyperf",
        "rich.console",
        "rich.progress",
        "rich.table",
        "scipy.special",
    ),
)
POSIX_ONLY = frozenset({"fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty"})
FUNCTIONS: dict[ModuleType, tuple[str, ...]] = {
    os: (
        *("fork", "forkpty", "getloadavg", "getpgid", "getpriority", "getuid", "geteuid", "getgid", "killpg"),
        *("nice", "sched_getaffinity", "sched_setaffinity", "setsid", "uname", "wait4", "waitid"),
    ),
    signal: (
        *("ITIMER_REAL", "SIGALRM", "SIGCHLD", "SIGCONT", "SIGHUP", "SIGKILL", "SIGQUIT", "SIGSTOP"),
        *("SIGUSR1", "SIGUSR2", "alarm", "pause", "pthread_sigmask", "setitimer", "sigwait"),
    ),
}


class Gone:
    """Finds no module that only POSIX has."""

    @staticmethod
    def find_spec(name: str, _path: object = None, _target: object = None) -> None:
        """Refuse what is gone, and leave the rest to others."""
        if name in POSIX_ONLY:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def pretend() -> None:
    """Take away what Windows does not have."""
    for name in LIBRARIES:
        import_module(name)
    for name in POSIX_ONLY:
        sys.modules.pop(name, None)
    sys.meta_path.insert(0, Gone())
    for module, names in FUNCTIONS.items():
        for name in names:
            if hasattr(module, name):
                delattr(module, name)
    sys.platform = "win32"
    platform.system = lambda: "Windows"


def carry_out(arguments: Sequence[str]) -> int:
    """Carry out a command and return its exit code, or import modules."""
    try:
        if arguments[0] == "import":
            for name in arguments[1:]:
                import_module(name)
        else:
            sys.argv = ["concbench", *arguments]
            from concbench.cli import main

            main()
    except SystemExit as leaving:
        return int(leaving.code or 0)
    except BaseException:  # noqa: BLE001  (told, with the code that Python has for it)
        traceback.print_exc()
        return 1
    return 0


def run(arguments: Sequence[str]) -> tuple[int, str, str]:
    """Return exit code, output and errors of a command; in the process forked for it, it does not return."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        child = fork()
        if not child:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            code = carry_out(arguments)
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)  # to take down all the libraries takes longer than most commands do
        code = os.waitstatus_to_exitcode(waitpid(child, 0)[1])
        out.seek(0)
        err.seek(0)
        return code, out.read(), err.read()


if __name__ == "__main__":
    pretend()
    gc.freeze()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(run(json.loads(line))) + "\n")
        sys.stdout.flush()
