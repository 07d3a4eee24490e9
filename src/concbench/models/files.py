"""A module made of a file that the user names, a plug-in or an event loop, wherever the file lies."""

import sys
from binascii import crc32
from importlib import util
from os import fsencode
from pathlib import Path
from stat import S_ISREG
from types import ModuleType

MOST_BYTES = 10_000_000
"""A file of code that has more is none: generated modules have a few MB."""


def wrong_file(file: Path) -> str | None:
    """Return what keeps a file from being read as code, to be said after its name; None where nothing does.

    It is asked before anything reads: a pipe would be waited for, and a device may have no end.
    """
    try:
        about = file.stat()
    except FileNotFoundError:
        return "no such file"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    if not S_ISREG(about.st_mode):
        return "is no regular file, and code is read from nothing else; name a file"
    if about.st_size > MOST_BYTES:
        return f"has {about.st_size} bytes, and a file of code has {MOST_BYTES} at most; name another"
    return None


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
