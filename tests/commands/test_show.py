"""``concbench show``: the tables of a run file again, the same as when it was measured."""

import json
import random
import shutil
from pathlib import Path

import pytest

from concbench.commands.show import notes
from concbench.results import queries
from concbench.results.reader import read_run
from tests.analysis.test_noise import back_to_back, noisy_run

from .concbench import Caller, lines_of


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


def test_what_is_shown_whole_or_as_json_has_no_answer_alone(concbench: Caller, measured: Path) -> None:
    kept = Path(__file__).parents[1] / "results" / "files" / "runs" / "compare.jsonl.gz"
    for arguments in ((measured, "--json", "--brief"), (kept, "--brief")):
        said = concbench("show", *arguments)
        assert said.code == 2
        assert "--brief" in said.err


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
        mine = [sample for sample in queries.counted_samples(run) if sample.cell == cell["cell"]]
        assert cell["samples"] == len(mine)
        costs = [leg.wall_ns / leg.number / 5 for sample in mine for leg in sample.legs]
        assert min(costs) <= cell["wall"]["interval"]["low"] <= cell["wall"]["middle"]
        assert cell["wall"]["middle"] <= cell["wall"]["interval"]["high"] <= max(costs)


def test_what_does_not_count_changes_nothing(concbench: Caller, measured: Path, tmp_path: Path) -> None:
    path = tmp_path / "resumed.jsonl"
    header, *records = lines_of(measured)
    worker = next(record for record in records if record.get("purpose") == "time") | {"process": 0}
    sample = next(record for record in records if record["type"] == "sample") | {"process": 0}
    owners = {cell["id"]: cell["contender"] for cell in header["cells"]}
    worker["contender"] = owners[sample["cell"]]
    witness = next(
        record for record in records if record["type"] == "witness" and record["cell"] == sample["cell"]
    )
    strays = [worker, witness, *(dict(sample, round=round_) for round_ in range(95, 100))]
    resume = {"type": "resume", "resumed": header["started"], "dropped": None}
    later = [record for record in records if record is not witness]  # a run has one of a cell
    path.write_text("".join(json.dumps(record) + "\n" for record in [header, *strays, resume, *later]))
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
        (["-w", "timers"], "there is no workload 'timers'; there are spawn, switch"),
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


def test_a_file_that_is_not_there_ends_with_5(concbench: Caller, tmp_path: Path) -> None:
    said = concbench("show", tmp_path / "none.jsonl")
    assert said.code == 5
    assert "no such file" in said.err


def test_below_the_tables_noise_is_told_in_one_line() -> None:
    restless = noisy_run(back_to_back(25, 25, 1_000_000))
    about_noise = [line for line in notes(restless) if "noisy" in line]
    assert len(about_noise) == 1
    assert about_noise[0].startswith("noise: very noisy, two speeds (50% of readings slow); ")
    assert about_noise[0].endswith("off by tens of per cent")
    assert notes(noisy_run(back_to_back(50, 0, 1_000_000)))[0].startswith(
        "noise: quiet (0% of readings slow)"
    )


def test_workloads_are_chosen_with_commas_and_by_family_as_everywhere(
    concbench: Caller, measured: Path
) -> None:
    def shown(*asked: str) -> set[str]:
        return {cell["workload"] for cell in concbench("show", measured, *asked, "--json").json["cells"]}

    assert shown("-w", "switch,spawn") == shown("-w", "switch", "-w", "spawn") == {"switch", "spawn"}
    assert shown("-w", "family:basics") == shown()
    refused = concbench("show", measured, "-w", "family:sockets")
    assert refused.code == 2
    assert "there is no workload 'family:sockets'; there are" in refused.err
