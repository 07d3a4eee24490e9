"""From what a user asks to compare to the two sides: revisions, interpreters, packages, or a mix of them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from concbench.drive.sides.changes import counted
from concbench.drive.sides.fitting import refuse_unfit_sides
from concbench.drive.sides.naming import Words, folders_of, labels_of, release_of
from concbench.drive.sides.parts import Parts, Wanted, chosen_python, made_of, requirements
from concbench.drive.sides.revisions import Checkout, checked_out, repository_of, temporary_folder
from concbench.drive.sides.side import Side
from concbench.drive.sides.spec import WORKING_TREE, SideSpec
from concbench.errors import UserError, arg
from concbench.workloads.catalogue import is_file

HINT = (
    f"name two sides: two revisions (HEAD~1 HEAD), one against the working tree (HEAD), {arg('pythons')} or"
    f" {arg('packages')} twice, or two run files"
)

CHANGE = "the working tree has no change; make one, or compare with another revision (HEAD~1)"

NAMES = ("base", "head")

IN_BOTH = "name one that both sides have"

Say = Callable[[str], None]


class SidesError(UserError):
    """What cannot be compared; the message says why, and what to ask for instead."""


@dataclass(frozen=True, slots=True)
class _Code:
    """Whose code is compared: revisions of ``repo``, None each where it is what is installed."""

    repo: Path | None = None
    checkouts: tuple[Checkout | None, ...] = (None, None)
    compiled: Path | None = None

    def own(self, which: int, file: Path, hint: str = IN_BOTH) -> Path:
        """Return a side's own copy of a file; raises RevisionError, with the hint, where it has none."""
        checkout = self.checkouts[which]
        return checkout.own(file, self.repo, hint) if checkout and self.repo else file


@contextmanager
def two_sides(
    asked: SideSpec, *, same: bool = False, say: Say = lambda _what: None
) -> Iterator[tuple[Side, Side]]:
    """Lend the two sides; what was made for them in the temporary folder is removed in the end.

    With ``same`` base and head may be the same thing (a suite that judges itself); otherwise that is refused.
    ``say`` is told what takes long. Raises SidesError, or the UserError of whatever cannot be had.
    """
    _refuse_too_little(asked, same=same)
    with ExitStack() as stack:
        code = _code(asked, stack, say)
        wanted = [_wanted(which, asked, code) for which in (0, 1)]
        release = cache(release_of)
        words = [one.named(release(one.chosen)) for one in wanted]
        spare = stack.enter_context(temporary_folder()) if asked.installs else None
        parts = made_of(wanted, labels_of(*words), spare, say)
        labels = _labels(words, parts, same=same)
        modules = {name for one in parts for name in one.modules()}
        base, head = (
            one.side(label, modules, release(one.wanted.chosen))
            for one, label in zip(parts, labels, strict=True)
        )
        refuse_unfit_sides(base, head)
        yield base, head


def _refuse_too_little(asked: SideSpec, *, same: bool) -> None:
    """Raise SidesError for what does not make two sides, and for what only revisions can have."""
    doubled = [
        name
        for name in ("pythons", "packages", "requirements")
        if len(_two(name, getattr(asked, name))) == 2 and len(getattr(asked, name)) == 2
    ]
    if asked.packages and not any(map(requirements, asked.packages)):
        raise SidesError(f"{arg('packages')} names nothing: leave it out, or name what is to be installed")
    if asked.revisions() is not None:
        if asked.plugin_from != "each" and not (asked.plugins or asked.loops):
            raise SidesError(
                f"{arg('plugin_from', asked.plugin_from)} says nothing without {arg('plugins')} or"
                f" {arg('loops')}"
            )
        return
    if not doubled and not same:
        raise SidesError(HINT)
    revisions = "is for revisions: name BASE and HEAD, or . for the working tree"
    if asked.with_project:
        raise SidesError(f"{arg('project')} {revisions}")
    if asked.plugin_from != "each":
        raise SidesError(f"{arg('plugin_from', asked.plugin_from)} {revisions}")


def _two(name: str, given: Sequence[str]) -> tuple[str | None, str | None]:
    if len(given) > 2:
        raise SidesError(
            f"{arg(name)} is given {len(given)} times: once for both sides, or for base and for head"
        )
    return (given[0], given[-1]) if given else (None, None)


def _code(asked: SideSpec, stack: ExitStack, say: Say) -> _Code:
    """Return whose code is compared; raises RevisionError, SidesError."""
    revisions = asked.revisions()
    if revisions is None:
        return _Code()
    repo = repository_of(asked.repo)
    compiled = stack.enter_context(temporary_folder())
    checkouts = tuple(
        stack.enter_context(_read(repo, revision, name, say))
        for revision, name in zip(revisions, NAMES, strict=True)
    )
    if asked.with_project and any(one.suite for one in checkouts):
        raise SidesError(
            "revisions of concbench itself are measured as they lie in git, by the concbench that runs: leave"
            f" {arg('project')} out"
        )
    return _Code(repo, checkouts, compiled)


@contextmanager
def _read(repo: Path, revision: str, name: str, say: Say) -> Iterator[Checkout]:
    say(f"reading {'the working tree' if revision == WORKING_TREE else revision}")
    with checked_out(repo, revision, name) as checkout:
        if checkout.changes.files:
            say(f"the working tree has {counted(checkout.changes.files, 'changed file')}")
        yield checkout


def own_loop(loop: str, own: Callable[[Path], Path]) -> str:
    """Return an event loop with the file that it is in, if it is in one, replaced by a side's ``own``."""
    if not is_file(loop):
        return loop
    file, _, factory = loop.rpartition(":")
    return f"{own(Path(file))}:{factory}"


def _wanted(which: int, asked: SideSpec, code: _Code) -> Wanted:
    """Return what a side is to be made of, with its own copies of the user's files; raises RevisionError."""
    whose = NAMES.index(asked.plugin_from) if asked.plugin_from in NAMES else which
    hint = f"{IN_BOTH}, or have head's on both sides, {arg('plugin_from', 'head')}" if whose == 0 else IN_BOTH
    plugins = [code.own(whose, Path(plugin), hint).resolve() for plugin in asked.plugins]
    file = _two("requirements", asked.requirements)[which]
    hint = f"{IN_BOTH}, or one of each, {arg('requirements')} twice"
    own = None if file is None else code.own(which, Path(file), hint)
    return Wanted(
        checkout=code.checkouts[which],
        repo=code.repo,
        compiled=code.compiled and code.compiled / NAMES[which],
        chosen=chosen_python(_two("pythons", asked.pythons)[which]),
        packages=requirements(_two("packages", asked.packages)[which]),
        file=own,
        is_its_own=file is not None and own != Path(file),
        extras=asked.extras if asked.with_project else None,
        plugins=tuple(map(str, plugins)),
        loops=tuple(own_loop(loop, lambda file: code.own(which, file)) for loop in asked.loops),
    )


def _labels(words: Sequence[Words], parts: Sequence[Parts], *, same: bool) -> tuple[str, str]:
    """Return what the sides are called; raises SidesError where they are the same and need not be."""
    base, head = parts
    identical = base.is_the_same_as(head)
    if identical and not same:
        raise SidesError(
            f"both sides are the same, {', '.join(word for word in words[0] if word)}"
            f"{_no_code(base, head)}: {CHANGE if _is_a_working_tree(head) else HINT}; to see how often that"
            " calls itself slower, run concbench aa"
        )
    labels = labels_of(*words)
    return labels if identical or labels[0] != labels[1] else _told_apart(labels, base, head)


def _is_a_working_tree(side: Parts) -> bool:
    """Say whether a side's files are those of the repository's own folder."""
    checkout = side.wanted.checkout
    return checkout is not None and checkout.folder == side.wanted.repo


def _no_code(*sides: Parts) -> str:
    """Name what a working tree has beside its commit that is no change of it; empty for none."""
    checkouts = [one.wanted.checkout for one in sides if one.wanted.checkout]
    other = next((one.changes.other for one in checkouts if one.changes.other), ())
    return f" (without regard to {counted(other, 'untracked file')}: no code)" if other else ""


def _told_apart(labels: tuple[str, str], base: Parts, head: Parts) -> tuple[str, str]:
    """Name interpreters of one release by a folder of theirs; raises SidesError where that is no help."""
    folders = folders_of(*(one.wanted.chosen.executable for one in (base, head)))
    if folders is None:
        raise SidesError(
            f"both sides would be called {labels[0]}: put one interpreter into a folder of another name, or"
            " give one requirement file another name"
        )
    return f"{labels[0]} ({folders[0]})", f"{labels[1]} ({folders[1]})"
