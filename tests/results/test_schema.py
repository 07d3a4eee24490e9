"""What a record must hold, and how a complaint names the place."""

from typing import Any

import pytest

from concbench.results.kinds import object_of
from concbench.results.schema import KEYS, Record, complaint_about

from .examples import EXAMPLES, HEADER, LEG, SLICES, example


@pytest.mark.parametrize("kind", KEYS)
def test_the_example_of_every_type_is_valid(kind: str) -> None:
    assert complaint_about(example(kind)) is None


def test_there_is_an_example_of_every_type() -> None:
    assert {"header", *EXAMPLES} == set(KEYS)


@pytest.mark.parametrize(("kind", "key"), [(kind, key) for kind, keys in KEYS.items() for key in keys])
def test_no_required_key_may_be_missing(kind: str, key: str) -> None:
    record = example(kind)
    del record[key]
    assert complaint_about(record) == f"{kind}: {key} is missing"


@pytest.mark.parametrize(("kind", "key"), [(kind, key) for kind, keys in KEYS.items() for key in keys])
def test_no_required_key_takes_just_anything(kind: str, key: str) -> None:
    complaint = complaint_about(example(kind, **{key: -0.5}))
    assert complaint is not None
    assert complaint.startswith(f"{kind}: {key} is -0.5, not ")


@pytest.mark.parametrize("kind", KEYS)
def test_further_keys_are_allowed(kind: str) -> None:
    assert complaint_about(example(kind, surplus=[1, {"deep": None}])) is None


def sample_with(**changes: Any) -> Record:
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
        (sample_with(wall_ns=-3), "sample: legs[0].wall_ns is -3, not an integer of 1 or more"),
        (sample_with(gc=True), "sample: legs[0].gc is True, not an integer of 0 or more"),
        (sample_with(number=0), "sample: legs[0].number is 0, not an integer of 1 or more"),
        (sample_with(leg="middle"), "sample: legs[0].leg is 'middle', not one of single, short, long"),
        (
            example("sample", legs=[LEG, LEG]),
            "sample: legs has the legs ['single', 'single'], not one single or a short and a long one",
        ),
        (
            example("sample", legs=[]),
            "sample: legs has the legs [], not one single or a short and a long one",
        ),
        (example("sample", first="long"), "sample: first is 'long', but the legs are ['single']"),
        (example("witness", legs=[]), "witness: legs has 0 legs, not 1 or 2"),
        (
            example("witness", checks={"order": 3}),
            "witness: checks['order'] is 3, not a string or null",
        ),
        (example("pair", processes=[1]), "pair: processes has 1 entries, not one for base and one for head"),
        (
            example("pair", sides=[SLICES, SLICES | {"gc": [0]}]),
            "pair: sides has columns of [1, 2] slices, not one or more, as many in each",
        ),
        (
            example("pair", sides=[{key: [] for key in SLICES}] * 2),
            "pair: sides has columns of [0] slices, not one or more, as many in each",
        ),
        (
            example("header", environment={"identity": {"commit": None}}),
            "header: environment.identity['commit'] is None, not a string",
        ),
        (example("header", run="x"), "header: run is 'x', not 32 lower-case hexadecimal digits"),
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
    assert complaint_about(record) == complaint


def test_a_contender_that_is_unavailable_has_no_version() -> None:
    contenders = [HEADER["contenders"][0], HEADER["contenders"][1] | {"version": None}]
    assert complaint_about(example("header", contenders=contenders)) is None


def test_an_error_in_a_kind_is_no_key_that_is_missing() -> None:
    def broken(_value: object) -> str | None:
        raise KeyError("unknown")

    with pytest.raises(KeyError, match="unknown"):
        object_of({"there": broken})({"there": 1})
