"""From what a user asks to compare to the two sides: revisions, interpreters, packages, or a mix of them."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from concbench.errors import UserError
from concbench.measure.interpreters import find, probe
from concbench.measure.sides.environments import PackageSet, environment_with
from concbench.measure.sides.revisions import WORKING_TREE, Checkout, checked_out, repository_of
from concbench.measure.sides.side import Side

HINT = (
    "name two sides: two revisions (HEAD~1 HEAD), one against the working tree (HEAD), --python or --with"
    " twice, or two run files"
)


class SidesError(UserError):
    """What cannot be compared; the message says why, and what to ask for instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command line names, ``base`` and ``head`` being revisions; None or empty: as it is.

    ``pythons`` and ``packages`` have one entry for both sides, or two. ``packages`` are requirements with
    spaces between them.
    """

    base: str | None = None
    head: str | None = None
    pythons: Sequence[str] = ()
    packages: Sequence[str] = ()
    repo: Path = Path()
    plugins: Sequence[str] = ()
    loops: Sequence[str] = ()

    def revisions(self) -> tuple[str, str] | None:
        """Return the revisions of base and head; a missing head is the working tree."""
        return None if self.base is None else (self.base, self.head or WORKING_TREE)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What one side is made of."""

    checkout: Checkout | None
    python: str | None
    interpreter: Path
    packages: tuple[str, ...]
    installed: PackageSet | None


@contextmanager
def two_sides(
    asked: Asked, *, same: bool = False, say: Callable[[str], None] = lambda _what: None
) -> Iterator[tuple[Side, Side]]:
    """Lend the two sides; what was made for them in the temporary folder is removed in the end.

    With ``same`` base and head may be the same thing (a suite that judges itself); otherwise that is refused.
    ``say`` is told what takes long. Raises SidesError, or the UserError of whatever cannot be had.
    """
    pythons, packages = _two("--python", asked.pythons), _two("--with", asked.packages)
    revisions = asked.revisions()
    doubled = len(asked.pythons) == 2 or len(asked.packages) == 2
    if revisions is None and not doubled and not same:
        raise SidesError(HINT)
    with ExitStack() as stack:
        repo = repository_of(asked.repo) if revisions else None
        parts = []
        for place, name in enumerate(("base", "head")):
            checkout = None
            if revisions and repo:
                say(f"reading {revisions[place]}")
                checkout = stack.enter_context(checked_out(repo, revisions[place], name))
            parts.append(_parts(checkout, pythons[place], packages[place], say))
        if not same:
            _refuse_same(*parts)
        labels = _labels(*parts)
        yield (
            _side(parts[0], labels[0], asked, repo),
            _side(parts[1], labels[1], asked, repo),
        )


def _two(option: str, given: Sequence[str]) -> tuple[str | None, str | None]:
    if len(given) > 2:
        raise SidesError(
            f"{option} is given {len(given)} times: once for both sides, or for base and for head"
        )
    return (given[0], given[-1]) if given else (None, None)


def _parts(
    checkout: Checkout | None, python: str | None, packages: str | None, say: Callable[[str], None]
) -> _Parts:
    interpreter = find(python) if python else Path(sys.executable)
    wanted = tuple(packages.split()) if packages else ()
    installed = environment_with(interpreter, wanted, say=say) if wanted else None
    return _Parts(checkout, python, installed.interpreter if installed else interpreter, wanted, installed)


def _refuse_same(base: _Parts, head: _Parts) -> None:
    def identity(one: _Parts) -> tuple[object, ...]:
        code = (one.checkout.commit, one.checkout.dirty) if one.checkout else None
        return code, one.interpreter

    if identity(base) == identity(head) and not (base.checkout and base.checkout.dirty):
        raise SidesError(
            f"both sides are the same: {_spelled(base)}. {HINT}; to see how often that calls itself slower,"
            " run concbench aa"
        )


def _spelled(one: _Parts) -> str:
    code = [one.checkout.label] if one.checkout else []
    return ", ".join([*code, f"Python {probe(one.interpreter).release}", *one.packages])


def _labels(base: _Parts, head: _Parts) -> tuple[str, str]:
    """Return what tells the sides apart, in words; where nothing does, what they are."""
    told: tuple[list[str], list[str]] = ([], [])
    releases = [probe(one.interpreter).release for one in (base, head)]
    for words, one, release in zip(told, (base, head), releases, strict=True):
        if one.checkout is not None:
            words.append(one.checkout.label)
        if releases[0] != releases[1] or base.python != head.python:
            words.append(f"Python {release}")
        if base.packages != head.packages:
            words.append(" ".join(one.packages) or "no further packages")
    if not told[0] and not told[1]:
        return (f"Python {releases[0]}", f"Python {releases[1]}")
    return ", ".join(told[0]), ", ".join(told[1])


def _side(one: _Parts, label: str, asked: Asked, repo: Path | None) -> Side:
    checkout = one.checkout
    about: dict[str, str | None] = {"python": probe(one.interpreter).release}
    if checkout is not None:
        about |= {"commit": checkout.commit, "changed": "yes" if checkout.dirty else "no"}
    if one.installed is not None:
        packages = (f"{name}=={version}" for name, version in sorted(one.installed.installed.items()))
        about["packages"] = " ".join(packages)
    plugins = [Path(plugin) for plugin in asked.plugins]
    if checkout is not None and repo is not None:
        plugins = [checkout.own(plugin, repo) for plugin in plugins]
    return Side(
        label=label,
        interpreter=one.interpreter,
        suite=checkout.suite if checkout else None,
        roots=checkout.roots if checkout else (),
        plugins=tuple(str(plugin.resolve()) for plugin in plugins),
        loops=tuple(asked.loops),
        about=about,
    )
