"""A module made of a file that the user names, a plug-in or an event loop, wherever the file lies."""

import sys
from binascii import crc32
from importlib import util
from os import fsencode
from pathlib import Path
from types import ModuleType


def name_of(file: Path) -> str:
    """Return what the module of a file is called: two files of one name, in two folders, are two modules."""
    stem = "".join(letter if letter.isalnum() else "_" for letter in file.stem)
    return f"concbench_plugin_{stem}_{crc32(fsencode(file.resolve())):08x}"


def module_of(file: Path) -> ModuleType:
    """Run a file, once, and return its module, which is where dataclasses and ``typing`` look it up.

    Raises ImportError for what is no Python file, and whatever the file raises.
    """
    name = name_of(file)
    if name in sys.modules:
        return sys.modules[name]
    spec = util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is not a Python file")
    module = sys.modules[name] = util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module
