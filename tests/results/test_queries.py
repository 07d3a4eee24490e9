"""What counts, what is done and what is left, asked of small made-up runs."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given

from concbench.results import queries
from concbench.results.queries import Outcome
from concbench.results.reader import Run
from concbench.results.records import NoiseRecord

from .examples import CELLS, Plain, example, made, made_header, runs, typed


def run_of(*records: Plain) -> Run:
    return Run(path=Path("run.jsonl"), header=made_header(), records=tuple(map(typed, records)), torn=None)


def sample(turn: int, block: int = 0, generation: int = 0) -> Plain:
    return example("sample", turn=turn, block=block, generation=generation)


def block(number: int = 0, generation: int = 0) -> Plain:
    return example("block", block=number, generation=generation)


RESUME = example("resume")


@pytest.mark.parametrize(
    ("records", "turns"),
    [
        ([], []),
        ([sample(0), sample(1)], []),
        ([sample(0), sample(1), block()], [0, 1]),
        ([sample(0), block(), sample(1)], [0]),
        ([sample(0), RESUME, sample(1), block()], [1]),
        ([sample(0), RESUME, RESUME, sample(1), RESUME, sample(2), sample(3), block()], [2, 3]),
        ([sample(0), block(), RESUME, sample(1, block=1), block(1)], [0, 1]),
        ([sample(0), RESUME, block()], []),
        ([sample(0, block=0), sample(1, block=1), block(1)], [1]),
        ([sample(0), sample(1, generation=1), block(generation=1)], [1]),
    ],
)
def test_samples_count_if_their_attempt_completed_the_block(
    records: Sequence[Plain], turns: list[int]
) -> None:
    assert [record.turn for record in queries.counted_samples(run_of(*records))] == turns


def test_memory_counts_by_the_same_rule() -> None:
    torn, whole = example("memory", tasks=1), example("memory", tasks=2)
    run = run_of(torn, RESUME, whole, sample(0, block=1), block(1))
    assert queries.counted_memory(run) == [typed(whole)]


@given(records=runs())
def test_what_counts_is_part_of_what_was_written(records: list[Plain]) -> None:
    run = run_of(*records[1:])
    counted = queries.counted_samples(run)
    done = queries.completed_blocks(run)
    assert all((record.generation, record.block) in done for record in counted)
    assert len({id(record) for record in counted}) == len(counted)
    assert all(any(record is other for other in run.records) for record in counted)


def test_the_last_outcome_wins_and_the_rest_is_told_from_what_counts() -> None:
    first, last = example("outcome"), example("outcome", outcome="timeout", reason="no end", at=None)
    run = run_of(sample(0), block(), first, last)
    assert queries.outcomes(run) == {
        CELLS[0]: Outcome(name="ok"),
        CELLS[1]: Outcome(name="timeout", reason="no end"),
    }


def test_an_outcome_keeps_where_it_happened() -> None:
    outcome = queries.outcomes(run_of(example("outcome", last_words="MemoryError")))[CELLS[1]]
    assert outcome == Outcome(
        name="exhausted", reason="can't start new thread", at=22_000, last_words="MemoryError"
    )


def test_a_cell_whose_samples_do_not_count_is_not_measured() -> None:
    assert {outcome.name for outcome in queries.outcomes(run_of(sample(0))).values()} == {"not measured"}


def test_a_cell_with_memory_alone_is_ok() -> None:
    run = run_of(example("memory"), block(1))
    assert queries.outcomes(run)[CELLS[0]] == Outcome(name="ok")


def test_completed_blocks_are_told_with_their_generation() -> None:
    run = run_of(block(), block(3, generation=2), sample(0, block=7))
    assert queries.completed_blocks(run) == {(0, 0), (2, 3)}


@pytest.mark.parametrize(
    ("records", "number"),
    [
        ([], 1),
        ([example("process", process=4)], 5),
        ([example("process", process=4), example("outcome", process=6)], 7),
        ([example("outcome", process=None)], 1),
    ],
)
def test_process_numbers_go_on_growing(records: Sequence[Plain], number: int) -> None:
    assert queries.next_process(run_of(*records)) == number


def test_the_last_witness_of_a_cell_wins() -> None:
    first, last = example("witness", number=1), example("witness", number=2)
    assert queries.witnesses(run_of(first, last)) == {CELLS[0]: typed(last)}


def test_cells_and_contenders_are_found_by_id() -> None:
    run = run_of()
    assert tuple(queries.cells_by_id(run)) == CELLS
    assert queries.contenders_by_id(run)["threads"].dialect == "blocking"


def test_warnings_and_noise_are_told_in_order() -> None:
    before, after = example("noise"), example("noise", when="after")
    run = run_of(before, example("warning"), after)
    assert queries.of_type(run, NoiseRecord) == [typed(before), typed(after)]
    assert queries.warnings(run) == [made("warning")]


@pytest.mark.parametrize(
    ("records", "complete"),
    [
        ([], False),
        ([example("end")], True),
        ([example("end", complete=False)], False),
        ([example("end"), RESUME], False),
        ([example("end", complete=False), RESUME, example("end"), example("noise", when="after")], True),
    ],
)
def test_a_run_is_complete_if_its_last_end_says_so(records: Sequence[Plain], complete: bool) -> None:
    assert queries.is_complete(run_of(*records)) is complete
