"""Words of others on their way to a terminal."""

import pytest

from concbench.words import a_kind, cut, in_encoding, plain_lines, plain_text, several, shown


def test_words_become_one_line_without_control_characters() -> None:
    assert plain_text("a\x1b[31mb\nc\td\u202ee\ud800") == "a�[31mb c d�e�"
    assert plain_text(3.5) == "3.5"
    assert plain_text("naïve 協程") == "naïve 協程"


def test_lines_stay_lines() -> None:
    assert plain_lines("a\x1b\nb\r\n") == "a�\nb \n"


def test_an_encoding_without_our_signs_gets_others_that_say_the_same() -> None:
    assert in_encoding("█· 1\u202f000 × 3 µs", "ascii") == "#. 1 000 x 3 us"
    assert in_encoding("less ↓, more ↑, wrong ✗, open ?", "latin-1") == "less -, more +, wrong !, open ?"
    assert in_encoding("█· ×", "utf-8") == "█· ×"


def test_words_that_fill_pages_are_cut() -> None:
    assert cut("short") == "short"
    assert cut("x" * 80, 80) == "x" * 80
    assert cut("x" * 81, 80) == "x" * 80 + "…"


class Mute:
    def __repr__(self) -> str:
        raise LookupError("no words")


def test_a_value_is_shown_short_whatever_it_does_when_it_is_spelled() -> None:
    deep: list[object] = []
    for _ in range(200_000):
        deep = [deep]
    assert shown("a\x1b") == r"'a\x1b'"
    assert shown("x" * 100_000) == "'" + "x" * 79 + "…"
    assert shown(list(range(100)), 10) == "[0, 1, 2, …"
    assert shown(Mute()) == "a Mute"
    assert shown(deep) == "a list"
    assert shown(10**5000) == "an int"


def test_a_value_is_shown_without_its_address_which_is_another_in_each_process() -> None:
    assert shown([shown]) == "[<function shown at 0x…>]"
    assert shown(object()) == "<object object at 0x…>"


@pytest.mark.parametrize(
    ("value", "words"), [(None, "None"), (1, "an int"), (object(), "an object"), ([], "a list")]
)
def test_a_kind_of_object_has_the_article_that_fits(value: object, words: str) -> None:
    assert a_kind(type(value)) == words


def test_one_thing_has_no_plural() -> None:
    assert [several(number, "cell") for number in (0, 1, 2)] == ["0 cells", "1 cell", "2 cells"]
