"""From what a user asks to compare to the two sides: revisions, interpreters, packages, or a mix of them."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from concbench.drive.host.interpreters import Interpreter, choose
from concbench.drive.sides.changes import counted
from concbench.drive.sides.environments import PackageSet, environment_with, requirements_in
from concbench.drive.sides.fitting import refuse_unfit_sides
from concbench.drive.sides.naming import folders_of, home_of, labels_of, release_of
from concbench.drive.sides.revisions import Checkout, checked_out, repository_of, temporary_folder
from concbench.drive.sides.side import Side
from concbench.drive.sides.spec import WORKING_TREE, SideSpec
from concbench.drive.workers.place import Place
from concbench.errors import UserError, arg
from concbench.words import several
from concbench.workloads.catalogue import is_file

HINT = (
    f"name two sides: two revisions (HEAD~1 HEAD), one against the working tree (HEAD), {arg('pythons')} or"
    f" {arg('packages')} twice, or two run files"
)


class SidesError(UserError):
    """What cannot be compared; the message says why, and what to ask for instead."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """What one side is made of."""

    checkout: Checkout | None
    place: Place
    release: str
    packages: tuple[str, ...]
    installed: PackageSet | None

    def is_the_same_as(self, other: "_Parts") -> bool:
        """Say whether both have the same code, interpreter and packages.

        Packages are what was installed, whatever was asked for: ``trio==0.28`` is ``trio==0.28.0``.
        """
        code, other_code = (
            one.checkout and (one.checkout.commit, one.checkout.dirty) for one in (self, other)
        )
        home, other_home = home_of(self.place.interpreter), home_of(other.place.interpreter)
        if self.installed is not None and other.installed is not None:
            same = home[0] == other_home[0] and self.installed.installed == other.installed.installed
        else:
            same = home == other_home
        return code == other_code and same and self.place.switches == other.place.switches

    def words(self) -> tuple[str | None, str, str]:
        """Return the names of its code, its Python, and its packages."""
        code = self.checkout.label if self.checkout else None
        return code, f"Python {self.release}", " ".join(self.packages)


@contextmanager
def two_sides(
    asked: SideSpec, *, same: bool = False, say: Callable[[str], None] = lambda _what: None
) -> Iterator[tuple[Side, Side]]:
    """Lend the two sides; what was made for them in the temporary folder is removed in the end.

    With ``same`` base and head may be the same thing (a suite that judges itself); otherwise that is refused.
    ``say`` is told what takes long. Raises SidesError, or the UserError of whatever cannot be had.
    """
    pythons, packages = _two("pythons", asked.pythons), _two("packages", asked.packages)
    revisions = asked.revisions()
    doubled = len(asked.pythons) == 2 or len(asked.packages) == 2
    if revisions is None and not doubled and not same:
        raise SidesError(HINT)
    with ExitStack() as stack:
        repo = repository_of(asked.repo) if revisions else None
        compiled = stack.enter_context(temporary_folder()) if revisions else None
        parts: list[_Parts] = []
        releases = cache(release_of)
        for which, name in enumerate(("base", "head")):
            checkout = None
            if revisions and repo:
                checkout = stack.enter_context(_read(repo, revisions[which], name, say))
            own = compiled and compiled / name
            parts.append(_parts(checkout, own, pythons[which], packages[which], releases, say))
        labels = _labels(*parts, same=same)
        base, head = (_side(one, label, asked, repo) for one, label in zip(parts, labels, strict=True))
        refuse_unfit_sides(base, head)
        yield base, head


def _two(name: str, given: Sequence[str]) -> tuple[str | None, str | None]:
    if len(given) > 2:
        raise SidesError(
            f"{arg(name)} is given {len(given)} times: once for both sides, or for base and for head"
        )
    return (given[0], given[-1]) if given else (None, None)


@contextmanager
def _read(repo: Path, revision: str, name: str, say: Callable[[str], None]) -> Iterator[Checkout]:
    say(f"reading {'the working tree' if revision == WORKING_TREE else revision}")
    with checked_out(repo, revision, name) as checkout:
        if checkout.changes.files:
            say(f"the working tree has {counted(checkout.changes.files, 'changed file')}")
        yield checkout


def _parts(
    checkout: Checkout | None,
    compiled: Path | None,
    python: str | None,
    packages: str | None,
    releases: Callable[[Interpreter], str],
    say: Callable[[str], None],
) -> _Parts:
    chosen = choose(python) if python else Interpreter(Path(sys.executable))
    wanted = requirements_in(packages or "")
    installed = environment_with(chosen.executable, wanted, say=say) if wanted else None
    runs = installed.interpreter if installed else chosen.executable
    place = Place(runs, switches=chosen.switches)
    if checkout:
        place = replace(place, suite=checkout.suite, roots=checkout.roots, compiled=compiled)
    return _Parts(checkout, place, releases(Interpreter(runs, chosen.switches)), wanted, installed)


def _labels(base: _Parts, head: _Parts, *, same: bool) -> tuple[str, str]:
    """Return what the sides are called; raises SidesError where they are the same and need not be."""
    identical = base.is_the_same_as(head)
    if identical and not same:
        raise SidesError(
            f"both sides are the same, {', '.join(word for word in base.words() if word)}"
            f"{_no_code(base, head)}: {HINT}; to see how often that calls itself slower, run"
            " concbench aa"
        )
    labels = labels_of(base.words(), head.words())
    return labels if identical or labels[0] != labels[1] else _told_apart(labels, base, head)


def _no_code(*sides: _Parts) -> str:
    """Name what a working tree has beside its commit that is no change of it; empty for none."""
    checkouts = [one.checkout for one in sides if one.checkout]
    other = next((one.changes.other for one in checkouts if one.changes.other), ())
    return f" (without regard to {counted(other, 'untracked file')}: no code)" if other else ""


def _told_apart(labels: tuple[str, str], base: _Parts, head: _Parts) -> tuple[str, str]:
    """Name interpreters of one release by a folder of theirs; raises SidesError where that is no help."""
    folders = folders_of(base.place.interpreter, head.place.interpreter)
    if folders is None:
        raise SidesError(
            f"both sides would be called {labels[0]}: put one interpreter into a folder of another name"
        )
    return f"{labels[0]} ({folders[0]})", f"{labels[1]} ({folders[1]})"


def own_loop(loop: str, own: Callable[[Path], Path]) -> str:
    """Return an event loop with the file that it is in, if it is in one, replaced by a side's ``own``."""
    if not is_file(loop):
        return loop
    file, _, factory = loop.rpartition(":")
    return f"{own(Path(file))}:{factory}"


def _side(one: _Parts, label: str, asked: SideSpec, repo: Path | None) -> Side:
    checkout = one.checkout
    about: dict[str, str | None] = {"python": one.release}
    if checkout is not None:
        changed = several(len(checkout.changes.files), "file") if checkout.dirty else "no"
        about |= {"commit": checkout.commit, "changed": changed}
    if one.installed is not None:
        packages = (f"{name}=={version}" for name, version in sorted(one.installed.installed.items()))
        about["packages"] = " ".join(packages)
    plugins, loops = [Path(plugin) for plugin in asked.plugins], list(asked.loops)
    if checkout is not None and repo is not None:
        plugins = [checkout.own(plugin, repo) for plugin in plugins]
        loops = [own_loop(loop, lambda file: checkout.own(file, repo)) for loop in asked.loops]
    return Side(
        label=label,
        place=one.place,
        folder=checkout.folder if checkout else None,
        plugins=tuple(str(plugin.resolve()) for plugin in plugins),
        loops=tuple(loops),
        about=about,
    )
