"""What one side is made of: a revision, an interpreter, and an environment with what it needs."""

import os
import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from concbench.drive.host.interpreters import Interpreter, choose
from concbench.drive.sides.environments import Contents, PackageSet, environment_with, requirements_in
from concbench.drive.sides.fitting import DoesNotFit, HeadDoesNotFit
from concbench.drive.sides.installing import EnvironmentFailed
from concbench.drive.sides.modules import in_folder
from concbench.drive.sides.naming import Words, home_of
from concbench.drive.sides.projects import NoProject, distribution_in, project_of
from concbench.drive.sides.requirement_files import RequirementsError, requirement_file
from concbench.drive.sides.revisions import Checkout
from concbench.drive.sides.side import Side
from concbench.drive.sides.whose import installed_as
from concbench.drive.workers.place import Place
from concbench.words import several

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What one side is to be made of.

    ``file`` is a requirement file, ``is_its_own`` where it is the revision's. ``extras`` are those of the
    project, None where it is not to be installed. ``plugins`` and ``loops`` are the side's own copies.
    """

    checkout: Checkout | None
    repo: Path | None
    compiled: Path | None
    chosen: Interpreter
    packages: tuple[str, ...]
    file: Path | None
    is_its_own: bool
    extras: tuple[str, ...] | None
    plugins: tuple[str, ...]
    loops: tuple[str, ...]

    def named(self, release: str) -> Words:
        """Return the names of its code, its Python, and its packages."""
        packages = " ".join([*self.packages, *([self.file.name] if self.file else [])])
        return self.checkout.label if self.checkout else None, f"Python {release}", packages

    @property
    def is_up_to_it(self) -> bool:
        """Whether the revision says what is installed, so that it may be its fault where that fails."""
        return self.is_its_own or self.extras is not None

    def contents(self) -> Contents:
        """Return what its environment has; raises NoProject, RequirementsError, RevisionError."""
        checkout, repo, project = self.checkout, self.repo, None
        beside = self.is_its_own and self.extras is not None
        if checkout and repo and self.extras is not None:
            project = project_of(checkout, repo, self.extras)
        return Contents(
            packages=self.packages,
            file=requirement_file(self.file, beside_project=beside) if self.file else None,
            project=project,
            folder=checkout.folder if checkout and self.is_its_own else None,
        )


@dataclass(frozen=True, slots=True)
class Parts:
    """What one side is made of."""

    wanted: Wanted
    place: Place
    installed: PackageSet | None

    def is_the_same_as(self, other: "Parts") -> bool:
        """Say whether both have the same code, interpreter and packages.

        Packages are what was installed, whatever was asked for: ``trio==0.28`` is ``trio==0.28.0``.
        """
        code, other_code = (
            one and (one.commit, one.dirty) for one in (self.wanted.checkout, other.wanted.checkout)
        )
        home, other_home = home_of(self.place.interpreter), home_of(other.place.interpreter)
        if self.installed is not None and other.installed is not None:
            same = home[0] == other_home[0] and self.installed.installed == other.installed.installed
        else:
            same = home == other_home
        return code == other_code and same and self.place.switches == other.place.switches

    def modules(self) -> set[str]:
        """Return the names of the project's own modules; empty where there is no project.

        Those of a checkout are what lies in its roots, and what the project brought where it is installed.
        """
        if self.place.built and self.installed:
            return set(self.installed.modules)
        checkout = self.wanted.checkout
        project = distribution_in(checkout.folder) if checkout and self.place.roots else None
        installed = installed_as(project, self.place.interpreter) if project else ()
        return {*installed, *(name for root in self.place.roots for name in in_folder(root))}

    def side(self, label: str, modules: Collection[str], release: str) -> Side:
        """Return the side, called ``label``; ``modules`` are the project's own, on either side."""
        checkout = self.wanted.checkout
        homes = (checkout.folder,) if checkout and self.place.roots else ()
        is_elsewhere = checkout is not None and not checkout.suite and checkout.folder != self.wanted.repo
        return Side(
            label=label,
            place=self.place,
            folder=checkout.folder if checkout else None,
            plugins=self.wanted.plugins,
            loops=self.wanted.loops,
            modules=tuple(sorted(modules)),
            homes=(self.place.interpreter.parents[1],) if self.place.built else homes,
            tree=self.wanted.repo if is_elsewhere else None,
            packages=self.installed.others if self.installed else {},
            built=checkout.built if checkout and self.place.roots else (),
            about=self._about(release),
        )

    def _about(self, release: str) -> dict[str, str | None]:
        """Return further facts for the header."""
        about: dict[str, str | None] = {"python": release}
        if (checkout := self.wanted.checkout) is not None:
            changed = several(len(checkout.changes.files), "file") if checkout.dirty else "no"
            about |= {"commit": checkout.commit, "changed": changed}
        if self.installed is not None:
            packages = (f"{name}=={version}" for name, version in sorted(self.installed.installed.items()))
            about["packages"] = " ".join(packages)
        return about


def chosen_python(python: str | None) -> Interpreter:
    """Return an interpreter that is named, else this one; raises InterpreterError."""
    return choose(python) if python else Interpreter(Path(sys.executable))


def requirements(words: str | None) -> tuple[str, ...]:
    """Return the requirements that are named."""
    return requirements_in(words or "")


def made_of(
    wanted: Sequence[Wanted], labels: tuple[str, str], spare: Path | None, say: Say
) -> tuple[Parts, Parts]:
    """Return what both sides are made of; environments that cannot be kept are made in the folder ``spare``.

    Raises DoesNotFit where what a revision itself says cannot be installed, HeadDoesNotFit where only head's
    cannot; EnvironmentFailed and the like where what the user named cannot be.
    """
    base = _fitting(wanted[0], labels[0], spare and spare / "base", say)
    try:
        return base, _fitting(wanted[1], labels[1], spare and spare / "head", say)
    except DoesNotFit as error:
        reason = f"{error}\nBase can be installed: mend it in head, and compare again"
        raise HeadDoesNotFit(*labels, reason, error.file, error.line) from error


def _fitting(wanted: Wanted, label: str, spare: Path | None, say: Say) -> Parts:
    try:
        return _parts_of(wanted, spare, lambda words: say(f"{label}: {words}"))
    except (EnvironmentFailed, NoProject, RequirementsError) as error:
        if not wanted.is_up_to_it:
            raise
        files = f"{wanted.checkout.folder}{os.sep}" if wanted.checkout else None
        words = str(error).replace(files, "") if files else str(error)  # as they lie in the revision
        raise DoesNotFit(f"{label}: {words}", *getattr(error, "where", ())) from error


def _parts_of(wanted: Wanted, spare: Path | None, say: Say) -> Parts:
    checkout, chosen, contents = wanted.checkout, wanted.chosen, wanted.contents()
    folder = None if contents.lasting else spare
    installed = environment_with(chosen.executable, contents, folder=folder, say=say) if contents else None
    runs = installed.interpreter if installed else chosen.executable
    place = Place(runs, switches=chosen.switches, built=contents.project is not None)
    if checkout:
        roots = () if place.built else checkout.roots
        place = replace(place, suite=checkout.suite, roots=roots, compiled=wanted.compiled)
    return Parts(wanted, place, installed)
