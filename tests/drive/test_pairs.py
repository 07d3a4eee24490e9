"""The driver of a comparison, with fake workers: who is started when, whose turn it is, what is recorded."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from concbench.drive.host.interpreters import Interpreter
from concbench.drive.pairing import PairedCell, PairPlan, sides_of
from concbench.drive.pairs import PairDriver
from concbench.drive.plan import Contender
from concbench.results.lines import encode_line, record_in
from concbench.results.records import PairRecord
from concbench.results.values import Record as Read
from tests.measure.fakes import ANSWERS, Fate, Record, Silence, Yard
from tests.results.examples import plain

SLICES = 4


def cell_of(model: str, number: int, **changed: Any) -> PairedCell:
    params = {"tasks": number}
    name = f"w[tasks={number}]/{model}"
    cell = PairedCell(
        id=name,
        ids=(f"{name}@base", f"{name}@head"),
        model=model,
        workload="w",
        purpose="time",
        params=params,
        head_params=params,
        smallest={"tasks": 0},
        slices=SLICES,
        exact=True,
    )
    return replace(cell, **changed)


def plan_of(cells: Iterable[PairedCell], seed: int = 1) -> PairPlan:
    cells = tuple(cells)
    old, new = Interpreter(Path("old")), Interpreter(Path("new"))
    contenders = {
        model: sides_of(
            Contender(model, model, "3.13", old, "generator", (), "loop", "teaching", frozenset()), (old, new)
        )
        for model in dict.fromkeys(cell.model for cell in cells)
    }
    return PairPlan(contenders=contenders, cells=cells, seed=seed)


class Rounds:
    """A rule that lets every cell have so many pairs."""

    def __init__(self, plan: PairPlan, pairs: int) -> None:
        self.left, self.cells = pairs, {cell.id for cell in plan.cells}

    def open_cells(self) -> set[str]:
        self.left -= 1
        return self.cells if self.left >= 0 else set()


def carry_out(plan: PairPlan, yard: Yard, pairs: int = 3, budget: float = 1e9) -> list[Record]:
    records: list[Read] = []
    PairDriver(
        plan,
        yard.launch,
        records.append,
        Silence(),
        Rounds(plan, pairs).open_cells,
        budget=budget,
        seconds=2.0,
        clock=lambda: yard.seconds,
    ).run()
    assert [record_in(encode_line(record)) for record in records] == records
    return list(map(plain, records))


def of_type(records: list[Record], kind: str) -> list[Record]:
    return [record for record in records if record["type"] == kind]


def test_every_pair_is_a_fresh_worker_of_either_side() -> None:
    plan, yard = plan_of([cell_of("a", 1), cell_of("a", 2), cell_of("b", 1)]), Yard()
    records = carry_out(plan, yard, pairs=5)
    timed = Counter(
        record["contender"] for record in of_type(records, "process") if record["purpose"] == "time"
    )
    assert timed == {f"{model}@{side}": 5 for model in "ab" for side in ("base", "head")}
    pairs = of_type(records, "pair")
    assert Counter(pair["cells"][0] for pair in pairs) == {cell.ids[0]: 5 for cell in plan.cells}
    for cell in plan.cells:
        processes = [pair["processes"] for pair in pairs if pair["cells"] == list(cell.ids)]
        assert len({process for both in processes for process in both}) == 10
    assert yard.alive() == []


def test_both_sides_warm_up_and_then_go_a_b_b_a() -> None:
    cell = cell_of("a", 1)
    yard = Yard()
    (pair,) = of_type(carry_out(plan_of([cell]), yard, pairs=1), "pair")
    asked = [(op, name.partition("@")[2]) for op, name, _pid in yard.asked if op in ("warm", "slice")]
    first, second = ("base", "head") if pair["first"] == 0 else ("head", "base")
    once = [first, second]
    turns = [*once, *once[::-1]] * (SLICES // 2)
    assert asked == [*(("warm", side) for side in once), *(("slice", side) for side in turns)]
    assert all(len(side["wall_ns"]) == SLICES for side in pair["sides"])


def test_which_side_is_first_varies_and_is_drawn_from_the_seed() -> None:
    plan = plan_of([cell_of("a", 1)])
    first, again, other = (
        [pair["first"] for pair in of_type(carry_out(replace(plan, seed=seed), Yard(), pairs=40), "pair")]
        for seed in (1, 1, 2)
    )
    assert first == again != other
    assert 8 <= sum(first) <= 32


def test_a_side_s_worker_is_started_first_about_as_often_as_the_other() -> None:
    yard = Yard()
    records = carry_out(plan_of([cell_of("a", 1)]), yard, pairs=40)
    started = [record["contender"] for record in of_type(records, "process") if record["purpose"] == "time"]
    assert 8 <= started[::2].count("a@head") <= 32


def test_both_sides_repeat_a_run_as_often_as_fills_the_base_s_slice() -> None:
    yard = Yard()
    (pair,) = of_type(carry_out(plan_of([cell_of("a", 1)]), yard, pairs=1), "pair")
    numbers = {request["number"] for request in yard.requests if request["op"] in ("warm", "slice")}
    assert numbers == {pair["number"]}
    once_ns = ANSWERS["witness"]["once_ns"]
    assert (pair["number"] - 1) * once_ns < 2_000_000 <= pair["number"] * once_ns


def test_a_cell_that_waits_runs_once_in_a_slice() -> None:
    (pair,) = of_type(carry_out(plan_of([cell_of("a", 1, slices=2)]), Yard(), pairs=1), "pair")
    assert pair["number"] == 1


def test_the_head_gets_the_work_that_is_injected() -> None:
    cell = cell_of("a", 1, head_params={"tasks": 2}, ids=("w[tasks=1]/a@base", "w[tasks=2]/a@head"))
    yard = Yard()
    carry_out(plan_of([cell]), yard, pairs=1)
    slices = {name for op, name, _pid in yard.asked if op == "slice"}
    assert slices == set(cell.ids)


@pytest.mark.parametrize("what", ["timeout", "crashed", "exhausted", "invalid"])
@pytest.mark.parametrize("operation", ["witness", "warm", "slice"])
@pytest.mark.parametrize("side", ["base", "head"])
def test_a_cell_that_fails_on_one_side_is_not_asked_again_and_the_others_go_on(
    what: Any, operation: Any, side: str
) -> None:
    plan = plan_of([cell_of("a", 1), cell_of("a", 2), cell_of("b", 1)])
    yard = Yard(fates={f"w[tasks=1]/a@{side}": Fate(what, operation, nth=1)})
    records = carry_out(plan, yard, pairs=4)
    (outcome,) = of_type(records, "outcome")
    assert (outcome["cell"], outcome["outcome"]) == (f"w[tasks=1]/a@{side}", what)
    pairs = Counter(pair["cells"][0] for pair in of_type(records, "pair"))
    assert pairs["w[tasks=1]/b@base"] == 4
    assert pairs["w[tasks=2]/a@base"] >= 3
    assert pairs["w[tasks=1]/a@base"] == 0
    assert yard.alive() == []


def test_a_side_that_does_not_come_up_costs_its_cells_and_no_more() -> None:
    plan = plan_of([cell_of("a", 1), cell_of("b", 1)])
    yard = Yard(stillborn=frozenset({"a@head"}))
    records = carry_out(plan, yard, pairs=2)
    assert [record["cell"] for record in of_type(records, "outcome")] == ["w[tasks=1]/a@head"]
    assert {pair["cells"][0] for pair in of_type(records, "pair")} == {"w[tasks=1]/b@base"}
    assert yard.alive() == []


def test_a_side_without_its_library_is_told_for_each_cell() -> None:
    plan = plan_of([cell_of("a", 1), cell_of("a", 2)])
    records = carry_out(plan, Yard(unavailable=frozenset({"a@base"})))
    assert [record["outcome"] for record in of_type(records, "outcome")] == ["unavailable"] * 2
    assert of_type(records, "pair") == []


Witnesses = Callable[[Callable[[str, Record], None]], Yard]


@pytest.fixture
def yard_where_witnesses(monkeypatch: pytest.MonkeyPatch) -> Witnesses:
    """Return what makes a yard whose witnesses answer otherwise: the change is told whose answer it is."""

    def made(change: Callable[[str, Record], None]) -> Yard:
        yard = Yard()
        ordinary = yard.answer

        def answer(_yard: Yard, link: Any, message: Record, seconds: float) -> Record:
            answered = ordinary(link, message, seconds)
            if message["op"] == "witness":
                change(link.contender.id, answered)
            return answered

        monkeypatch.setattr(Yard, "answer", answer)
        return yard

    return made


def test_sides_that_do_not_do_the_same_work_are_not_compared(yard_where_witnesses: Witnesses) -> None:
    def more(who: str, answered: Record) -> None:
        answered["legs"][0]["suspensions"] += who.endswith("@head")

    plan = plan_of([cell_of("a", 1), cell_of("a", 2, exact=False)])
    records = carry_out(plan, yard_where_witnesses(more))
    (outcome,) = of_type(records, "outcome")
    assert (outcome["cell"], outcome["outcome"]) == ("w[tasks=1]/a@head", "invalid")
    assert "not the same work" in outcome["reason"]
    assert {pair["cells"][0] for pair in of_type(records, "pair")} == {"w[tasks=2]/a@base"}


def test_sides_that_do_not_do_as_many_of_the_workloads_own_units_are_not_compared(
    yard_where_witnesses: Witnesses,
) -> None:
    def items(who: str, answered: Record) -> None:
        answered["legs"][0]["counts"] = {"task": 1, "item": 2 if who == "b@head" else 1}

    plan = plan_of([cell_of("a", 1), cell_of("b", 1, exact=False)])
    records = carry_out(plan, yard_where_witnesses(items))
    (outcome,) = of_type(records, "outcome")
    assert (outcome["cell"], outcome["outcome"]) == ("w[tasks=1]/b@head", "invalid")
    assert "1 of item" in outcome["reason"]
    assert {pair["cells"][0] for pair in of_type(records, "pair")} == {"w[tasks=1]/a@base"}


def test_sides_with_different_versions_of_a_workload_are_not_compared(
    yard_where_witnesses: Witnesses,
) -> None:
    def newer(who: str, answered: Record) -> None:
        answered["workload_version"] = "2" if who.endswith("@head") else "1"

    records = carry_out(plan_of([cell_of("a", 1)]), yard_where_witnesses(newer))
    (outcome,) = of_type(records, "outcome")
    assert "version 1 of w, head did" in outcome["reason"]
    assert of_type(records, "pair") == []


def test_both_sides_are_weighed_in_processes_of_their_own() -> None:
    cell = cell_of("a", 1, purpose="memory")
    yard = Yard()
    records = carry_out(plan_of([cell]), yard, pairs=3)
    weighed = of_type(records, "weighed")
    assert [record["pair"] for record in weighed] == [0, 1, 2]
    assert len({process for record in weighed for process in record["processes"]}) == 6
    owners = {record["process"]: record["contender"] for record in of_type(records, "process")}
    assert {tuple(owners[number] for number in record["processes"]) for record in weighed} == {
        ("a@base", "a@head")
    }
    assert yard.alive() == []


def test_no_pair_begins_that_would_not_end_within_the_budget() -> None:
    plan = plan_of([cell_of("a", 1), cell_of("b", 1)])
    calm = Yard()
    carry_out(plan, calm, pairs=20)
    whole = calm.seconds
    hurried = Yard()
    records = carry_out(plan, hurried, pairs=20, budget=whole / 2)
    assert hurried.seconds <= whole / 2
    assert 3 <= len(of_type(records, "pair")) < 40


def test_ctrl_c_leaves_no_worker_and_keeps_what_was_recorded() -> None:
    plan = plan_of([cell_of("a", 1)])
    yard = Yard(fates={"w[tasks=1]/a@head": Fate("ctrl-c", "slice", nth=3 * SLICES + 2)})
    records: list[Read] = []
    driver = PairDriver(plan, yard.launch, records.append, Silence(), Rounds(plan, 9).open_cells, budget=1e9)
    with pytest.raises(KeyboardInterrupt):
        driver.run()
    assert sum(isinstance(record, PairRecord) for record in records) == 3
    assert yard.alive() == []


def test_now_and_then_both_workers_of_a_pair_are_looked_at_at_its_end() -> None:
    plan, yard = plan_of([cell_of("a", 1), cell_of("a", 2)]), Yard()
    carry_out(plan, yard, pairs=64)
    looks = [pid for operation, _cell, pid in yard.asked if operation == "look"]
    assert 2 <= len(looks) <= 32
    assert len(set(looks)) == len(looks)
    last = {pid: operation for operation, _cell, pid in yard.asked}
    assert all(last[pid] == "look" for pid in looks)


def test_a_side_that_a_look_finds_dishonest_fails_its_cell() -> None:
    plan = plan_of([cell_of("a", 1)])
    yard = Yard(fates={"w[tasks=1]/a@head": Fate("invalid", "look")})
    (outcome,) = of_type(carry_out(plan, yard, pairs=64), "outcome")
    assert (outcome["cell"], outcome["outcome"]) == ("w[tasks=1]/a@head", "invalid")
