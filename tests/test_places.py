"""Where errors are said to have been raised: in the innermost line of others, by the name of its file."""

from collections.abc import Callable
from typing import Any

import pytest

from concbench.places import raised_in, worded
from concbench.workloads.base import at_least


def caught(act: Callable[[], Any]) -> BaseException:
    try:
        act()
    except Exception as error:  # noqa: BLE001  (any error is looked at)
        return error
    raise AssertionError


def compiled(source: str, file: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(source, file, "exec"), names)  # noqa: S102  (code of a file that need not be there)
    return names


def test_the_innermost_foreign_line_is_told_without_its_folder() -> None:
    inner = compiled("\n\ndef divide(): return 1 / 0", "/home/somebody/mine.py")["divide"]
    assert raised_in(caught(inner)) == "in divide at mine.py:3"


def test_our_lines_and_the_standard_librarys_are_passed_over() -> None:
    assert raised_in(caught(lambda: at_least(1, tasks=0))).startswith("in <lambda> at test_places.py:")  # type: ignore[union-attr]
    path = compiled("from pathlib import Path\ndef use(): Path('/no/such').read_bytes()", "/x/mine.py")["use"]
    assert raised_in(caught(path)) == "in use at mine.py:2"


def test_code_that_is_in_no_file_is_passed_over() -> None:
    said = str(raised_in(caught(compiled("def f(): 1 / 0", "<string>")["f"])))
    assert said.startswith("in caught at test_places.py:")


def test_an_error_that_was_never_raised_is_nowhere() -> None:
    assert raised_in(ValueError("x")) is None
    assert worded(ValueError("x"), "x") == "x"


def test_an_installed_library_counts_where_no_other_line_is_there() -> None:
    library = compiled("def f(): 1 / 0", "/v/lib/python3.11/site-packages/lib/core.py")["f"]
    error = caught(library)
    error.__traceback__ = error.__traceback__.tb_next  # type: ignore[union-attr]
    assert raised_in(error) == "in f at core.py:1"
    use = compiled("def use(f): f()", "/home/somebody/mine.py")["use"]
    assert raised_in(caught(lambda: use(library))) == "in use at mine.py:1"


def test_an_error_is_where_the_one_that_caused_it_was() -> None:
    inner = compiled("def divide(): 1 / 0", "/home/somebody/mine.py")["divide"]
    outer = RuntimeError("wrapped")
    outer.__cause__ = caught(inner)
    outer.__cause__.__cause__ = outer
    assert raised_in(outer) == "in divide at mine.py:1"


@pytest.mark.parametrize("error", ["ModuleNotFoundError", "ImportError"])
def test_a_missing_module_says_where_modules_are_looked_for(error: str) -> None:
    act = compiled(f"def act(): raise {error}('no')", "/home/somebody/mine.py")["act"]
    said = worded(caught(act), "no")
    assert said.startswith("no, in act at mine.py:1")
    assert ("pip install -e" in said) == (error == "ModuleNotFoundError")
