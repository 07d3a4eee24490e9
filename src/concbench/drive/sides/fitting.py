"""Whether the workers of a side can start at all: asked once, before anything is measured."""

import json
import os
import re
import subprocess

from concbench.drive.host.interpreter_info import run_program
from concbench.drive.sides.side import Side
from concbench.drive.workers.lastwords import chosen
from concbench.drive.workers.starting import how_it_ended
from concbench.errors import UserError
from concbench.places import MODULES

SECONDS = 60

MISSING = re.compile(r"\b(?:ModuleNotFoundError|ImportError|No module named|cannot import name)\b")
"""What is said where a package may be missing; all else is a fault of the code, or of what was named."""

START = """
import json, traceback
def say(kind, error, trace):
    cause = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    frames = [(one.filename, one.lineno) for one in traceback.extract_tb(cause.__traceback__)]
    if isinstance(cause, SyntaxError) and cause.filename:
        frames.append((cause.filename, cause.lineno))
    places = [f"{file}:{line}: " for file, line in frames if not file.startswith("<")]
    print(f"{''.join(places[-1:])}{kind.__name__}: {error}", file=sys.stderr)
sys.excepthook = say
about = json.loads(sys.argv.pop(1))
sys.path[:0] = about["roots"]
sys.path += about["after"]
from concbench.measure.worker import Catalogue
catalogue = Catalogue(about["plugins"], about["loops"])
if about["loops"]:
    from concbench.workloads.catalogue import loop_name
    reasons = [catalogue.model(loop_name(loop)).unavailable() for loop in about["loops"]]
    sys.exit("\\n".join(reason for reason in reasons if reason) or None)
"""
"""Starts as a worker does, and imports what the user names: plug-ins, and event loops."""


class DoesNotFit(UserError):
    """A side whose workers cannot start; the message names the side, what is missing, and what to do."""


class HeadDoesNotFit(DoesNotFit):
    """A head whose workers cannot start, where those of its base can: it lacks what base has."""

    exit_code = 3

    def __init__(self, base: str, head: str, reason: str) -> None:
        super().__init__(reason)
        self.base, self.head = base, head


def refuse_unfit_sides(base: Side, head: Side) -> None:
    """Raise DoesNotFit for a base that cannot be measured, HeadDoesNotFit where head alone cannot."""
    refuse_unfit(base)
    if head == base:
        return
    try:
        refuse_unfit(head, alone=True)
    except DoesNotFit as error:
        raise HeadDoesNotFit(base.label, head.label, str(error)) from error


def refuse_unfit(side: Side, *, alone: bool = False) -> None:
    """Raise DoesNotFit unless the workers of ``side`` find all that they are started with.

    ``alone``: those of the other side do, so what is wrong is this side's own.
    """
    setup = json.dumps(side.place.imports(side.plugins, side.loops))
    try:
        switches = side.place.switches
        command = [*side.place.command(START, *switches.isolation), setup]
        run_program(command, switches.environment(), seconds=SECONDS)
    except OSError as error:
        raise DoesNotFit(f"{side.label}: its interpreter cannot be started: {error.strerror}") from error
    except subprocess.TimeoutExpired:
        raise DoesNotFit(
            f"{side.label}: its code is not imported within {SECONDS} s; see what it does on import"
        ) from None
    except subprocess.CalledProcessError as error:
        said = _within(side, chosen(error.stderr).strip()) or f"its process {how_it_ended(error.returncode)}"
        missing = MISSING.search(said) is not None
        said = said.replace(f"; {MODULES}", "")  # the advice below says what to do of it
        advice = _advice(side, alone=alone, missing=missing)
        stop = "" if said.endswith((".", "!", "?")) else "."
        raise DoesNotFit(f"{side.label} cannot be measured: {said}{stop}\n{advice}") from None


def _within(side: Side, said: str) -> str:
    """Return what was said with files named as they lie in the side's checkout, not in a temporary folder."""
    suites = (side.place.suite.parent.parent,) if side.place.suite else ()
    for folder in (*filter(None, [side.folder]), *side.place.roots, *suites):
        said = said.replace(f"{folder}{os.sep}", "")
    return said


def _advice(side: Side, *, alone: bool, missing: bool) -> str:
    """Return what to do; only what is ``missing`` can be installed."""
    ours = side.place.suite is None
    if alone and (not ours or (side.place.roots and not missing)):
        return "Base can be measured, so head lacks what base has: mend it there, and compare again"
    if not (ours or side.plugins or side.loops):
        return (
            "Its models and workloads do not fit the code that measures both sides, which is that of the"
            " concbench that runs. Compare later revisions, or compare with a concbench of that time"
        )
    if not missing:
        return "Mend it there, or name what both sides have"
    if side.place.roots:
        return (
            "A revision is imported as it lies in git; nothing is built or installed. Name the packages that"
            " it needs with --with. If it has extension modules, build it in an environment for each side and"
            " compare their interpreters: --python OLD/bin/python --python NEW/bin/python"
        )
    return "Install what is missing into the environment of that interpreter, or name it with --with"
