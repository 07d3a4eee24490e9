"""The driver, with fake workers: what is asked of whom, in which order, and what is recorded."""

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise
from typing import Literal

import pytest

from concbench.drive.driver import Driver
from concbench.drive.plan import Contender, PlannedCell
from concbench.drive.state import State
from concbench.results import queries
from tests.measure.fakes import FakeLink, Fate, File, Silence, Yard, carry_out, ids, plan_of

Key = tuple[int, int, int]
Outcome = Literal["timeout", "crashed", "exhausted", "invalid"]


def orders(file: File) -> dict[Key, list[str]]:
    """Return the contenders of each (generation, block, round), in the order of their turns."""
    found: defaultdict[Key, list[str]] = defaultdict(list)
    turns: defaultdict[Key, list[int]] = defaultdict(list)
    for sample in file.of_type("sample"):
        key = (sample["generation"], sample["block"], sample["round"])
        found[key].append(sample["cell"].partition("/")[2])
        turns[key].append(sample["turn"])
    assert all(taken == sorted(set(taken)) for taken in turns.values())
    return found


def test_every_cell_is_witnessed_before_any_is_timed_or_weighed() -> None:
    plan, yard = plan_of(), Yard()
    carry_out(plan, yard)
    operations = [operation for operation, _cell, _pid in yard.asked]
    witnessed = [cell for operation, cell, _pid in yard.asked if operation == "witness"]
    assert operations[: len(witnessed)] == ["witness"] * len(witnessed)
    assert sorted(witnessed) == sorted(ids(plan.cells()))


def test_each_generation_has_one_fresh_timing_worker_for_each_contender() -> None:
    plan, yard = plan_of(generations=6), Yard()
    file = carry_out(plan, yard)
    workers = Counter(
        (record["generation"], record["contender"])
        for record in file.of_type("process")
        if record["purpose"] == "time"
    )
    assert workers == {(generation, name): 1 for generation in range(6) for name in "abc"}
    used: defaultdict[str, set[int]] = defaultdict(set)
    for sample in file.of_type("sample"):
        used[sample["cell"]].add(sample["process"])
    assert {len(processes) for processes in used.values()} == {6}
    pids = [record["pid"] for record in file.of_type("process")]
    assert len(set(pids)) == len(pids)


def test_every_contender_takes_one_turn_in_every_round() -> None:
    plan = plan_of(generations=2, timed=2, rounds=3)
    taken = orders(carry_out(plan, Yard()))
    assert set(taken) == {(g, b, r) for g in range(2) for b in range(2) for r in range(3)}
    assert all(sorted(order) == ["a", "b", "c"] for order in taken.values())


def test_the_orders_are_drawn_again_from_the_seed_and_differ_between_rounds() -> None:
    first, again = (orders(carry_out(plan_of("abcdef", rounds=5), Yard())) for _ in range(2))
    assert first == again
    assert all(one != two for one, two in pairwise(first.values()))
    assert orders(carry_out(plan_of("abcdef", rounds=5, seed=2), Yard())) != first


def test_an_order_does_not_depend_on_what_happened_in_other_rounds() -> None:
    plan = plan_of("abcd")
    calm = orders(carry_out(plan, Yard()))
    stormy = orders(carry_out(plan, Yard(fates={"w[tasks=0]/d": Fate("crashed", nth=2)})))
    other_blocks = [key for key in calm if key[1] == 1]
    assert [stormy[key] for key in other_blocks] == [calm[key] for key in other_blocks]


def test_which_leg_runs_first_varies() -> None:
    yard = Yard()
    carry_out(plan_of(generations=4), yard)
    first = Counter(request["long_first"] for request in yard.requests if request["op"] == "turn")
    assert min(first[True], first[False]) > sum(first.values()) / 4


def test_a_turn_repeats_as_often_as_the_witness_found() -> None:
    yard = Yard()
    carry_out(plan_of(), yard)
    assert {request["number"] for request in yard.requests if request["op"] == "turn"} == {7}


@pytest.mark.parametrize("what", ["timeout", "crashed", "exhausted", "invalid"])
def test_a_settled_cell_is_never_asked_again_and_the_others_go_on(what: Outcome) -> None:
    plan, cell = plan_of(rounds=3), "w[tasks=0]/b"
    yard = Yard(fates={cell: Fate(what, nth=2)})
    file = carry_out(plan, yard)
    assert [asked for asked in yard.asked if asked[:2] == ("turn", cell)][2:] == []
    (outcome,) = file.of_type("outcome")
    assert (outcome["cell"], outcome["outcome"]) == (cell, what)
    counted = Counter(sample.cell for sample in queries.counted_samples(file.run()))
    others = [one for one in ids(plan.cells())[:6] if one != cell]
    assert {counted[one] for one in others} == {6}
    assert counted[cell] == 1


def test_an_outcome_keeps_its_last_words_and_where_the_model_ran_out() -> None:
    fates = {
        "w[tasks=0]/a": Fate("crashed"),
        "w[tasks=0]/b": Fate("exhausted"),
        "w[tasks=0]/c": Fate("timeout"),
    }
    found = queries.outcomes(carry_out(plan_of(), Yard(fates=fates)).run())
    assert found["w[tasks=0]/a"].last_words == "aaargh"
    assert found["w[tasks=0]/b"].at == 22
    assert found["w[tasks=0]/c"].reason == "no answer within 2 s"


@pytest.mark.parametrize("what", ["timeout", "crashed", "exhausted", "invalid"])
def test_a_lost_worker_is_ended_and_replaced_by_one_with_a_new_number(what: Outcome) -> None:
    plan = plan_of(generations=1)
    calm = carry_out(plan, Yard())
    mine = [sample["cell"] for sample in calm.of_type("sample") if sample["cell"].endswith("/b")]
    yard = Yard(fates={mine[0]: Fate(what, nth=1)})
    file = carry_out(plan, yard)
    (outcome,) = file.of_type("outcome")
    later = {sample["process"] for sample in file.of_type("sample") if sample["cell"] == mine[-1]}
    started = [
        record["process"]
        for record in file.of_type("process")
        if (record["contender"], record["purpose"]) == ("b", "time")
    ]
    assert [outcome["process"], *later] == started
    assert started[0] < started[1]
    assert yard.alive() == []


def test_a_cell_that_only_cannot_be_expressed_keeps_its_worker() -> None:
    yard = Yard(fates={"w[tasks=0]/b": Fate("not-expressible", "witness")})
    file = carry_out(plan_of(), yard)
    pilots = [record for record in file.of_type("process") if record["purpose"] == "pilot"]
    assert Counter(record["contender"] for record in pilots) == {"a": 1, "b": 1, "c": 1}


def test_what_is_impossible_is_settled_without_any_process() -> None:
    plan, yard = plan_of(), Yard()
    points = tuple(
        replace(
            point, cells=tuple(_impossible(cell) if cell.contender == "b" else cell for cell in point.cells)
        )
        for point in plan.points
    )
    file = carry_out(replace(plan, points=points), yard)
    settled = [(record["cell"], record["reason"], record["process"]) for record in file.of_type("outcome")]
    assert sorted(settled) == sorted(
        (cell.id, "b lends no event", None) for cell in plan.cells() if cell.contender == "b"
    )
    assert {link.contender.id for link in yard.links} == {"a", "c"}


def _impossible(cell: PlannedCell) -> PlannedCell:
    return replace(cell, impossible="b lends no event")


def test_an_unavailable_model_settles_all_its_cells_with_one_launch() -> None:
    plan, yard = plan_of(), Yard(unavailable=frozenset("b"))
    file = carry_out(plan, yard)
    settled = [record for record in file.of_type("outcome") if record["outcome"] == "unavailable"]
    assert sorted(record["cell"] for record in settled) == sorted(
        cell.id for cell in plan.cells() if cell.contender == "b"
    )
    assert {record["reason"] for record in settled} == {"not installed"}
    assert len([link for link in yard.links if link.contender.id == "b"]) == 1


def test_a_worker_that_does_not_come_up_is_an_outcome_and_not_the_end() -> None:
    plan, yard = plan_of(), Yard(stillborn=frozenset("b"))
    file = carry_out(plan, yard)
    found = queries.outcomes(file.run())
    assert {found[cell.id].name for cell in plan.cells() if cell.contender == "b"} == {"crashed"}
    assert {found[cell.id].name for cell in plan.cells() if cell.contender != "b"} == {"ok"}


def test_a_worker_that_does_not_come_up_for_a_weighing_is_an_outcome() -> None:
    plan, yard = plan_of(timed=0, weighed=1), Yard()
    file = File(plan)
    driver = Driver(plan, yard.launch, file.append, Silence(), state=State(next_process=1))
    driver.witness()
    yard.stillborn = frozenset("b")
    driver.run()
    (outcome,) = file.of_type("outcome")
    assert (outcome["cell"], outcome["outcome"], outcome["process"]) == ("w[tasks=0]/b", "crashed", None)
    assert len(queries.counted_memory(file.run())) == 2 * plan.effort.generations


def test_every_weighing_has_a_process_of_its_own_that_does_nothing_else() -> None:
    yard = Yard()
    file = carry_out(plan_of(generations=3, weighed=2), yard)
    weighings = [asked for asked in yard.asked if asked[0] == "weigh"]
    weighers = {pid for _operation, _cell, pid in weighings}
    assert len(weighers) == len(weighings) == 3 * 2 * 3
    assert [asked for asked in yard.asked if asked[2] in weighers and asked[0] != "weigh"] == []
    processes = [record["process"] for record in file.of_type("memory")]
    assert len(set(processes)) == len(processes)


def test_a_block_is_recorded_only_after_its_samples_and_names_the_cells_that_took_part() -> None:
    fates = {"w[tasks=0]/b": Fate("invalid", nth=2)}
    file = carry_out(plan_of(), Yard(fates=fates))
    complete: set[tuple[int, int]] = set()
    for record in file.of_type("sample", "memory", "block"):
        key = (record["generation"], record["block"])
        assert key not in complete
        if record["type"] == "block":
            complete.add(key)
    assert complete == {(generation, block) for generation in range(2) for block in range(3)}
    first = next(record for record in file.of_type("block") if record["block"] == 0)
    assert first["cells"] == ["w[tasks=0]/a", "w[tasks=0]/c"]


def test_workers_that_timed_say_how_long_closing_took() -> None:
    file = carry_out(plan_of(), Yard())
    timing = {record["process"] for record in file.of_type("process") if record["purpose"] != "memory"}
    assert {record["process"] for record in file.of_type("closed")} == timing


def test_closing_is_waited_for_in_vain_once_and_told_once() -> None:
    yard = Yard(unclosing=frozenset("b"))
    file = carry_out(plan_of(generations=3), yard)
    (warning,) = file.of_type("warning")
    assert warning["name"] == "model-not-closed"
    assert warning["seen"] == "b: no answer within 60 s while its model was closed: File x."
    assert (yard.closed.count("b"), yard.closed.count("a")) == (1, 4)
    assert yard.alive() == []
    sampled = {record["cell"] for record in file.of_type("sample")}
    assert any(cell.endswith("/b") for cell in sampled)  # its figures stand


def test_processes_that_are_left_behind_are_told_once() -> None:
    file = carry_out(plan_of(generations=3), Yard(leaving=frozenset("c")))
    (warning,) = file.of_type("warning")
    assert (warning["name"], warning["seen"]) == ("processes-left-behind", "c left 1 process: sleep 600.")
    assert all(record["close_ns"] == 500 and "left" not in record for record in file.of_type("closed"))


@pytest.mark.parametrize("operation", ["witness", "turn", "weigh"])
def test_ctrl_c_during_a_request_ends_every_worker(operation: Literal["witness", "turn", "weigh"]) -> None:
    plan = plan_of()
    cell = "w[tasks=2]/b" if operation == "weigh" else "w[tasks=1]/b"
    yard = Yard(fates={cell: Fate("ctrl-c", operation)})
    with pytest.raises(KeyboardInterrupt):
        carry_out(plan, yard)
    assert yard.links
    assert yard.alive() == []


def test_the_expected_time_is_what_the_blocks_and_the_starts_of_workers_add_up_to() -> None:
    plan, watcher = plan_of(generations=2, timed=1, weighed=1, rounds=3), Silence()
    Driver(plan, Yard().launch, lambda _record: None, watcher, at_once=1).run()
    turn, start = 10_000_000, 100_000_000
    timing, weighing = 3 * 3 * turn + 3 * start, 3 * turn + 3 * start
    assert watcher.expected == [2 * (timing + weighing)]
    assert watcher.done_ns == watcher.expected[0]


def test_noise_is_recorded_and_is_not_where_no_worker_comes_up() -> None:
    plan, yard = plan_of(), Yard()
    file = File(plan)
    assert Driver(plan, yard.launch, file.append, Silence()).noise("before") == [1_000_000] * 3
    assert [(record["when"], record["contender"]) for record in file.of_type("noise")] == [("before", "a")]
    none = Driver(plan, Yard(stillborn=frozenset("abc")).launch, file.append, Silence())
    assert none.noise("after") == []
    assert len(file.records) == 1


def test_each_timing_worker_is_looked_at_once_more_at_its_end() -> None:
    plan, yard = plan_of(generations=3, timed=2), Yard()
    carry_out(plan, yard)
    by_worker: defaultdict[int, list[str]] = defaultdict(list)
    for operation, _cell, pid in yard.asked:
        by_worker[pid].append(operation)
    timing = [operations for operations in by_worker.values() if "turn" in operations]
    assert len(timing) == 9
    assert all(operations.count("look") == 1 and operations[-1] == "look" for operations in timing)
    assert (
        len({cell for operation, cell, _pid in yard.asked if operation == "look"}) > 3
    )  # which one is drawn


@pytest.mark.parametrize("workloads", [1, 2, 3, 5, 6, 7])
def test_last_looks_go_round_the_workloads_so_that_each_has_two_in_six_processes(workloads: int) -> None:
    plan, yard = plan_of("a", generations=6, timed=workloads, weighed=0), Yard()
    named = [
        replace(
            point,
            workload=f"w{point.index}",
            cells=tuple(
                replace(cell, workload=f"w{point.index}", id=f"w{point.index}{cell.id[1:]}")
                for cell in point.cells
            ),
        )
        for point in plan.points
    ]
    carry_out(replace(plan, points=tuple(named)), yard)
    looks = Counter(cell for operation, cell, _pid in yard.asked if operation == "look")
    assert len(looks) == workloads
    assert min(looks.values()) >= 2
    assert max(looks.values()) - min(looks.values()) <= 1
    assert sum(looks.values()) == 6 * -(-workloads // 3)


def test_what_a_last_look_finds_is_the_outcome_of_its_cell_in_spite_of_its_samples() -> None:
    plan = plan_of(generations=2, timed=1, weighed=0)
    (cell,) = (cell.id for cell in plan.cells() if cell.contender == "b")
    yard = Yard(fates={cell: Fate("invalid", "look")})
    file = carry_out(plan, yard)
    assert [record["cell"] for record in file.of_type("outcome")] == [cell]
    assert {sample["generation"] for sample in file.of_type("sample") if sample["cell"] == cell} == {0}
    assert queries.outcomes(file.run())[cell].name == "invalid"
    assert yard.alive() == []


def test_apart_a_process_serves_one_cell_in_all_rounds_and_ends_before_the_next_one_starts() -> None:
    plan, yard = plan_of(generations=2, timed=2, rounds=3, apart=True), Yard()
    launch, before = yard.launch, Counter[str]()

    def launched(contender: Contender) -> FakeLink:
        assert yard.alive() == []
        before[contender.id] += 1
        return launch(contender)

    file = File(plan)
    Driver(plan, launched, file.append, Silence(), state=State(next_process=1), seconds=2.0).run()
    cells: defaultdict[int, set[str]] = defaultdict(set)
    rounds: defaultdict[int, list[int]] = defaultdict(list)
    for sample in file.of_type("sample"):
        cells[sample["process"]].add(sample["cell"])
        rounds[sample["process"]].append(sample["round"])
    assert {len(found) for found in cells.values()} == {1}
    assert len(cells) == 2 * 2 * 3
    assert all(found == [0, 1, 2] for found in rounds.values())
    assert {request["split"] for request in yard.requests if request["op"] == "turn"} == {True}


def test_apart_it_is_seen_how_many_can_live_before_they_are_witnessed() -> None:
    cell = "w[tasks=0]/b"
    yard = Yard(fates={cell: Fate("exhausted", "once")})
    file = carry_out(plan_of(apart=True), yard)
    operations = [operation for operation, asked, _pid in yard.asked if asked == "w[tasks=0]/a"]
    assert operations[:2] == ["once", "witness"]
    assert [operation for operation, asked, _pid in yard.asked if asked == cell] == ["once"]
    assert queries.outcomes(file.run())[cell].at == 22
    assert {request["most"] for request in yard.requests if request["op"] == "witness"} == {1}


def test_apart_each_generation_looks_again_at_one_point_which_goes_round() -> None:
    yard = Yard()
    carry_out(plan_of(generations=3, timed=3, weighed=0, apart=True), yard)
    looks = Counter(cell for operation, cell, _pid in yard.asked if operation == "look")
    assert set(looks.values()) == {1}
    assert len(looks) == 3 * 3


def test_a_patient_preset_waits_longer_for_everything() -> None:
    plan = plan_of()
    plan = replace(plan, effort=replace(plan.effort, patience=15))
    assert Driver(plan, Yard().launch, File(plan).append, Silence(), seconds=2.0).seconds == 30.0
