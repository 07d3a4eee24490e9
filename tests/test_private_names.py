"""No test reaches into a private name of the package: what it needs is public, or injected."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import concbench

HERE = Path(__file__).parent
SOURCES = Path(concbench.__file__).parent
NAMED_TUPLES = {"_asdict", "_fields", "_make", "_replace"}


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__") and name.strip("_") != ""


def defined(tree: ast.AST) -> Iterator[str]:
    """Yield the private names that a module defines, its classes' and objects' too."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name


@cache
def ours() -> frozenset[str]:
    """Return every private name of the package."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES.rglob("*.py"))
    return frozenset(name for tree in trees for name in defined(tree) if is_private(name)) - NAMED_TUPLES


def of_others(tree: ast.AST) -> Iterator[str]:
    """Yield what names other packages' things in a test's file, and the object that a method is of."""
    yield from ("self", "cls")
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            source = getattr(node, "module", None) or ""
            for alias in node.names:
                if not (source or alias.name).startswith("concbench"):
                    yield (alias.asname or alias.name).partition(".")[0]


def reached(tree: ast.AST) -> Iterator[str]:
    """Yield the private names of the package that a file reads, replaces or imports."""
    others, own = set(of_others(tree)), {name for name in defined(tree) if is_private(name)}
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(source), names=names) if source.startswith("concbench"):
                yield from (alias.name for alias in names if is_private(alias.name))
            case ast.Attribute(value=ast.Name(id=base)) if base in others:
                pass
            case ast.Attribute(attr=name) if name in ours() and name not in own - patched(tree):
                yield name
            case ast.Call(
                func=ast.Attribute(attr="setattr" | "delattr") | ast.Name(id="getattr" | "setattr")
            ):
                words = (argument.value for argument in node.args[:2] if isinstance(argument, ast.Constant))
                last = (word.rpartition(".")[2] for word in words if isinstance(word, str))
                yield from (name for name in last if name in ours())


def patched(tree: ast.AST) -> set[str]:
    """Return the private names that a file sets on what is not its own object: no names of its own."""
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
        if not (isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"})
    }


@cache
def found() -> frozenset[tuple[str, str]]:
    """Return in which file of the tests which private name is reached into."""
    return frozenset(
        (path.relative_to(HERE).as_posix(), name)
        for path in HERE.rglob("*.py")
        for name in reached(ast.parse(path.read_text(encoding="utf-8")))
    )


def test_no_test_reaches_into_a_private_name() -> None:
    assert found() == frozenset()


@pytest.mark.parametrize(
    "code",
    [
        "from concbench.measure.tally import {name}",
        "from concbench.measure import tally\ntally.{name}()",
        "def test(made): made.{name}.clear()",
        "def test(made): made.{name} = 7",
        "def test(monkeypatch): monkeypatch.setattr(tally, '{name}', None)",
        "def test(monkeypatch): monkeypatch.setattr('concbench.measure.tally.{name}', None)",
        "getattr(made, '{name}')",
    ],
)
def test_a_reach_is_seen(code: str) -> None:
    name = min(ours())
    assert set(reached(ast.parse(code.format(name=name)))) == {name}


@pytest.mark.parametrize(
    "code",
    [
        "import os\nos.{name}(7)",
        "class Own:\n    def {name}(self): return self.{name}\nOwn().{name}()",
        "def test(made): made._not_ours_at_all()",
    ],
)
def test_what_is_a_test_s_own_or_another_package_s_is_none(code: str) -> None:
    assert set(reached(ast.parse(code.format(name=min(ours()))))) == set()
