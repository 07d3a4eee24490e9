"""Where the modules of a process come from: what shows that a side measures its own code."""

import sys
from pathlib import Path


def origins() -> dict[str, str]:
    """Return the folder or file of every top-level module that was imported and has one."""
    found = {}
    for name, module in list(sys.modules.items()):
        if "." not in name and (place := _place(module)) is not None:
            found[name] = place
    return found


def _place(module: object) -> str | None:
    """Return where a module lies; of a package its folder, or the first of a namespace's."""
    paths = getattr(module, "__path__", None)
    file = getattr(module, "__file__", None)
    try:
        first = next(iter(paths), None) if paths is not None else file
        return None if not isinstance(first, str) else str(Path(first).resolve())
    except (TypeError, OSError):
        return None
