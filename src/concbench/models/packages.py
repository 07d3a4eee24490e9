"""Packages that models need and concbench does not install by itself: are they there, and which version?"""

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

from concbench.places import worded
from concbench.words import error_told

INSTALL = "pip install 'concbench[models]'"
"""The command that installs, beside concbench, all packages that its models need."""


def lacking(package: str, least: str = "", *, brought: bool = True) -> str | None:
    """Return why a package cannot be imported, and how to install it; None where it can.

    ``least`` says where it exists at all, for those that not every Python has; it is not ``brought`` where
    the command would not install it.
    """
    try:
        import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package:
            return worded(error, f"{package} cannot be imported: {error}")
        return _not_installed(package, least) if brought else f"{package} is not installed, and is {least}"
    except (Exception, SystemExit) as error:  # noqa: BLE001  (any failure of foreign code is a reason)
        return worded(error, f"{package} cannot be imported: {error_told(error)}")
    return None


def _not_installed(package: str, least: str = "") -> str:
    where = f" ({least})" if least else ""
    return f"{package} is not installed{where}: {INSTALL}"


def released(distribution: str) -> str:
    """Return a distribution's name and version; a module may be there that nothing says the version of."""
    try:
        known = version(distribution)
    except (PackageNotFoundError, KeyError):
        known = None
    return f"{distribution} {known or '(its version is not known)'}"
