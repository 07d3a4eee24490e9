"""Switches: options of an interpreter that make it another contender, such as its GIL or its JIT compiler.

They are written as Python's own (``3.13t -X gil=1``), ``-X jit`` too, for which Python has a variable alone.
All are set by the variables that belong to them, in an environment without any other ``PYTHON`` variable:
what a worker starts in its turn inherits variables, and not the options of a command line.
"""

import os
import re
import shlex
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from concbench.errors import UserError


class InterpreterError(UserError):
    """No interpreter answers to what was asked for, or the one that does cannot be used; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A switch that may be given: its variable, the value of each spelling, and what it is called in names.

    ``since`` is the first Python that has it; ``flag`` what the interpreter answers of it, in a probe.
    """

    variable: str
    values: Mapping[str, str]
    names: Mapping[str, str]
    flag: str
    since: tuple[int, int] = (3, 11)


def _on_off(name: str, variable: str, since: tuple[int, int]) -> Kind:
    spellings = {f"-X {name}=0": "0", f"-X {name}=1": "1"}
    names = {f"-X {name}=0": f"-{name}", f"-X {name}=1": f"+{name}"}
    return Kind(variable=variable, values=spellings, names=names, flag=name, since=since)


KINDS = (
    _on_off("gil", "PYTHON_GIL", (3, 13)),
    _on_off("jit", "PYTHON_JIT", (3, 13)),
    _on_off("thread_inherit_context", "PYTHON_THREAD_INHERIT_CONTEXT", (3, 14)),
    Kind(variable="PYTHONDEVMODE", values={"-X dev": "1"}, names={"-X dev": "+dev"}, flag="dev"),
    Kind(
        variable="PYTHONOPTIMIZE",
        values={"-O": "1", "-OO": "2"},
        names={"-O": "-O", "-OO": "-OO"},
        flag="optimize",
    ),
)
"""What may be given. Nothing that moves where modules are found, what is printed, or who watches."""

ALLOWED = ", ".join(re.sub(r"\|-X \w+=", "|", "|".join(kind.values)) for kind in KINDS)


@dataclass(frozen=True, slots=True)
class Switches:
    """Options as they were chosen: ``words`` such as ``-X gil=1``, in the order of ``KINDS``."""

    words: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join(self.words)

    def kinds(self) -> Iterator[tuple[Kind, str]]:
        """Yield the kind of each option, and its value."""
        for word in self.words:
            yield next((kind, kind.values[word]) for kind in KINDS if word in kind.values)

    @property
    def suffix(self) -> str:
        """What stands after an interpreter's name: ``+gil``, ``-jit``, ``+dev``, ``-O``; empty for none."""
        return "".join(kind.names[word] for word in self.words for kind in KINDS if word in kind.names)

    @property
    def variables(self) -> dict[str, str]:
        """The variables that set them."""
        return {kind.variable: value for kind, value in self.kinds()}

    @property
    def isolation(self) -> tuple[str, ...]:
        """The options that keep ``PYTHON`` variables out of a process with this ``environment``."""
        return () if self.words else ("-E",)

    def environment(self, ours: Mapping[str, str] = os.environ) -> dict[str, str]:
        """Return the environment, made from ``ours``, of a process that is started with ``isolation``."""
        if not self.words:
            return dict(ours)
        return {name: value for name, value in ours.items() if not name.startswith("PYTHON")} | self.variables


PLAIN = Switches()


def switches_in(options: Sequence[str]) -> Switches:
    """Return the switches that options are (as a shell hands them over); raises InterpreterError."""
    given = list(_joined(options))
    unknown = next((word for word in given if not any(word in kind.values for kind in KINDS)), None)
    if unknown is not None:
        raise InterpreterError(f"an interpreter may be given the options {ALLOWED}, and not {unknown}")
    words: list[str] = []
    for kind in KINDS:
        mine = list(dict.fromkeys(word for word in given if word in kind.values))
        if len(mine) > 1:
            raise InterpreterError(f"{' and '.join(mine)} contradict each other; leave one out")
        words += mine
    return Switches(tuple(words))


def _joined(options: Sequence[str]) -> Iterator[str]:
    """Yield each option as it is listed: ``-Xgil=1`` and ``-X``, ``gil=1`` are ``-X gil=1``."""
    rest = iter(options)
    for word in rest:
        if word == "-X":
            yield f"-X {next(rest, '')}".rstrip()
        else:
            yield re.sub(r"^-X(?=.)", "-X ", word)


def split(spec: str, is_there: Callable[[str], bool] | None = None) -> tuple[str, Switches]:
    """Return what names an interpreter in ``spec``, and its options; raises InterpreterError.

    A path with spaces is taken as it is where something is there; with options it is quoted as in a shell.
    """
    exists = is_there or _is_there
    if " " not in spec.strip() or exists(spec):
        return spec, PLAIN
    try:
        where, *options = shlex.split(spec)
    except ValueError as error:
        raise InterpreterError(
            f"{spec} cannot be read ({str(error).lower()}): quote a path as in a shell"
        ) from error
    if options and not options[0].startswith("-"):
        return spec, PLAIN
    try:
        return where, switches_in(options)
    except InterpreterError as error:
        raise InterpreterError(f"{spec}: {error}") from error


def _is_there(spec: str) -> bool:
    return Path(spec).exists() or shutil.which(spec) is not None
