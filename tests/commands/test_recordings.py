"""The folder of ``concbench aa``: only what it wrote counts, each run once, and no whole run is lost."""

import gzip
import json
import os
import shutil
from pathlib import Path

import pytest

from concbench.drive.sides import asked
from concbench.runs import experiment

from .aa_runs import Measure
from .concbench import Caller

FILES = Path(__file__).parents[1] / "results" / "files" / "runs"
SMALL = ["-m", "generator", "-w", "spawn", "--pairs", "16", "--pairs-of-more", "0", "--replays", "5"]


@pytest.fixture
def measure(monkeypatch: pytest.MonkeyPatch) -> Measure:
    made = Measure()
    monkeypatch.setattr(experiment, "measure", made)
    monkeypatch.setattr(asked, "refuse_unfit_sides", lambda _base, _head: None)  # no worker is started
    return made


@pytest.fixture
def folder(concbench: Caller, measure: Measure, tmp_path: Path) -> Path:
    """Return a folder with one recording and two live runs, all made up."""
    folder = tmp_path / "kept"
    assert concbench("aa", *SMALL, "--live", "2", "-o", folder).code == 0
    measure.paths.clear()
    return folder


@pytest.mark.parametrize("kind", ["pairs", "live"])
def test_a_copy_of_a_run_does_not_count_again(concbench: Caller, folder: Path, kind: str) -> None:
    shutil.copy(folder / f"{kind}-001.jsonl", folder / f"{kind}-003.jsonl")
    said = concbench("aa", "--replay", folder)
    assert said.code == 5
    assert f"{kind}-003.jsonl: it is the same run as {kind}-001.jsonl" in said.err
    assert "move one of them away" in said.err


@pytest.mark.parametrize(
    ("source", "target", "told"),
    [
        ("live-002", "pairs-002", "it is a live run, whatever its name says"),
        ("pairs-001", "live-003", "it is a recording of pairs, whatever its name says"),
    ],
)
def test_a_file_of_the_other_kind_is_refused(
    concbench: Caller, folder: Path, source: str, target: str, told: str
) -> None:
    (folder / f"{source}.jsonl").rename(folder / f"{target}.jsonl")
    said = concbench("aa", "--replay", folder)
    assert said.code == 5
    assert f"{target}.jsonl: {told}" in said.err


def test_what_is_no_regular_file_is_refused(concbench: Caller, folder: Path) -> None:
    os.mkfifo(folder / "pairs-002.jsonl")
    said = concbench("aa", "--replay", folder)
    assert said.code == 5
    assert "pairs-002.jsonl: is a named pipe" in said.err


@pytest.mark.parametrize("kind", ["pairs", "live"])
@pytest.mark.parametrize("verb", ["replay", "output"])
def test_a_run_file_of_another_verb_is_refused(
    concbench: Caller, folder: Path, measured: Path, kind: str, verb: str
) -> None:
    place = folder / f"{kind}-002.jsonl"
    shutil.copy(measured, place)
    before = place.read_bytes()
    said = concbench("aa", *(SMALL if verb == "output" else []), f"--{verb}", folder)
    assert said.code == 5
    assert f"{place}: concbench aa did not write it; move it out of this folder" in said.err
    assert place.read_bytes() == before


def test_a_header_that_lacks_something_is_refused_in_words(concbench: Caller, folder: Path) -> None:
    path = folder / "pairs-001.jsonl"
    path.write_text(path.read_text().replace('"head_params"', '"tail_params"'))
    said = concbench("aa", "--replay", folder)
    assert said.code == 5
    assert (
        "pairs-001.jsonl:1: header: Object missing required field `head_params` - at `$.paired[0]`"
        in said.err
    )


def test_a_whole_live_run_is_kept_wherever_its_number_lies(
    concbench: Caller, folder: Path, measure: Measure
) -> None:
    (folder / "live-001.jsonl").unlink()
    before = (folder / "live-002.jsonl").read_bytes()
    assert concbench("aa", *SMALL, "--live", "2", "-o", folder).code == 0
    assert measure.paths == ["live-001.jsonl"]
    assert (folder / "live-002.jsonl").read_bytes() == before


def test_a_live_run_that_was_interrupted_is_measured_anew(
    concbench: Caller, folder: Path, measure: Measure
) -> None:
    measure.interrupted = ("live-003.jsonl",)
    assert concbench("aa", *SMALL, "--live", "3", "-o", folder).code == 130
    measure.interrupted = ()
    assert concbench("aa", *SMALL, "--live", "3", "-o", folder).code == 0
    assert measure.paths == ["live-003.jsonl", "live-003.jsonl"]
    assert concbench("aa", *SMALL, "--live", "3", "-o", folder).code == 0
    assert len(measure.paths) == 2


def test_more_work_of_which_no_task_was_counted_is_refused_in_words(
    concbench: Caller, tmp_path: Path
) -> None:
    first, *others = map(
        json.loads, gzip.decompress((FILES / "pairs-001.jsonl.gz").read_bytes()).splitlines()
    )
    legs = [{"counts": {"item": 3}}]
    records = [first, *(one | ({"legs": legs} if one["type"] == "witness" else {}) for one in others)]
    (tmp_path / "pairs-001.jsonl").write_text("".join(json.dumps(one) + "\n" for one in records))
    said = concbench("aa", "--replay", tmp_path, "--replays", "1")
    assert said.code == 2
    assert "head was seen to do 0.0000 times the suspensions of base" in said.err
