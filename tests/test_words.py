"""Words of others on their way to a terminal."""

from concbench.words import plain_lines, plain_text


def test_words_become_one_line_without_control_characters() -> None:
    assert plain_text("a\x1b[31mb\nc\td\u202ee\ud800") == "a�[31mb c d�e�"
    assert plain_text(3.5) == "3.5"
    assert plain_text("naïve 協程") == "naïve 協程"


def test_lines_stay_lines() -> None:
    assert plain_lines("a\x1b\nb\r\n") == "a�\nb \n"
