"""Validators: what fits is taken, and of what does not the place and the value are told, in few words."""

from typing import Any

import pytest

from concbench.validators import (
    LARGEST,
    MOST,
    Validator,
    count,
    each_value,
    integer,
    list_of,
    mapping,
    nullable,
    object_of,
    one_of,
    only,
    positive,
    scalar,
    text,
    writable,
)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (integer, -LARGEST), (count, 0), (count, MOST), (positive, 1), (text, "\udc80"), (writable, "ä"),
        (scalar, True), (scalar, 1.5), (mapping, {}), (nullable(count), None), (list_of(count), []),
        (each_value(count), {"a": 1}), (object_of({"a": count}), {"a": 1, "b": "?"}),
        (only({"a": count}, {"b": text}), {"a": 1, "b": "so"}),
    ],
)  # fmt: skip
def test_what_fits_is_taken(kind: Validator, value: Any) -> None:
    assert kind(value) is None


@pytest.mark.parametrize(
    ("kind", "value", "complaint"),
    [
        (count, True, " is True, not an integer of 0 or more"),
        (count, MOST + 1, f" is {MOST + 1}, not an integer of {MOST} at most"),
        (writable, "\udc80", " is '\\udc80', not a string that UTF-8 can write"),
        (nullable(one_of("a", "b")), "c", " is 'c', not one of a, b or null"),
        (list_of(count, least=1), [], " is [], not a list of 1 or more"),
        (list_of(list_of(count)), [[1], [2, -3]], "[1][1] is -3, not an integer of 0 or more"),
        (each_value(text), {"x y": 1}, "['x y'] is 1, not a string"),
        (each_value(count, key=writable), {"\udc80": 1}, "['\\udc80'] is '\\udc80', not a string that UTF-8"),
        (object_of({"a": text}), {}, ".a is missing"),
        (object_of({}, {"b": object_of({"c": text})}), {"b": {"c": 2}}, ".b.c is 2, not a string"),
        (only({"a": text}), {"a": "", "z": 1}, " has 'z', which is none of its keys"),
        (only({"a": text}), [], " is [], not an object"),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(kind: Validator, value: Any, complaint: str) -> None:
    assert str(kind(value)).startswith(complaint)


@pytest.mark.parametrize(
    "value",
    ["x" * 10**6, 10**5000, [[[["x" * 100] * 9] * 9] * 9] * 9, object()],
    ids=["long", "large", "deep", "foreign"],
)
def test_whatever_a_value_is_it_is_shown_in_few_words(value: object) -> None:
    assert len(str(count(value))) < 110
    assert len(str(only({})({"k" * 10**6: value}))) < 110
