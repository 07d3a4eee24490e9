"""Addresses of memory in names."""

from hypothesis import given
from hypothesis import strategies as st

from concbench.results.addresses import without_addresses
from concbench.words import without_address


def test_an_address_is_taken_out_whatever_it_is() -> None:
    for told in ("<function f at 0x7f3c2a>", "<function f at 0x7FFFFFFFDEAD>"):
        assert without_address(told) == "<function f at 0x…>"
    assert without_address("<A at 0x10> to <B at 0x20>") == "<A at 0x…> to <B at 0x…>"


def test_a_number_that_is_no_address_stays() -> None:
    for told in ("0x10", "mask 0x10", "format 0x10", "at 0xyz", "chat 0xff", "plain"):
        assert without_address(told) == told


def test_what_was_told_apart_by_addresses_is_told_apart_by_order() -> None:
    assert without_addresses(["<A at 0x1a>", "b", "<A at 0x2b>", "b", "<A at 0x3c>"]) == [
        "<A at 0x…>", "b", "<A at 0x…> (2)", "b", "<A at 0x…> (3)",
    ]  # fmt: skip


@given(st.lists(st.from_regex(r"<[AB] at 0x[0-9a-f]{4}>|[ab]", fullmatch=True)))
def test_two_runs_have_the_same_names_whatever_their_addresses(texts: list[str]) -> None:
    others = [text.replace("0x", "0xdead") for text in texts]
    assert without_addresses(texts) == without_addresses(others)
