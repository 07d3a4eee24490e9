"""Docstrings that users read, also where ``python -OO`` has left them out of the compiled code."""

import ast
import inspect
import sys
import textwrap
from typing import Any


def doc_of(thing: Any) -> str:
    """Return the docstring of a function or class: with ``-OO`` from its source, else empty."""
    if sys.flags.optimize < 2:
        return inspect.getdoc(thing) or ""
    try:
        (node,) = ast.parse(textwrap.dedent(inspect.getsource(thing))).body
    except (OSError, SyntaxError, TypeError, ValueError):
        return ""
    return (ast.get_docstring(node) or "") if isinstance(node, ast.FunctionDef | ast.ClassDef) else ""
