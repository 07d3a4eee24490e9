"""docs/ADVISE.md says what a load in a file may hold, and what the exit codes mean."""

import re
import tomllib
from pathlib import Path

import click

from concbench.commands import exits
from concbench.commands.advise import advise
from concbench.commands.load_file import OF_A_LOAD, said_in
from concbench.commands.param_types import Amount
from concbench.outcomes import FAILURES, OUTCOMES

from .test_documents import ROOT

ADVISE = (ROOT / "docs" / "ADVISE.md").read_text(encoding="utf-8")
CONTEXT = click.Context(advise)
OPTIONS = {option.name: option for option in advise.params if option.name in OF_A_LOAD}

KINDS = {
    "integer": (int,),
    "number": (int, float),
    "text": (str,),
    "list of texts": (list,),
    "true or false": (bool,),
}


def rows(header: str) -> list[list[str]]:
    """Return the cells of each row of the table with this header."""
    (table,) = re.findall(rf"^\| {re.escape(header)} \|\n\|[ -|]*\n((?:\|.*\n)+)", ADVISE, re.MULTILINE)
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()]


KEYS = [
    (key.strip("`"), kind, default.strip("`"), unit)
    for key, kind, default, unit, _ in rows("key | kind | default | unit | what it is")
]


def test_every_key_of_a_load_has_a_row_and_every_row_is_a_key() -> None:
    assert [key for key, *_ in KEYS] == list(OF_A_LOAD)


def test_a_file_of_the_defaults_says_what_no_file_says(tmp_path: Path) -> None:
    file = tmp_path / "load.toml"
    file.write_text("".join(f"{key} = {default}\n" for key, _, default, _ in KEYS), encoding="utf-8")
    usual = {name: one.type_cast_value(CONTEXT, one.get_default(CONTEXT)) for name, one in OPTIONS.items()}
    assert said_in(file, CONTEXT) == usual


def test_a_default_is_of_a_kind_that_its_row_names() -> None:
    for key, kind, default, _ in KEYS:
        value = tomllib.loads(f"x = {default}")["x"]
        kinds = [kind] if kind in KINDS else kind.split(" or ")
        assert any(type(value) in KINDS[one] for one in kinds), key


def test_an_amount_has_the_units_that_its_row_names() -> None:
    for key, _, _, unit in KEYS:
        kind = OPTIONS[key].type
        if isinstance(kind, Amount):
            assert re.findall(r"`([^`]+)`", unit) == list(kind.units), key


def test_every_exit_code_has_a_row_with_the_outcomes_that_lead_to_it() -> None:
    told = {int(code): re.findall(r"`([\w-]+)`", words) for code, words in rows("code | when")}
    codes = {value for name, value in vars(exits).items() if name.isupper() and isinstance(value, int)}
    assert told.keys() == codes - {exits.SLOWER, exits.UNDECIDED, exits.DEFECT}
    assert set(told[exits.CELL_FAILED]) == FAILURES
    assert set(told[exits.OK]) == set(OUTCOMES) - FAILURES
