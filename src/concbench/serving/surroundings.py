"""What processes find that a benchmark starts: the interpreter and the code of its side."""

import os
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any


def lend(setup: Mapping[str, Any], environ: MutableMapping[str, str] = os.environ) -> None:
    """Set the variables by which a child of this process imports from ``roots``, and finds commands.

    Otherwise a command of the project's, or ``python -m project``, would be what is installed for whoever
    compares, on both sides.
    """
    environ.pop("PYTHONPATH", None)
    if setup["roots"]:
        environ["PYTHONPATH"] = os.pathsep.join(setup["roots"])
    if sys.prefix != sys.base_prefix:
        commands = str(Path(sys.executable).parent)
        environ["PATH"] = os.pathsep.join(filter(None, [commands, environ.get("PATH", "")]))
