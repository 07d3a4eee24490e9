"""Words of others on their way to a terminal."""

from concbench.words import plain_lines, plain_text, shown


def test_words_become_one_line_without_control_characters() -> None:
    assert plain_text("a\x1b[31mb\nc\td\u202ee\ud800") == "a�[31mb c d�e�"
    assert plain_text(3.5) == "3.5"
    assert plain_text("naïve 協程") == "naïve 協程"


def test_lines_stay_lines() -> None:
    assert plain_lines("a\x1b\nb\r\n") == "a�\nb \n"


def test_a_value_that_cannot_be_spelled_is_named_by_its_type() -> None:
    class Sulky:
        def __repr__(self) -> str:
            raise OSError

    assert shown(Sulky()) == "a Sulky"
    assert len(shown("x" * 1000)) == 80
