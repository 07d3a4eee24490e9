"""Runs concbench as a system without POSIX would: ``python as_on_windows.py VERB…``.

The modules and functions that only POSIX has are gone for concbench; the libraries it stands on are imported
before, since they are other ones there. What paths and files are like is not simulated.
"""

import os
import platform
import signal
import sys
from importlib import import_module
from types import ModuleType

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
        "pandas",
        "psutil",
        "pyperf",
        "rich.console",
        "rich.progress",
        "rich.table",
        "scipy.special",
        "scipy.stats",
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


if __name__ == "__main__":
    pretend()
    from concbench.cli import main

    main()
