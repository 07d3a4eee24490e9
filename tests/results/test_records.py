"""What a record must hold, and how a complaint names the place."""

from typing import Any

import msgspec
import pytest

from concbench.results.lines import as_record, encode_line, record_in
from concbench.results.records import TYPES

from .examples import EXAMPLES, HEADER, LEG, SLICES, example, line_of, made, plain, typed, unchecked

REQUIRED = [
    (kind, field.encode_name)
    for kind, record in TYPES.items()
    for field in msgspec.structs.fields(record)
    if field.required
]


@pytest.mark.parametrize("kind", TYPES)
def test_the_example_of_every_type_is_valid_and_written_as_it_is_read(kind: str) -> None:
    record = made(kind)
    assert record_in(encode_line(record)) == record_in(line_of(example(kind))) == record
    assert example(kind).keys() <= plain(record).keys()


def test_there_is_an_example_of_every_type() -> None:
    assert {"header", *EXAMPLES} == set(TYPES)


def complaint_about(record: Any) -> str:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  (its words are looked at)
        as_record(record)
    return str(caught.value)


@pytest.mark.parametrize(("kind", "key"), REQUIRED)
def test_no_required_key_may_be_missing(kind: str, key: str) -> None:
    record = example(kind)
    del record[key]
    assert complaint_about(record) == f"{kind}: Object missing required field `{key}`"


@pytest.mark.parametrize(("kind", "key"), REQUIRED)
def test_no_required_key_takes_just_anything(kind: str, key: str) -> None:
    complaint = complaint_about(example(kind, **{key: [-0.5]}))
    assert complaint.startswith(f"{kind}: ")
    assert f"`$.{key}" in complaint
    assert "-0.5" in complaint


@pytest.mark.parametrize("kind", TYPES)
def test_further_keys_are_passed_over(kind: str) -> None:
    assert typed(example(kind, surplus=[1, {"deep": None}])) == made(kind)


def sample_with(**changes: Any) -> dict[str, Any]:
    return example("sample", legs=[LEG | changes])


@pytest.mark.parametrize(
    ("record", "complaint"),
    [
        ([], "[] is not an object"),
        ({"cell": "x"}, "it has no string under the key `type`"),
        ({"type": 3}, "it has no string under the key `type`"),
        (
            {"type": "smaple"},
            "record type 'smaple' is not one of header, process, closed, witness, sample, memory, outcome, "
            "block, pair, weighed, look, counted, noise, warning, resume, end",
        ),
        (sample_with(wall_ns=-3), "sample: Expected `int` >= 1 - at `$.legs[0].wall_ns` (but -3)"),
        (sample_with(gc=True), "sample: Expected `int`, got `bool` - at `$.legs[0].gc` (but True)"),
        (sample_with(leg="middle"), "sample: Invalid enum value 'middle' - at `$.legs[0].leg`"),
        (
            example("sample", legs=[LEG, LEG]),
            "sample: legs has the legs ['single', 'single'], not one single or a short and a long one",
        ),
        (example("sample", legs=[]), "sample: Expected `array` of length >= 1 - at `$.legs` (but [])"),
        (example("sample", first="long"), "sample: first is 'long', but the legs are ['single']"),
        (example("witness", legs=[]), "witness: Expected `array` of length >= 1 - at `$.legs` (but [])"),
        (example("witness", checks={"order": 3}), "witness: Expected `str | null`, got `int` - at `$.checks"),
        (example("pair", processes=[1]), "pair: Expected `array` of length 2, got 1 - at `$.processes`"),
        (
            example("pair", sides=[SLICES, SLICES | {"gc": [0]}]),
            "pair: sides has columns of [1, 2] slices, not one or more, as many in each",
        ),
        (
            example("pair", sides=[{key: [] for key in SLICES}] * 2),
            "pair: sides has columns of [0] slices, not one or more, as many in each",
        ),
        (example("sample", records={"early": -1}), "records.early is -1, not an integer of 0 or more"),
        (example("header", run="x"), "header: Expected `str` matching regex '^[0-9a-f]{32}$' - at `$.run`"),
        (
            example("end", finished="2026-11-22T12:00:00"),
            "end: finished is '2026-11-22T12:00:00', not a time in UTC such as 2026-11-22T12:00:00+00:00",
        ),
        (
            example("end", finished="noon"),
            "end: finished is 'noon', not a time in UTC such as 2026-11-22T12:00:00+00:00",
        ),
    ],
)
def test_a_complaint_names_the_place_and_what_belongs_there(record: object, complaint: str) -> None:
    assert complaint in complaint_about(record)


def test_a_contender_that_is_unavailable_has_no_version() -> None:
    contenders = [HEADER["contenders"][0], HEADER["contenders"][1] | {"version": None}]
    assert plain(made("header", contenders=contenders))["contenders"][1]["version"] is None


def test_a_sample_that_could_not_be_read_is_told_by_its_line_as_by_its_data() -> None:
    with pytest.raises(ValueError, match="first is 'long'"):
        record_in(line_of(example("sample", first="long")))
    with pytest.raises(ValueError, match="first is 'long'"):
        record_in(encode_line(unchecked("sample", first="long")))
