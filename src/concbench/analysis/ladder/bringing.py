"""What a rung takes from the modules beside it, and the rung below had not: what a diff hides in its imports.

A collection of what a kernel lends (``WAITING``) counts as what is in it, and the rung below as no module
beside it.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from concbench.analysis.ladder.differing import OWN, source_at, source_of
from concbench.analysis.ladder.steps import LadderStep
from concbench.models.index import INDEX, family_named

Place = tuple[str, str]
"""A module beside the rungs, and a name in it."""


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """Something that a rung takes from beside it: ``handles.timeout``, and the first line of what it is."""

    name: str
    says: str


def brought_in(step: LadderStep) -> list[BroughtIn]:
    """Return what the upper rung takes that the lower had not; nothing where it is no kernel of ours."""
    if family_named(step.rung) != "ladder":
        return []
    lower, upper = (dict.fromkeys(_taken(source_of(name))) for name in (step.below, step.rung))
    own = INDEX.module(step.below).rpartition(".")[2]
    return [
        BroughtIn(f"{module}.{name}", _says(module, name))
        for module, name in upper
        if module != own and (module, name) not in lower
    ]


def _taken(source: str) -> Iterator[Place]:
    """Yield what a module imports from those beside it."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.ImportFrom) and f"{node.module}".startswith(f"{OWN}."):
            module = f"{node.module}".removeprefix(f"{OWN}.")
            for one in node.names:
                yield from _opened(module, one.name)


def _opened(module: str, name: str) -> list[Place]:
    """Return the place itself, or, of a collection, those of what is in it."""
    value = _assigned(_tree(module), name)
    lent = value.args[0] if isinstance(value, ast.Call) and value.args else value
    if not isinstance(lent, ast.Dict):
        return [(module, name)]
    return [(module, one.id) for one in lent.values if isinstance(one, ast.Name)]


def _says(module: str, name: str) -> str:
    """Return the first line of a definition's docstring, without its full stop; perhaps nothing."""
    for node in _tree(module).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            return (ast.get_docstring(node) or "").partition("\n")[0].removesuffix(".")
    return ""


def _assigned(tree: ast.Module, name: str) -> ast.expr | None:
    """Return what a name is assigned in a module."""
    for node in tree.body:
        targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
        if any(isinstance(one, ast.Name) and one.id == name for one in targets):
            return node.value  # type: ignore[attr-defined,no-any-return]
    return None


def _tree(module: str) -> ast.Module:
    return ast.parse(source_at(f"{OWN}.{module}"))
