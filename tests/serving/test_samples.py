"""Samples of an asv suite: which calls follow which setup, and how those that are alike are told apart."""

import pytest

from concbench.serving.suite.attributes import ids_of
from concbench.serving.suite.samples import SampledCalls


class Diary:
    """Writes down what is done, and gives it to samples whose first setup was done."""

    def __init__(self, each: int | None) -> None:
        self.done: list[str] = []
        self.samples = SampledCalls(
            lambda: self.done.append("call"),
            lambda: self.done.append("setup"),
            lambda: self.done.append("teardown"),
            prepared=True,
            each=each,
            most=None,
        )

    def told(self) -> str:
        """Return what was done since it was told last, each by its first letter."""
        done, self.done = self.done, []
        return "".join(word[0] for word in done)


def test_calls_that_are_asked_for_together_follow_one_setup() -> None:
    diary = Diary(None)
    assert diary.samples.prepared
    diary.samples.run(2)
    assert diary.told() == "cc"
    diary.samples.timed(3)
    assert diary.told() == "tsccc"
    diary.samples.run(0)
    assert diary.told() == ""


def test_as_many_calls_follow_a_setup_as_the_suite_says() -> None:
    diary = Diary(2)
    assert diary.samples.surrounded
    diary.samples.timed(6)
    assert diary.told() == "cctscctscc"
    diary.samples.run(2)
    assert diary.told() == "tscc"


def test_figures_of_several_samples_are_those_of_all_calls() -> None:
    def wait() -> None:
        sum(range(20_000))

    samples = SampledCalls(wait, lambda: None, lambda: None, prepared=True, each=1, most=None)
    one, many = (min(samples.timed(number)["wall_ns"] for _ in range(3)) for number in (1, 20))
    assert many > 8 * one


class Plain:
    """Shown with its address."""


class Named:
    """Shown with an address that is not its own."""

    def __repr__(self) -> str:
        return "<a thing at 0x1234>"


@pytest.mark.parametrize(
    ("values", "ids"),
    [
        ([1, "a", None], ["1", "'a'", "None"]),
        ([[1], [1], [2]], ["[1] (0)", "[1] (1)", "[2]"]),
        ([Named()], ["<a thing at 0x1234>"]),
    ],
)
def test_parameters_are_called_as_asv_calls_them(values: list[object], ids: list[str]) -> None:
    assert ids_of(values) == ids


def test_the_address_of_an_object_is_in_no_name() -> None:
    assert ids_of([Plain(), Plain()]) == [f"<{__name__}.Plain object> ({index})" for index in (0, 1)]
