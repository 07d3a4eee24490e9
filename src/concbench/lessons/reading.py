"""What is seen of a learner's file without running it: whose program it is, and generators that are dropped.

Standard library only.
"""

import ast
from collections.abc import Container, Iterator
from pathlib import Path

from concbench.lessons.steps import STEPS, source_of

TOO_DEEP = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What it comes to where a file is no Python, or is nested so deeply that nobody can read it."""


def _dumped(file: Path) -> str | None:
    try:
        return ast.dump(ast.parse(file.read_bytes()))
    except TOO_DEEP:
        return None


Key = tuple[str, bool]
"""The name of a function, and whether it is a method."""

NONE: Key = ("", False)


def step_in(file: Path) -> int | None:
    """Return the step whose program a file is, as it is, but for its layout and comments; or None."""
    told = _dumped(file)
    return next((step for step in STEPS if told == ast.dump(ast.parse(source_of(step)))), None)


def dropped(file: Path, step: int) -> list[str]:
    """Return, in words, the calls that make a generator, which nobody runs: ``yield from`` is missing."""
    try:
        return _dropped(file, ast.parse(file.read_bytes()), step)
    except TOO_DEEP:
        return []


def _dropped(file: Path, tree: ast.Module, step: int) -> list[str]:
    lent = ast.parse(source_of(step))
    own = list(_functions(tree))
    makes = {key for key, generates in [*_functions(lent), *own] if generates}
    makes -= {key for key, _ in own} - {key for key, generates in own if generates}
    modules = {name for one in (lent, tree) for name in _modules(one)}
    return [
        f"{file.name}:{node.lineno} calls {_called(node.value, modules)[0]}(…), a generator, and drops it:"
        f" `yield from {ast.unparse(node.value)}` runs it"
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and _called(node.value, modules) in makes
    ]


def _functions(tree: ast.Module) -> Iterator[tuple[Key, bool]]:
    """Yield the key of each function, and whether it is a generator function."""
    methods = {one for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for one in node.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            generates = any(isinstance(one, ast.Yield | ast.YieldFrom) for one in _within(node))
            yield (node.name, node in methods), generates


def _within(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yield what belongs to a function itself, and to none within it."""
    nodes: list[ast.AST] = [*function.body]
    while nodes:
        node = nodes.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            nodes.extend(ast.iter_child_nodes(node))


def _modules(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.asname or one.name for one in node.names)


def _called(call: ast.expr, modules: Container[str]) -> Key:
    """Return the key of what a call calls; NONE for what is a module's, or the loop's own ``wait``."""
    if not isinstance(call, ast.Call):
        return NONE
    if isinstance(call.func, ast.Name):
        return call.func.id, False
    if not isinstance(call.func, ast.Attribute):
        return NONE
    of = ast.unparse(call.func.value)
    of_loop = call.func.attr == "wait" and of in ("self", "super()")
    return NONE if of in modules or of_loop else (call.func.attr, True)
