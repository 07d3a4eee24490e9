"""Whether the workers of a side can start at all: asked once, before anything is measured."""

import re
import subprocess

from concbench.drive.sides.side import Side
from concbench.drive.sides.trying import SECONDS, Elsewhere, Fault, fault_of, place_of, told_place
from concbench.drive.workers.lastwords import chosen
from concbench.drive.workers.starting import how_it_ended
from concbench.errors import UserError, arg
from concbench.places import MODULES

MISSING = re.compile(r"\b(?:ModuleNotFoundError|ImportError|No module named|cannot import name)\b")
"""What is said where a package may be missing; all else is a fault of the code, or of what was named."""


class NotItsOwn(UserError):
    """A side that imports what is no code of its own; the message says what, from where, and what to do."""


class DoesNotFit(UserError):
    """A side whose workers cannot start; the message names the side, what is missing, and what to do.

    ``file``, as it lies in the repository, and ``line`` say where something is wrong there, if anything does.
    """

    def __init__(self, reason: str, file: str | None = None, line: int | None = None) -> None:
        super().__init__(reason)
        self.file, self.line = file, line


class HeadDoesNotFit(DoesNotFit):
    """A head whose workers cannot start, where those of its base can: it lacks what base has."""

    exit_code = 3

    def __init__(
        self, base: str, head: str, reason: str, file: str | None = None, line: int | None = None
    ) -> None:
        super().__init__(reason, file, line)
        self.base, self.head = base, head


def refuse_unfit_sides(base: Side, head: Side) -> None:
    """Raise DoesNotFit for a base that cannot be measured, HeadDoesNotFit where head alone cannot.

    Raises NotItsOwn for either that imports what is no code of its own.
    """
    refuse_unfit(base)
    if head == base:
        return
    try:
        refuse_unfit(head, alone=True)
    except DoesNotFit as error:
        raise HeadDoesNotFit(base.label, head.label, str(error), error.file, error.line) from error


def refuse_unfit(side: Side, *, alone: bool = False) -> None:
    """Raise DoesNotFit unless the workers of ``side`` find all that they are started with.

    ``alone``: those of the other side do, so what is wrong is this side's own. Raises NotItsOwn for modules
    of the project that are another's.
    """
    try:
        fault = fault_of(side)
    except Elsewhere as error:
        raise NotItsOwn(
            f"{side.label}: {error.module} is imported from {error.file}, which is no code of this side: what"
            " is installed for its interpreter comes first (an editable install, say). Build and install each"
            f" side by itself, {arg('project')}, or name an interpreter that has none of it, {arg('pythons')}"
        ) from None
    except OSError as error:
        raise DoesNotFit(f"{side.label}: its interpreter cannot be started: {error.strerror}") from error
    except subprocess.TimeoutExpired:
        raise DoesNotFit(
            f"{side.label}: its code is not imported within {SECONDS} s; see what it does on import"
        ) from None
    except subprocess.CalledProcessError as error:
        said = chosen(error.stderr).strip() or f"its process {how_it_ended(error.returncode)}"
        fault = Fault(said=said, broken=True, missing=MISSING.search(said) is not None)
    if fault is not None:
        raise _told(side, fault, alone=alone)


def _told(side: Side, fault: Fault, *, alone: bool) -> DoesNotFit:
    verb = "cannot be measured" if fault.broken else "does not import"
    said = side.told(fault.said.replace(f"; {MODULES}", ""))  # the advice below says what to do of it
    stop = "" if said.endswith((".", "!", "?")) else "."
    advice = _advice(side, alone=alone, missing=fault.missing)
    own = [plugin for plugin in side.plugins if fault.said.startswith(plugin)]
    file, line = place_of(side, fault.frames or [(plugin, None) for plugin in own]) or (None, None)
    return DoesNotFit(
        f"{side.label} {verb}: {told_place(side, fault.frames)}{said}{stop}\n{advice}", file, line
    )


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
            "A revision is imported as it lies in git. Have each side built and installed, with its extension"
            " modules and what it depends on, by --with-project; or name the packages that it needs, --with"
        )
    if side.place.built:
        return "Make it a dependency of the project, or name it, by --with or --with-extras"
    return "Install what is missing into the environment of that interpreter, or name it with --with"
