"""Every layer has a line that says what it means, short enough to stand beside the longest name."""

from concbench.analysis.layer_words import MEANINGS, meaning_of
from concbench.analysis.layers import HARNESS, OF_C, OF_PYTHON, OF_THE_INTERPRETER, UNNAMED, WORKLOAD

OTHERS = {"gevent", "uvloop", "rloop", "zuvloop"}
"""Libraries that are a layer each, under their own names."""


def test_every_layer_of_the_tables_has_a_meaning_and_no_other_has_one() -> None:
    layers = {one.layer for one in (*OF_C, *OF_THE_INTERPRETER, *OF_PYTHON)}
    assert {*MEANINGS} == (layers - OTHERS) | {HARNESS, UNNAMED, WORKLOAD}


def test_a_layer_and_what_it_means_fit_beside_each_other_in_eighty_columns() -> None:
    widest = max(map(len, MEANINGS))
    assert max(map(len, MEANINGS.values())) + widest + len("    ") <= 80


def test_what_has_no_layer_of_its_own_is_said_to_be_a_package() -> None:
    assert meaning_of("sniffio") == meaning_of("uvloop") == "code of this package, or file"
