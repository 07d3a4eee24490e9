"""What a watcher that wants to know more is told of every record."""

from pathlib import Path

from msgspec.structs import replace

from concbench.results.measured import read_measured
from concbench.results.records import (
    CountedRecord,
    EndRecord,
    Leg,
    LookRecord,
    MemoryRecord,
    PairRecord,
    Sample,
    Slices,
    WeighedRecord,
    Weight,
)
from concbench.results.values import LegName
from concbench.runs.details import tell_header, words_of
from concbench.runs.watching import Silent

CELLS = ("spawn/a@base", "spawn/a@head")


def leg(name: LegName, number: int, wall_ns: int) -> Leg:
    return Leg(
        leg=name, number=number, wall_ns=wall_ns, cpu_ns=wall_ns, user_ns=0, system_ns=0, voluntary=0,
        involuntary=0, gc=0,
    )  # fmt: skip


def test_a_sample_is_told_by_its_long_leg_and_by_repetition() -> None:
    sample = Sample(
        cell="c", process=1, generation=1, block=0, round=0, turn=0, first="long", calibration_ns=1,
        legs=[leg("short", 2, 2_000), leg("long", 2, 8_000_000)], extras={},
    )  # fmt: skip
    assert words_of(sample) == "2: c: 4.000 ms, CPU 4.000 ms"


def slices(wall_ns: int) -> Slices:
    none = [0]
    return Slices(
        wall_ns=[wall_ns], cpu_ns=none, user_ns=none, system_ns=none, voluntary=none, involuntary=none,
        gc=none, extras=[{}],
    )  # fmt: skip


def test_pairs_are_told_by_both_sides() -> None:
    pair = PairRecord(
        cells=CELLS, pair=2, processes=(1, 2), calibration_ns=(1, 1), number=1, first=0,
        sides=(slices(5_000), slices(7_000)),
    )  # fmt: skip
    assert words_of(pair) == "pair 3: spawn/a@base 5.0 µs, spawn/a@head 7.0 µs"
    light = Weight(tasks=10, baseline_bytes=0, observed_bytes=500, peak_bytes=None, floor_bytes=0)
    unseen = Weight(tasks=10, baseline_bytes=None, observed_bytes=None, peak_bytes=None, floor_bytes=0)
    weighed = WeighedRecord(cells=CELLS, pair=0, processes=(1, 2), sides=(light, unseen))
    assert words_of(weighed) == "pair 1: spawn/a@base 50 B a task, spawn/a@head not weighed"
    counted = CountedRecord(cells=CELLS, number=1, instructions=(10, 12))
    assert words_of(counted) == "instructions: spawn/a@base 10, spawn/a@head 12"


def test_what_stays_open_is_told_and_what_ends_a_file_is_not() -> None:
    assert words_of(LookRecord(pairs=6, open=["a"])) == "after 6 pairs 1 cell undecided"
    assert words_of(EndRecord(finished="2026-11-30T10:00:00Z", complete=True)) is None
    weight = MemoryRecord(
        cell="c", process=1, generation=0, block=0, tasks=2, baseline_bytes=0, observed_bytes=20,
        peak_bytes=None, floor_bytes=0,
    )  # fmt: skip
    assert words_of(weight) == "1: c: 10 B a task"


class Listening(Silent):
    """Keeps the details."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def detail(self, message: str) -> None:
        self.heard.append(message)


def test_with_what_is_measured_and_who_is_left_out_is_told_first() -> None:
    files = Path(__file__).parents[1] / "results" / "files" / "runs"
    watcher = Listening()
    header = read_measured(files / "pythons.jsonl.gz").header
    tell_header(replace(header, left_out={"trio": "it is not installed"}), watcher)
    assert watcher.heard[1] == "polling@3.11: Python 3.11.7, on CPU 1"
    assert watcher.heard[-1] == "trio is left out: it is not installed"
    uvloop = replace(header.contenders[0], version="uvloop 0.23.0")
    tell_header(replace(header, contenders=[uvloop]), watcher)
    assert watcher.heard[-1] == "threads@3.11: Python 3.11.7, uvloop 0.23.0"
