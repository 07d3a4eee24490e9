"""What two neighbouring rungs differ in: a diff of their modules, each as short as can be, to fit a screen.

A change stands under the name of the definition that it is in. What does not run is left out: docstrings,
lines of comments, blank lines, imports of others' modules, types, and the rung's ``MODEL``. A definition that
the upper rung has no more is folded into one line.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

from concbench.analysis.ladder.rungs import RUNGS, STEP_TO
from concbench.analysis.ladder.steps import LadderStep
from concbench.errors import UserError
from concbench.models.index import INDEX, family_named
from concbench.words import no_such, several

Definition: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

OWN = "concbench.models.ladder"
"""Whose imports are shown: what a rung takes from beside it is a part of the idea."""

UNSAID = ("MODEL", "Task", "Request", "RT")
"""Names whose definitions are left out: what makes a model of a rung, and types."""


def neighbours(names: Sequence[str]) -> LadderStep:
    """Return the step between two neighbouring rungs, or to one from that below; raises UserError."""
    for name in names:
        if name not in RUNGS:
            raise UserError(no_such("rung", name, RUNGS))
    upper = max(names, key=RUNGS.index)
    if upper not in STEP_TO:
        raise UserError(f"{upper} is the lowest rung: name the one above it, {RUNGS[1]}")
    step = STEP_TO[upper]
    if len(names) > 1 and {*names} != {step.below, step.rung}:
        between = RUNGS[min(map(RUNGS.index, names)) + 1 : RUNGS.index(upper)]
        lie = f": between them {'is' if len(between) == 1 else 'are'} {', '.join(between)}" if between else ""
        raise UserError(
            f"{' and '.join(names)} are no neighbours{lie}; name one rung to see its step from {step.below},"
            f" as in --diff {upper}"
        )
    return step


def difference(step: LadderStep) -> list[str] | None:
    """Return the lines of a diff of two rungs' modules; None where the upper is no kernel of ours."""
    if family_named(step.rung) != "ladder":
        return None
    lower, upper = map(source_of, (step.below, step.rung))
    kept = {name for name, _ in _definitions(ast.parse(upper))}
    before, after = _short(lower, kept), _short(upper, kept)
    return list(_hunks(before, after))


def _hunks(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """Yield what is taken away and what is added, below the name of the definition that it is in."""
    owners = _owners(before), _owners(after)
    shown: str | None = None
    for kind, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            if last - first == 1 and shown == owners[1][start]:
                yield f" {after[start]}"
            else:
                shown = None
            continue
        removed = [("-", before[index], owners[0][index]) for index in range(first, last)]
        added = [("+", after[index], owners[1][index]) for index in range(start, end)]
        for sign, line, owner in (*removed, *added):
            place = owner.rpartition(".")[0] if _name(line) else owner
            around = (shown, f"{shown}".rpartition(".")[0]) if _name(line) else (shown,)
            if place and (shown is None or place not in around):
                yield f"@@ {place}"
            shown = owner
            yield sign + line


def _owners(lines: Sequence[str]) -> list[str]:
    """Return for each line the definition that it is in, or that it begins: ``Kernel.run``."""
    owners, stack = list[str](), list[tuple[int, str]]()
    for line in lines:
        depth = len(line) - len(line.lstrip())
        while stack and stack[-1][0] >= depth:
            stack.pop()
        if name := _name(line):
            stack.append((depth, name))
        owners.append(".".join(one for _, one in stack))
    return owners


def _name(line: str) -> str:
    """Return the name of the definition that a line begins, or nothing."""
    found = re.match(r"\s*(?:async def|def|class) (\w+)", line)
    return found[1] if found else ""


def source_of(name: str) -> str:
    """Return the source of a rung's module; raises UserError where it is not installed."""
    return source_at(INDEX.module(name))


def source_at(module: str) -> str:
    """Return the source of a module that is not imported; raises UserError where it is not installed."""
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise UserError(f"the source of {module} is not installed")
    return Path(spec.origin).read_text(encoding="utf-8")


def file_of(name: str) -> str:
    """Return the file of a rung's module, from the package on: ``models/ladder/timer_heap.py``."""
    return f"{INDEX.module(name).partition('.')[2].replace('.', '/')}.py"


def _short(source: str, kept: set[str]) -> list[str]:
    """Return a module's lines that run, definitions that are not ``kept`` folded into one line each."""
    tree, lines = ast.parse(source), source.splitlines()
    shown: dict[int, str] = {
        number: line
        for number, line in enumerate(lines, start=1)
        if line.strip() and not line.lstrip().startswith("#")
    }
    for node in _unsaid(tree):
        _take(shown, node)
    for name, node in _definitions(tree):
        if node.lineno in shown and not isinstance(node, ast.ClassDef):
            for number in range(node.lineno, node.body[0].lineno):
                shown.pop(number, None)
            shown[node.lineno] = _head(node)
        if name not in kept and node.lineno in shown:
            head = shown[node.lineno].rstrip()
            _take(shown, node)
            size = several((node.end_lineno or node.lineno) - node.lineno + 1, "line")
            shown[node.lineno] = f"{head}  # {size}"
    return [shown[number].partition("  # noqa")[0] for number in sorted(shown)]


def _head(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Return the line that a function begins with, without annotations."""
    every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    for one in (*every, node.args.vararg, node.args.kwarg):
        if one is not None:
            one.annotation = None
    kind = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    return f"{' ' * node.col_offset}{kind} {node.name}({ast.unparse(node.args)}):"


def _take(shown: dict[int, str], node: ast.stmt) -> None:
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
    for number in range(first, (node.end_lineno or node.lineno) + 1):
        shown.pop(number, None)


def _definitions(tree: ast.Module) -> Iterator[tuple[str, Definition]]:
    """Yield classes, functions and methods, with their names; what is in another comes after it."""
    for node in tree.body:
        if isinstance(node, Definition):
            yield node.name, node
            inside = node.body if isinstance(node, ast.ClassDef) else []
            yield from ((f"{node.name}.{one.name}", one) for one in inside if isinstance(one, Definition))


def _unsaid(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield the statements that are left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and _is_unsaid(node):
            yield node


def _is_unsaid(node: ast.stmt) -> bool:
    if isinstance(node, ast.ImportFrom):
        return not f"{node.module}".startswith(OWN)
    if isinstance(node, ast.Assign):
        return any(isinstance(one, ast.Name) and one.id in UNSAID for one in node.targets)
    said = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return said or isinstance(node, ast.Import)
