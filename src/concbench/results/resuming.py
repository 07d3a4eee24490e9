"""How an interrupted run is gone on with: the command that names its file, and its user's code, again."""

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from concbench.results.header import Settings
from concbench.words import plain_text

VERSION = re.compile(r"(python)?[0-9]+(\.[0-9]+){1,2}t?( +(-X *\w+(=\w+)?|-OO?))* *")
"""An interpreter, with options, that is looked for in the usual places; where all are, none need be named
again."""

DIGEST = re.compile(r" sha256:[0-9a-f]+$")
IN_A_FILE = re.compile(r"(?P<factory>\S+) of (?P<file>.+)$")


def verb_of(command: str) -> str:
    """Return the command that goes on with a run that was asked for by ``command``, and tells it likewise."""
    return "advise" if command == "advise" else "run"


def resume_command(
    path: Path,
    verb: str = "run",
    /,
    *,
    plugins: Sequence[str] = (),
    loops: Sequence[str] = (),
    pythons: Sequence[str] = (),
) -> str:
    """Return the command that goes on with the run in ``path``, whose user's code is named as given."""
    named = {"--plugin": plugins, "--loop": loops, "--python": pythons}
    options = [f"{option} {shlex.quote(one)}" for option, values in named.items() for one in values]
    return " ".join([f"concbench {verb} --resume", shlex.quote(str(path)), *options])


def resume_command_of(path: Path, settings: Settings) -> str:
    """Return the same by the ``settings`` of the run's header, which know files by their names only."""
    plugins, loops, pythons = (
        list(map(plain_text, kind)) for kind in (settings.plugins, settings.loops, settings.pythons)
    )
    return resume_command(
        path,
        verb_of(settings.command),
        plugins=[DIGEST.sub("", plugin) for plugin in plugins],
        loops=[IN_A_FILE.sub(r"\g<file>:\g<factory>", DIGEST.sub("", loop)) for loop in loops],
        pythons=[] if all(map(VERSION.fullmatch, pythons)) else pythons,
    )
