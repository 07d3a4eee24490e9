"""Packages that models need and concbench does not install by itself: are they there, and which version?"""

from importlib import import_module
from importlib.metadata import version

from concbench.places import worded
from concbench.words import error_told

EXTRA = "concbench[models]"
"""What installs, beside concbench, all packages that its models need."""


def lacking(package: str, least: str = "") -> str | None:
    """Return why a package cannot be imported, and how to install it; None where it can.

    ``least`` says where it exists at all, for those that not every Python has.
    """
    try:
        import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package:
            return worded(error, f"{package} cannot be imported: {error}")
        where = f" ({least})" if least else ""
        return f"{package} is not installed{where}: pip install '{EXTRA}'"
    except Exception as error:  # noqa: BLE001  (any failure of foreign code at import is a reason)
        return worded(error, f"{package} cannot be imported: {error_told(error)}")
    return None


def released(distribution: str) -> str:
    """Return a distribution's name and version."""
    return f"{distribution} {version(distribution)}"
