"""How steady the machine was, in words: by interpreter and kind of reading, and the noisiest of them."""

from pathlib import Path

import pytest

from concbench.analysis.noise import noise_of
from concbench.results.measured import Measured, measured_of
from concbench.results.reader import Run
from tests.results.examples import Plain, example, made_header, typed

UNSTEADY = "ratios within the run suffer less"


def noisy_run(*records: Plain) -> Measured:
    pythons = {"asyncio": "3.11", "threads": "3.13"}
    about = {"model": "m", "dialect": "blocking", "version": None}
    contenders = [{"id": name, "python": python, **about} for name, python in pythons.items()]
    starts = [example("process", process=number, contender=name) for number, name in enumerate(pythons)]
    header = made_header(contenders=contenders)
    return measured_of(
        Run(path=Path("run.jsonl"), header=header, records=tuple(map(typed, (*starts, *records))), torn=None)
    )


def back_to_back(fast: int, slow: int, nanoseconds: int, contender: str = "asyncio") -> Plain:
    times = [nanoseconds] * fast + [2 * nanoseconds] * slow
    return example("noise", contender=contender, calibration_ns=times)


def before_samples(process: int, count: int, nanoseconds: int) -> list[Plain]:
    return [example("sample", process=process, calibration_ns=nanoseconds) for _ in range(count)]


def test_the_level_has_its_figure_beside_it() -> None:
    seen = noise_of(noisy_run(back_to_back(30, 10, 1_000_000)))
    assert seen.brief == "very noisy, two speeds (25% of readings slow)"
    assert noise_of(noisy_run(back_to_back(40, 0, 1_000_000))).brief == "quiet (0% of readings slow)"
    assert noise_of(noisy_run()).brief == "not determined"


def test_the_noise_of_one_group_is_told_without_naming_it() -> None:
    assert noise_of(noisy_run(back_to_back(30, 10, 1_000_000))).words == (
        "noise: very noisy, two speeds; 25% of 40 readings of a fixed loop took "
        "over 1.3 × its fast time (1.00 ms)"
    )


def test_interpreters_and_kinds_of_readings_are_judged_apart_and_the_noisiest_is_named() -> None:
    steady = [*before_samples(0, 300, 900_000), *before_samples(1, 300, 1_300_000)]
    restless = back_to_back(49, 1, 1_100_000, contender="threads")
    assert noise_of(noisy_run(back_to_back(50, 0, 770_000), *steady, restless)).words == (
        "noise: noisy; 2% of 50 readings of a fixed loop took over 1.3 × its fast time (1.10 ms); "
        "the noisiest of 4 groups: 3.13, back to back"
    )


def test_a_group_that_is_too_small_is_not_judged_and_not_counted() -> None:
    seen = noise_of(noisy_run(back_to_back(40, 0, 1_000_000), *before_samples(0, 19, 9_000_000)))
    assert seen.words.startswith("noise: quiet; 0% of 40 readings")
    assert "groups" not in seen.words


def test_a_quiet_machine_needs_no_caution() -> None:
    seen = noise_of(noisy_run(back_to_back(40, 0, 1_000_000)))
    assert (seen.level, seen.caution) == ("quiet", "")


@pytest.mark.parametrize(
    ("slow", "level", "words"),
    [
        (1, "noisy", "the machine was not steady (noisy)"),
        (10, "very noisy, two speeds", "the machine switched between two speeds (very noisy)"),
    ],
)
def test_a_noisy_machine_is_cautioned_about_in_the_words_of_its_noise(
    slow: int, level: str, words: str
) -> None:
    seen = noise_of(noisy_run(back_to_back(50 - slow, slow, 1_000_000)))
    assert seen.level == level
    assert seen.caution.startswith(f"{words}: {UNSTEADY}")


@pytest.mark.parametrize(
    ("records", "why"),
    [
        ([back_to_back(5, 0, 1_000_000)], "5 calibration readings of one kind are too few"),
        ([], "0 calibration readings of one kind are too few"),
    ],
)
def test_noise_that_the_readings_do_not_tell_is_not_determined(records: list[Plain], why: str) -> None:
    seen = noise_of(noisy_run(*records))
    assert seen.level == "not determined"
    assert seen.words.startswith(f"noise: not determined ({why}")
    assert seen.caution == "how noisy the machine was is not known"
