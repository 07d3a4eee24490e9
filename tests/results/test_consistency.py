"""What records say of each other: every id is unique, and every reference has its target."""

import copy
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from concbench.results.blocks import Blocks
from concbench.results.consistency import Consistency
from concbench.results.errors import RunFileError
from concbench.results.measured import read_measured
from concbench.results.reader import read_run
from concbench.results.records import Sample
from tests.results.examples import Plain, typed

FILES = Path(__file__).parent / "files" / "runs"


def records_of(name: str) -> list[Plain]:
    return [json.loads(line) for line in gzip.decompress((FILES / name).read_bytes()).splitlines()]


RUN, COMPARED = records_of("outcomes.jsonl.gz"), records_of("compare.jsonl.gz")


def first(records: list[Plain], kind: str, **about: Any) -> int:
    """Return the place of the first record of a type, with these values."""
    return next(
        place
        for place, record in enumerate(records)
        if record["type"] == kind and all(record[name] == value for name, value in about.items())
    )


def refused(tmp_path: Path, records: list[Plain]) -> RunFileError:
    """Return the refusal of a file, which both ways of reading it give."""
    path = tmp_path / "run.jsonl"
    path.write_text("".join(json.dumps(record, separators=(",", ":")) + "\n" for record in records))
    with pytest.raises(RunFileError) as strict:
        read_run(path)
    with pytest.raises(RunFileError) as quick:
        read_measured(path)
    assert str(strict.value) == str(quick.value)
    return strict.value


@pytest.mark.parametrize("path", sorted(FILES.iterdir()), ids=lambda path: path.name)
def test_real_files_are_read_both_ways(path: Path) -> None:
    read_measured(path)
    assert read_run(path).torn is None


@pytest.mark.parametrize(
    "kind",
    [
        *("sample", "memory", "block", "process", "closed", "noise", "end", "header"),
        *("witness", "outcome", "warning"),
    ],
)
def test_a_line_of_a_run_that_stands_there_twice_is_refused(tmp_path: Path, kind: str) -> None:
    place = first(RUN, kind)
    assert refused(tmp_path, [*RUN[: place + 1], *RUN[place:]]).line == place + 2


@pytest.mark.parametrize("kind", ["pair", "weighed", "look", "process", "end"])
def test_a_line_of_a_comparison_that_stands_there_twice_is_refused(tmp_path: Path, kind: str) -> None:
    records = [*COMPARED[:-1], {"type": "look", "pairs": 1, "open": []}, COMPARED[-1]]
    if kind != "look":
        records = COMPARED
    place = first(records, kind)
    assert refused(tmp_path, [*records[: place + 1], *records[place:]]).line == place + 2


CHANGED: list[tuple[str, str, Any, str]] = [
    ("sample", "process", 99_999, "no line introduced process 99999"),
    ("sample", "generation", 5, "is of generation 0, not 5"),
    ("sample", "cell", "nowhere", "cell 'nowhere' is not in the header"),
    ("memory", "process", 99_999, "no line introduced process 99999"),
    ("outcome", "process", 99_999, "no line introduced process 99999"),
    ("closed", "process", 99_999, "no line introduced process 99999"),
    ("block", "cells", ["nowhere"], "cell 'nowhere' is not in the header"),
    ("process", "contender", "nobody", "contender 'nobody' is not in the header"),
]


@pytest.mark.parametrize(("kind", "key", "value", "words"), CHANGED)
def test_a_reference_without_a_target_is_refused(
    tmp_path: Path, kind: str, key: str, value: Any, words: str
) -> None:
    records = list(RUN)
    place = first(records, kind)
    records[place] = records[place] | {key: value}
    refusal = refused(tmp_path, records)
    assert words in refusal.reason
    assert refusal.line == place + 1


def test_a_sample_of_a_pilot_or_of_another_contender_is_refused(tmp_path: Path) -> None:
    place = first(RUN, "sample")
    owners = {cell["id"]: cell["contender"] for cell in RUN[0]["cells"]}
    mine = owners[RUN[place]["cell"]]
    for about, words in (
        ({"contender": mine, "purpose": "pilot"}, "had ended"),
        ({"contender": mine, "purpose": "memory"}, "is memory, not time"),
        (
            {"contender": next(one for one in owners.values() if one != mine), "purpose": "time"},
            "of contender",
        ),
    ):
        worker = RUN[first(RUN, "process")] | about | {"process": 900, "generation": RUN[place]["generation"]}
        ended = [{"type": "closed", "process": 900, "close_ns": 1}] if about["purpose"] == "pilot" else []
        records = [*RUN[:place], worker, *ended, RUN[place] | {"process": 900}]
        assert words in refused(tmp_path, records).reason


def test_a_sample_without_a_witness_is_refused(tmp_path: Path) -> None:
    records = [record for record in RUN if record["type"] != "witness"]
    assert "no witness of cell" in refused(tmp_path, records).reason


@pytest.mark.parametrize("counts", [{}, {"suspension": 3}, {"task": 0, "suspension": 3}])
def test_a_sample_whose_witness_counted_no_task_is_refused_by_its_line(
    tmp_path: Path, counts: dict[str, int]
) -> None:
    records, at = copy.deepcopy(RUN), first(RUN, "sample")
    witness = records[first(RUN, "witness", cell=RUN[at]["cell"])]
    witness["legs"] = [{"counts": counts} for _ in witness["legs"]]
    refusal = refused(tmp_path, records)
    assert f"the witness of cell {RUN[at]['cell']!r} counted no task" in refusal.reason
    assert refusal.line == at + 1


def test_a_second_witness_or_outcome_after_the_samples_is_refused_whatever_it_says(tmp_path: Path) -> None:
    witness = RUN[first(RUN, "witness")]
    legs = [leg | {"suspensions": 10 * leg["suspensions"]} for leg in witness["legs"]]
    outcome = RUN[first(RUN, "outcome")] | {"outcome": "crashed", "reason": "another"}
    for another in (witness | {"legs": legs}, outcome):
        refusal = refused(tmp_path, [*RUN[:-1], another, RUN[-1]])
        assert f"there is one of cell {another['cell']!r} already" in refusal.reason
        assert refusal.line == len(RUN)


def test_a_comparison_has_a_witness_of_a_cell_for_each_id_that_it_is_paired_under(tmp_path: Path) -> None:
    records = records_of("pairs-001.jsonl.gz")
    places = [n for n, record in enumerate(records) if record["type"] == "witness"]
    told = [records[place]["cell"] for place in places]
    often = next(cell for cell in told if told.count(cell) > 1)
    ids = {one["id"] for one in records[0]["paired"] if often in one["cells"]}
    assert told.count(often) == len(ids)
    again = next(record for record in records if record["type"] == "witness" and record["cell"] == often)
    refusal = refused(tmp_path, [*records[: places[-1] + 1], again, *records[places[-1] + 1 :]])
    assert "there is one of cell" in refusal.reason


def test_in_a_comparison_of_nothing_there_is_no_sample_either(tmp_path: Path) -> None:
    sample = RUN[first(RUN, "sample")]
    empty = COMPARED[0] | {"paired": []}
    assert "none in the file of a comparison" in refused(tmp_path, [empty, sample]).reason


def test_the_same_warning_is_refused_but_not_in_other_words_or_after_a_resumption(tmp_path: Path) -> None:
    warning = {"type": "warning", "name": "high-load", "seen": "a", "why": "b", "todo": "c"}
    resume = {"type": "resume", "resumed": RUN[0]["started"], "dropped": None}
    sound = [RUN[0], warning, warning | {"seen": "d"}, resume, warning]
    assert refused(tmp_path, [*sound, warning]).line == len(sound) + 1
    path = tmp_path / "sound.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in sound))
    assert read_run(path).records == tuple(map(typed, sound[1:]))


def test_a_sample_of_a_block_that_is_complete_is_refused(tmp_path: Path) -> None:
    place = first(RUN, "block")
    late = RUN[first(RUN, "sample")] | {"round": 99}
    assert "is complete already" in refused(tmp_path, [*RUN[: place + 1], late]).reason


def test_a_sample_in_the_block_of_another_point_is_refused(tmp_path: Path) -> None:
    place = first(RUN, "block")
    sample = next(record for record in RUN[place:] if record["type"] == "sample")
    stray = sample | {"block": RUN[place]["block"]}
    records = [stray if record is sample else record for record in RUN]
    for record in RUN[:place]:  # nothing of its generation is complete, so that the point is what is told
        if record["type"] == "block":
            records.remove(record)
    records.remove(RUN[place])
    assert "so none of cell" in refused(tmp_path, records).reason


def test_after_a_resumption_old_workers_measure_nothing_more_and_blocks_begin_anew(tmp_path: Path) -> None:
    place = first(RUN, "sample")
    resume = {"type": "resume", "resumed": RUN[0]["started"], "dropped": None}
    again = [*RUN[: place + 1], resume, RUN[place]]
    assert "had ended" in refused(tmp_path, again).reason
    worker = next(record for record in RUN if record.get("process") == RUN[place]["process"])
    anew = [*again[:-1], worker | {"process": 901}, RUN[place] | {"process": 901}]
    consistency = Consistency()
    for record in map(typed, anew):
        assert consistency.complaint_about(record) is None
        consistency.note(record)


def test_of_many_samples_only_the_first_of_a_block_number_is_looked_at_closely(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closely: list[Sample] = []
    look = Blocks.complaint_about

    def counted(self: Blocks, record: Any) -> str | None:
        closely.extend([record] if isinstance(record, Sample) else [])
        return look(self, record)

    monkeypatch.setattr(Blocks, "complaint_about", counted)
    read_measured(FILES / "outcomes.jsonl.gz")
    samples = [record for record in RUN if record["type"] == "sample"]
    blocks = {(one["generation"], one["block"]) for one in samples}
    assert len(closely) == len({block for _, block in blocks}) < len(blocks) < len(samples)


def pairs_in(records: list[Plain], **changes: Any) -> tuple[int, list[Plain]]:
    place = first(records, "pair")
    return place, [*records[:place], records[place] | changes, *records[place + 1 :]]


def test_a_pair_of_strangers_is_refused(tmp_path: Path) -> None:
    place, swapped = pairs_in(COMPARED, processes=COMPARED[first(COMPARED, "pair")]["processes"][::-1])
    refusal = refused(tmp_path, swapped)
    assert (refusal.line, "is of contender" in refusal.reason) == (place + 1, True)
    crossed = [COMPARED[place]["cells"][0], COMPARED[0]["paired"][-1]["cells"][1]]
    assert "the header does not pair" in refused(tmp_path, pairs_in(COMPARED, cells=crossed)[1]).reason
    assert "is of generation" in refused(tmp_path, pairs_in(COMPARED, pair=77)[1]).reason


@pytest.mark.parametrize("cells", [("x", "y"), None])
def test_a_warning_about_no_pair_is_refused(tmp_path: Path, cells: tuple[str, str] | None) -> None:
    paired = COMPARED[0]["paired"]
    crossed = cells or (paired[0]["cells"][0], paired[-1]["cells"][1])
    words = dict.fromkeys(("name", "seen", "why", "todo"), "")
    warning = {"type": "warning", **words, "cells": list(crossed)}
    assert "the header does not pair" in refused(tmp_path, [COMPARED[0], warning]).reason


def test_a_sample_in_a_comparison_and_a_pair_in_a_run_are_refused(tmp_path: Path) -> None:
    sample, pair = RUN[first(RUN, "sample")], COMPARED[first(COMPARED, "pair")]
    assert "none in the file of a comparison" in refused(tmp_path, [COMPARED[0], sample]).reason
    assert "none in the file of a run" in refused(tmp_path, [RUN[0], pair]).reason


HEADERS: list[tuple[list[Plain], Callable[[Plain], Any], str]] = [
    (RUN, lambda one: one["cells"].append(one["cells"][0]), "cells has the id"),
    (RUN, lambda one: one["contenders"].append(one["contenders"][0]), "contenders has the id"),
    (RUN, lambda one: one["cells"].append(one["cells"][0] | {"id": "x"}), "the same workload, contender and"),
    (RUN, lambda one: one["cells"][0].update(contender="x"), "names contender 'x', which is not listed"),
    (RUN, lambda one: one["cells"][0]["params"].update(tasks="4"), "have params of different kinds"),
    (RUN, lambda one: one["cells"][0]["params"].update(tasks=[4]), "$.cells[0].params[...]`"),
    (RUN, lambda one: one["settings"].update(baseline="x"), "settings.baseline is 'x'"),
    (
        RUN,
        lambda one: one["settings"].update(models="asyncio"),
        "settings: Expected `array`, got `str` - at `$.models` (but 'asyncio')",
    ),
    (RUN, lambda one: one.update(readings=None), "Expected `object`, got `null` - at `$.readings`"),
    (RUN, lambda one: one.update(paired=[]), "paired is for a comparison"),
    (RUN, lambda one: one["traces"].append(one["traces"][0]), "traces has the contender and workload"),
    (RUN, lambda one: one["traces"][0].update(contender="x"), "traces names contender 'x'"),
    (
        RUN,
        lambda one: one["environment"]["repository"].update(date="x"),
        "repository.date is 'x', not a time",
    ),
    (
        RUN,
        lambda one: one["environment"].update(commit_unknown=3),
        "environment: Expected `str | null`, got `int` - at `$.commit_unknown` (but 3)",
    ),
    (RUN, lambda one: one.update(started="0001-01-01T00:00:00+00:00"), "not a time in UTC"),
    (RUN, lambda one: one.update(seed=2**63), "- at `$.seed` (but 9223372036854775808)"),
    (COMPARED, lambda one: one.pop("paired"), "paired is missing"),
    (COMPARED, lambda one: one["paired"][0].update(model=None), "- at `$.paired[0].model`"),
    (COMPARED, lambda one: one["paired"][0].update(model="x"), "has the model 'x', and its cell"),
    (COMPARED, lambda one: one["paired"][0].update(workload="x"), "has the workload 'x', and its cell"),
    (COMPARED, lambda one: one["paired"][0].update(head_params={}), "has other head_params than its cell"),
    (COMPARED, lambda one: one["paired"][0].update(cells=["x", "y"]), "names cell 'x', which is not listed"),
    (COMPARED, lambda one: one["paired"].append(one["paired"][0]), "paired has the id"),
    (
        COMPARED,
        lambda one: one["settings"]["margins"].update(ratio=0),
        "settings: Expected `int` >= 1 - at `$.margins",
    ),
    (COMPARED, lambda one: one["settings"].update(budget=1e300), "`$.budget` (but 1e+300)"),
]


@pytest.mark.parametrize(("records", "change", "words"), HEADERS)
def test_a_header_whose_parts_contradict_each_other_is_refused(
    tmp_path: Path, records: list[Plain], change: Callable[[Plain], Any], words: str
) -> None:
    header = copy.deepcopy(records[0])
    change(header)
    refusal = refused(tmp_path, [header, *records[1:]])
    assert words in refusal.reason
    assert refusal.line == 1


def test_further_keys_are_passed_over_wherever_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    further = {"further": [{"deep": [None]}]}
    records = [copy.deepcopy(record) | further for record in RUN]
    for part in ("cells", "contenders", "traces"):
        records[0][part] = [one | further for one in records[0][part]]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    run = read_run(path)
    assert [run.header, *run.records] == list(map(typed, records)) == list(map(typed, RUN))


@pytest.mark.parametrize(
    ("about", "complaint"),
    [
        ({"label": "main", "python": 3}, "got `int`"),
        ({"python": "3.11.7"}, "header: sides.base has no label"),
    ],
)
def test_what_the_header_says_of_a_side_is_words_and_has_a_label(
    tmp_path: Path, about: Plain, complaint: str
) -> None:
    header, *rest = copy.deepcopy(COMPARED)
    header["sides"]["base"] = about
    assert complaint in str(refused(tmp_path, [header, *rest]))
