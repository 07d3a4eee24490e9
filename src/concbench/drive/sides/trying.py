"""Trying whether the workers of a side can start: a process imports what they will, and says how it went."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from concbench.drive.host.interpreter_info import run_program
from concbench.drive.sides.side import Side
from concbench.drive.sides.whose import of_the_working_tree

SECONDS = 60

MARK = "\x1f"
"""What the line begins with that says how it went: imported code may print others."""

START = """
import json, os, sys, traceback
from concbench.words import error_told
of = ""
OURS = sys.modules["concbench"].__path__[0] + os.sep
def tell(**told):
    print("\\x1f" + json.dumps(told), file=sys.__stdout__, flush=True)
    os._exit(1)
def say(kind, error, trace):
    cause = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    frames = [(one.filename, one.lineno) for one in traceback.extract_tb(cause.__traceback__)]
    if isinstance(cause, SyntaxError) and cause.filename:
        frames.append((cause.filename, cause.lineno))
    foreign = [one for one in frames if not one[0].startswith(("<", OURS))]
    broken = cause is error and kind.__name__ == "PluginError"
    syntax = isinstance(cause, SyntaxError)
    words = f"{type(cause).__name__}: {cause.msg}" if syntax else error_told(cause)
    if not (foreign or of or broken):
        foreign = frames[-1:]  # where an older suite lacks what ours needs
    missing = isinstance(cause, ImportError)
    tell(said=str(error) if broken else of + words, frames=foreign, broken=broken, missing=missing)
sys.excepthook = say
about = json.loads(sys.argv.pop(1))
sys.path[:0] = about["roots"]
sys.path += about["after"]
from concbench.measure.worker import Catalogue
catalogue = Catalogue(about["plugins"], about["loops"])
for loop in about["loops"]:
    of = f"the event loop {loop}: "
    from concbench.workloads.catalogue import loop_name
    reason = catalogue.model(loop_name(loop)).unavailable()
    if reason:
        from concbench.models.loops import load_loop_factory
        load_loop_factory(loop)
        tell(said=reason, frames=[], broken=True, missing=False)
homes = [(os.path.abspath(home) + os.sep, os.path.realpath(home) + os.sep) for home in about["homes"]]
for name in about["modules"] if homes else ():
    file = getattr(sys.modules.get(name), "__file__", None)
    if file and not any(os.path.abspath(file).startswith(home) or os.path.realpath(file).startswith(real)
                        for home, real in homes):
        tell(elsewhere=[name, file])
files = {name: getattr(one, "__file__", None) for name, one in list(sys.modules.items())}
tree = about["tree"] and about["tree"] + os.sep
inside = {name: os.path.realpath(file) for name, file in files.items() if tree and file}
inside = {name: file for name, file in inside.items() if file.startswith(tree)}
if inside:
    tell(inside=inside)
"""
"""Starts as a worker does, and imports what the user names: plug-ins, and event loops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a side.

    ``said`` is the error that was raised, or, where it is ``broken``, the rule that is. ``frames`` are files
    and lines, the innermost last. ``missing``: what was looked for and not found might be installed.
    """

    said: str
    frames: Sequence[tuple[str, int | None]] = ()
    broken: bool = False
    missing: bool = False


class Elsewhere(Exception):
    """A module of the project that was imported from where none of the side's code lies."""

    def __init__(self, module: str, file: str) -> None:
        super().__init__(f"{module} from {file}")
        self.module, self.file = module, file


def fault_of(side: Side) -> Fault | None:
    """Return what is wrong with a side, None for nothing.

    Raises Elsewhere, OSError, subprocess.TimeoutExpired, and subprocess.CalledProcessError for a process that
    ends without a word of its own.
    """
    setup = side.place.imports(side.plugins, side.loops)
    setup |= {"modules": list(side.modules), "homes": list(map(str, side.homes))}
    setup["tree"] = str(side.tree) if side.tree else ""
    switches = side.place.switches
    command = [*side.place.command(START, *switches.isolation), json.dumps(setup)]
    try:
        run_program(command, switches.environment(), seconds=SECONDS)
    except subprocess.CalledProcessError as error:
        told = next((line for line in error.stdout.splitlines()[::-1] if line.startswith(MARK)), None)
        if told is None:
            raise
        about = json.loads(told[1:])
        if "elsewhere" in about:
            raise Elsewhere(*about["elsewhere"]) from None
        if "inside" in about:
            foreign = of_the_working_tree(about["inside"], side)
            if foreign is not None:
                raise Elsewhere(*foreign) from None
            return None
        return Fault(**about)
    return None


def place_of(side: Side, frames: Sequence[tuple[str, int | None]]) -> tuple[str, int | None] | None:
    """Return the innermost line that is in the side's checkout, by its path there, or None."""
    for file, line in reversed(frames):
        if (path := side.in_checkout(Path(file))) is not None:
            return str(path), line
    return None


def told_place(side: Side, frames: Sequence[tuple[str, int | None]]) -> str:
    """Return where something is wrong, as words before it: in the checkout, else at the innermost line."""
    place = place_of(side, frames) or (frames[-1] if frames else None)
    return side.told(f"{place[0]}:{place[1]}: ") if place else ""
