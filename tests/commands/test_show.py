"""``concbench show``: the tables of a run file again, the same as when it was measured."""

import json
import random
import shutil
from pathlib import Path

import pytest

from concbench.report.noise import noise_of
from concbench.results import queries
from concbench.results.measured import Measured, measured_of
from concbench.results.reader import Run, read_run
from concbench.results.schema import Record
from tests.results.examples import HEADER, example

from .concbench import Caller, lines_of


def noise_words(finished: Measured) -> str:
    return noise_of(finished).words


def test_the_tables_name_every_cell_and_how_to_read_them(concbench: Caller, measured: Path) -> None:
    said = concbench("show", measured)
    assert said.code == 0
    for words in ("spawn", "switch", "generator", "asyncio", "against asyncio", "6 in 6", "95 % interval"):
        assert words in said.out
    assert "noise: " in said.out


def test_a_file_is_shown_the_same_every_time_wherever_it_lies(
    concbench: Caller, measured: Path, tmp_path: Path
) -> None:
    copy = shutil.copy(measured, tmp_path / "copy.jsonl")
    assert concbench("show", copy).out == concbench("show", measured).out
    assert concbench("show", copy, "--json").out == concbench("show", measured, "--json").out


def test_only_the_chosen_workloads_are_shown(concbench: Caller, measured: Path) -> None:
    cells = concbench("show", measured, "-w", "switch", "--json").json["cells"]
    assert {cell["workload"] for cell in cells} == {"switch"}


def test_another_baseline_turns_the_ratios_round(concbench: Caller, measured: Path) -> None:
    def ratio(baseline: str, contender: str) -> float:
        said = concbench("show", measured, "-w", "spawn", "--baseline", baseline, "--json").json
        (cell,) = [cell for cell in said["cells"] if cell["contender"] == contender]
        middle: float = cell["against"]["comparison"]["interval"]["middle"]
        return middle

    assert ratio("generator", "asyncio") == pytest.approx(1 / ratio("asyncio", "generator"))


def test_the_json_figures_are_those_of_the_samples(concbench: Caller, measured: Path) -> None:
    said = concbench("show", measured, "-w", "spawn", "--json").json
    run = read_run(measured)
    for cell in said["cells"]:
        mine = [sample for sample in queries.counted_samples(run) if sample["cell"] == cell["cell"]]
        assert cell["samples"] == len(mine)
        costs = [leg["wall_ns"] / leg["number"] / 5 for sample in mine for leg in sample["legs"]]
        assert min(costs) <= cell["wall"]["interval"]["low"] <= cell["wall"]["middle"]
        assert cell["wall"]["middle"] <= cell["wall"]["interval"]["high"] <= max(costs)


def test_what_does_not_count_changes_nothing(concbench: Caller, measured: Path, tmp_path: Path) -> None:
    path = tmp_path / "resumed.jsonl"
    header, *records = lines_of(measured)
    strays = [dict(record, round=99) for record in records if record["type"] == "sample"][:5]
    resume = {"type": "resume", "resumed": header["started"], "dropped": None}
    path.write_text("".join(json.dumps(record) + "\n" for record in [header, *strays, resume, *records]))
    shown, expected = (concbench("show", one, "--json").json["cells"] for one in (path, measured))
    assert shown == expected


def test_an_unfinished_run_says_so_and_how_to_go_on(
    concbench: Caller, measured: Path, tmp_path: Path
) -> None:
    path = tmp_path / "unfinished.jsonl"
    lines = measured.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: random.Random(1).randrange(5, len(lines) - 5)]))
    said = concbench("show", path)
    assert said.code == 0
    words = f"this run is not complete; go on with: concbench run --resume {path}"
    assert words in " ".join(said.out.split())
    assert concbench("show", path, "--json").json["complete"] is False


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--baseline", "threads"], "'threads' is not in"),
        (["-w", "timers"], "has no workload 'timers'; there are spawn, switch"),
    ],
)
def test_what_the_file_does_not_have_is_refused_with_what_it_has(
    concbench: Caller, measured: Path, arguments: list[str], words: str
) -> None:
    said = concbench("show", measured, *arguments)
    assert said.code == 2
    assert words in said.err


def test_a_picture_has_the_tables_in_it(concbench: Caller, measured: Path, tmp_path: Path) -> None:
    picture = tmp_path / "tables.svg"
    said = concbench("show", measured, "--svg", picture)
    assert said.out == f"picture: {picture}\n"
    text = picture.read_text(encoding="utf-8")
    assert text.startswith("<svg")
    for words in ("spawn", "switch", "generator", "asyncio"):
        assert words in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--svg", "/no/such/folder/x.svg"], "cannot be written"),
        (["--svg", "x.svg", "--json"], "exclude each other"),
    ],
)
def test_a_picture_that_cannot_be_is_refused(
    concbench: Caller, measured: Path, arguments: list[str], words: str
) -> None:
    said = concbench("show", measured, *arguments)
    assert said.code == 2
    assert words in said.err


def noisy_run(*records: Record) -> Measured:
    pythons = {"asyncio": "3.11", "threads": "3.13"}
    about = {"model": "m", "dialect": "blocking", "version": None}
    contenders = [{"id": name, "python": python, **about} for name, python in pythons.items()]
    starts = [example("process", process=number, contender=name) for number, name in enumerate(pythons)]
    header = HEADER | {"contenders": contenders}
    return measured_of(Run(path=Path("run.jsonl"), header=header, records=(*starts, *records), torn=None))


def back_to_back(fast: int, slow: int, nanoseconds: int, contender: str = "asyncio") -> Record:
    times = [nanoseconds] * fast + [2 * nanoseconds] * slow
    return example("noise", contender=contender, calibration_ns=times)


def before_samples(process: int, count: int, nanoseconds: int) -> list[Record]:
    return [example("sample", process=process, calibration_ns=nanoseconds) for _ in range(count)]


def test_the_noise_of_one_group_is_told_without_naming_it() -> None:
    assert noise_words(noisy_run(back_to_back(30, 10, 1_000_000))) == (
        "noise: very noisy, two speeds; 25% of 40 readings of a fixed loop took "
        "over 1.3 × its fast time (1.00 ms)"
    )


def test_interpreters_and_kinds_of_readings_are_judged_apart_and_the_noisiest_is_named() -> None:
    steady = [*before_samples(0, 300, 900_000), *before_samples(1, 300, 1_300_000)]
    restless = back_to_back(49, 1, 1_100_000, contender="threads")
    assert noise_words(noisy_run(back_to_back(50, 0, 770_000), *steady, restless)) == (
        "noise: noisy; 2% of 50 readings of a fixed loop took over 1.3 × its fast time (1.10 ms); "
        "the noisiest of 4 groups: 3.13, back to back"
    )


def test_a_group_that_is_too_small_is_not_judged_and_not_counted() -> None:
    words = noise_words(noisy_run(back_to_back(40, 0, 1_000_000), *before_samples(0, 19, 9_000_000)))
    assert words.startswith("noise: quiet; 0% of 40 readings")
    assert "groups" not in words


def test_noise_that_too_few_readings_tell_nothing_of_is_not_determined() -> None:
    assert noise_words(noisy_run(back_to_back(5, 0, 1_000_000))).startswith(
        "noise: not determined (5 calibration readings of one kind are too few"
    )


def test_a_file_that_is_not_there_ends_with_5(concbench: Caller, tmp_path: Path) -> None:
    said = concbench("show", tmp_path / "none.jsonl")
    assert said.code == 5
    assert "no such file" in said.err
