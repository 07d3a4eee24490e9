"""The sources of the current folder's project, for plug-ins and event loops that are named there."""

from pathlib import Path

OF_PROJECTS = ("pyproject.toml", "setup.py", "setup.cfg", ".git")
"""What the root of a project has; the nearest folder that has any counts."""


def current_sources() -> tuple[Path, ...]:
    """Return the folder ``src`` of the current folder's project, if there is Python in it, else nothing.

    It has to belong to whoever owns the current folder: one further up may be in everybody's folder.
    """
    try:
        here = Path.cwd()
        root = next((one for one in (here, *here.parents) if _is_project(one)), None)
        if root is None or not holds_python(root / "src"):
            return ()
        return (root / "src",) if (root / "src").stat().st_uid == here.stat().st_uid else ()
    except OSError:  # the folder was removed, or is not to be read
        return ()


def _is_project(folder: Path) -> bool:
    return any((folder / name).exists() for name in OF_PROJECTS)


def holds_python(folder: Path) -> bool:
    """Say whether there are modules or packages in a folder."""
    return any(next(folder.glob(pattern), None) for pattern in ("*.py", "*/*.py"))
