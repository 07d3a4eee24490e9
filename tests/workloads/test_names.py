"""Names of models and workloads: what may stand in a cell's id, and what a reader takes for another."""

import pytest

from concbench.models import index as models
from concbench.workloads import index as workloads
from concbench.workloads.names import MOST_LETTERS, skeleton, wrong_name

pytestmark = pytest.mark.measured_side


class Sulky:
    def __repr__(self) -> str:
        raise OSError


@pytest.mark.parametrize("name", ["mine", "my-spawn", "asyncio+uvloop:new_event_loop", "générateur", "協程"])
def test_a_name_of_letters_signs_and_any_script_is_good(name: str) -> None:
    assert wrong_name(name) is None


@pytest.mark.parametrize(
    ("name", "what"),
    [
        (7, "must be text, not 7"),
        (None, "must be text"),
        (Sulky(), "must be text, not a Sulky"),
        ("", "is empty"),
        ("a,b", "has ,"),
        ("a/b", "has /"),
        ("a b", "white space"),
        ("a\n", "white space"),
        ("\x1b[31mred", r"'\x1b[31mred' has white space or characters that cannot be printed"),
        ("a\u202eb", r"\u202e"),
        ("a\u200bb", r"\u200b"),
        ("\ud800", r"\ud800"),
        ("x" * (MOST_LETTERS + 1), "60 are the most"),
        ("--json", "begins like an option"),
    ],
)
def test_a_name_that_would_break_a_table_a_list_or_a_terminal_is_told(name: object, what: str) -> None:
    wrong = wrong_name(name)
    assert wrong is not None
    assert what in wrong
    assert wrong.isprintable()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("аsyncio", "asyncio"),  # a Cyrillic letter
        ("Asyncio", "asyncio"),
        ("ａsyncio", "asyncio"),
        ("thréads", "threads"),
        ("yield_from", "yield-from"),
        ("po11ing", "polling"),
        ("spawn0", "spawno"),
        ("ﬁle", "file"),
    ],
)
def test_names_that_look_alike_have_one_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


def test_the_names_of_the_package_are_good_and_no_two_look_alike() -> None:
    for names in (models.names(), workloads.names()):
        assert not [name for name in names if wrong_name(name)]
        assert len({skeleton(name) for name in names}) == len(names)
