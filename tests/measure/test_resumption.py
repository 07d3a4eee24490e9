"""A driver that goes on with an interrupted run, with fake workers: everything counts exactly once."""

from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concbench.drive.plan import Plan, rounds_of
from concbench.results import queries
from concbench.results.records import ResumeRecord
from concbench.runs.running import state_of

from .fakes import NOW, Fate, File, Yard, carry_out, ids, plan_of


def resumed(plan: Plan, yard: Yard, file: File) -> None:
    """Go on with what an interrupted run has left in its file."""
    file.patience = float("inf")
    file.append(ResumeRecord(resumed=NOW, dropped=None))
    carry_out(plan, yard, file, state_of(file.run()))


def test_on_resumption_what_was_settled_or_witnessed_is_not_asked_again() -> None:
    plan = plan_of()
    file = File(plan)
    file.patience = 16
    with pytest.raises(KeyboardInterrupt):
        carry_out(plan, Yard(fates={"w[tasks=0]/b": Fate("exhausted", "witness")}), file)
    known = {record["cell"] for record in file.of_type("witness", "outcome")}
    yard = Yard()
    resumed(plan, yard, file)
    assert {cell for operation, cell, _pid in yard.asked if operation == "witness"} == set(
        ids(plan.cells())
    ) - known
    assert "w[tasks=0]/b" not in {cell for _operation, cell, _pid in yard.asked}


def test_on_resumption_exactly_the_missing_blocks_are_run_and_the_interrupted_one_whole() -> None:
    plan = plan_of(generations=3)
    whole = carry_out(plan, Yard())
    blocks = [index for index, record in enumerate(whole.records) if record["type"] == "block"]
    file = File(plan)
    file.patience = blocks[3] + 5  # within the fifth block
    with pytest.raises(KeyboardInterrupt):
        carry_out(plan, Yard(), file)
    before = len(file.records)
    done = queries.completed_blocks(file.run())
    resumed(plan, Yard(), file)
    measured = [record for record in file.records[before:] if record["type"] in ("sample", "memory")]
    rerun = {(record["generation"], record["block"]) for record in measured}
    everything = {(generation, point.index) for generation in range(3) for point in plan.points}
    assert len(done) == 4
    assert rerun == everything - done
    assert queries.completed_blocks(file.run()) == everything


def test_a_run_that_is_complete_is_resumed_without_a_single_turn() -> None:
    plan = plan_of()
    file = carry_out(plan, Yard())
    yard = Yard()
    resumed(plan, yard, file)
    assert yard.asked == []


def keys_of(file: File) -> Counter[tuple[Any, ...]]:
    run = file.run()
    samples = [(r.cell, r.generation, r.block, r.round) for r in queries.counted_samples(run)]
    memory = [(r.cell, r.generation, r.block) for r in queries.counted_memory(run)]
    return Counter([*samples, *memory])


def promised(plan: Plan, gone: set[str]) -> Iterator[tuple[Any, ...]]:
    """Yield every (cell, generation, block, round) of a plan, without round for memory."""
    present = [contender for contender in plan.contenders if contender.id not in gone]
    rounds = rounds_of(plan.effort, [10_000_000] * len(present))
    for point, generation in product(plan.points, range(plan.effort.generations)):
        for cell in point.cells:
            place = (cell.id, generation, point.index)
            if cell.contender not in gone:
                yield from [place] if point.purpose == "memory" else [(*place, r) for r in range(rounds)]


plans = st.builds(
    plan_of,
    contenders=st.sampled_from(["a", "ab", "abc"]),
    timed=st.integers(0, 3),
    weighed=st.integers(0, 2),
    generations=st.integers(1, 3),
    rounds=st.integers(1, 3),
    seed=st.integers(0, 100),
)


@settings(max_examples=60, deadline=None)
@given(
    plan=plans,
    gone=st.sets(st.sampled_from("abc"), max_size=1),
    interruptions=st.lists(st.integers(1, 60), max_size=4),
)
def test_however_often_a_run_is_interrupted_everything_counts_exactly_once(
    plan: Plan, gone: set[str], interruptions: list[int]
) -> None:
    yard = Yard(unavailable=frozenset(gone))
    file = File(plan)
    for patience in interruptions:
        file.patience = patience
        try:
            carry_out(plan, yard, file, state_of(file.run()))
        except KeyboardInterrupt:
            assert yard.alive() == []
        file.patience = float("inf")
        file.append(ResumeRecord(resumed=NOW, dropped=None))
    carry_out(plan, yard, file, state_of(file.run()))
    assert keys_of(file) == Counter(promised(plan, gone))
    numbers = [record["process"] for record in file.of_type("process")]
    assert numbers == sorted(set(numbers))


def test_what_was_measured_before_an_interruption_stays_in_the_file() -> None:
    plan = plan_of()
    file = File(plan)
    file.patience = 20
    with pytest.raises(KeyboardInterrupt):
        carry_out(plan, Yard(), file)
    before = list(file.records)
    resumed(plan, Yard(), file)
    assert file.records[: len(before)] == before
