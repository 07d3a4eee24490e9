"""Parameters in words: as one word in names of cells, so that two cells never share one."""

import json
import re
import sys
from collections.abc import Mapping
from typing import Any

from concbench.validators import LARGEST
from concbench.words import grouped

LARGEST_FLOAT = sys.float_info.max

LIKE_MORE = re.compile(r',.*=|^"', re.DOTALL)
"""What makes the text of a value look like several parameters, or like a text in quotes."""

NO_NAME = re.compile(r'[,="]')
"""What would end a parameter's name."""


def spelled(params: Mapping[str, Any]) -> str:
    """Return parameters as one word: ``tasks=10,delay=0.02``. Other parameters have another one."""
    return ",".join(f"{spell_name(name)}={spell(value)}" for name, value in params.items())


def in_words(params: Mapping[str, Any]) -> str:
    """Return parameters in words: ``tasks 10, delay 0.02``."""
    return ", ".join(f"{name} {spell(value)}" for name, value in params.items())


def spell_name(name: str) -> str:
    """Return a parameter's name, in quotes where something in it would end it."""
    return json.dumps(name, ensure_ascii=False) if NO_NAME.search(name) else name


def quoted(text: str) -> str:
    """Return a text, in quotes where it might be taken for more than one parameter, or for a number."""
    return json.dumps(text, ensure_ascii=False) if LIKE_MORE.search(text) or _is_literal(text) else text


def _is_literal(text: str) -> bool:
    if text in ("", "True", "False", "None"):
        return True
    try:
        return float(text) is not None
    except ValueError:
        return False


def spell(value: Any) -> str:
    """Return a parameter's value, short where that loses nothing: two cells never share an id."""
    if isinstance(value, str):
        return quoted(value)
    if not isinstance(value, int | float) or abs(value) > LARGEST_FLOAT:
        return str(value)
    short = f"{value:g}"
    return short if float(short) == value else str(value)


def read(value: Any) -> str:
    """Return a parameter's value for readers: whole numbers have their digits in groups."""
    return grouped(value) if type(value) is int and abs(value) <= LARGEST else spell(value)
