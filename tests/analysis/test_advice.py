"""LoadAdvice: who keeps a deadline, who does so cheapest, and where each stops, on made-up runs."""

from dataclasses import replace
from typing import Any

import pytest

from concbench.analysis.advice import LoadAdvice, Own, advice_of
from concbench.analysis.served import SERVICE
from concbench.report.terminal.advice import (
    growth_words,
    kept_words,
    load_words,
    missing_words,
    own_words,
    percent,
    sentences,
    time_words,
)
from concbench.results.errors import RunFileError
from concbench.results.header import HeaderWorkload
from concbench.results.measured import measured_of
from tests.report.made_up import Cell, always, run_of

ROUNDS = 1000


def service(
    contender: str, *, kept: float, cores: float, tasks: int = 2000, steps: int = 1200, **more: Any
) -> Cell:
    """Return a cell of the workload: what share of rounds was in time in every process, at how many cores."""
    params = (
        ("rate", 10.0), ("wait", 0.03), ("steps", steps), ("compute", 0.0002), ("deadline", 0.1),
        ("share", 0.99),
    )  # fmt: skip

    def told(generation: int) -> dict[str, Any]:
        drift = 1 + 0.01 * (generation % 3)
        return {"latency_p99_ns": 40_000_000 + generation, "kept": kept, "cores": cores * drift}

    return Cell(
        contender=contender, cost=always(1000.0), workload="service", tasks=tasks, rounds=1, more=params,
        told=told, counts={"round": ROUNDS}, **more,
    )  # fmt: skip


def advised(*cells: Cell, **header: Any) -> LoadAdvice:
    found = advice_of(measured_of(run_of(*cells, **header)))
    assert found is not None
    return found


def test_a_run_without_such_a_load_holds_no_advice() -> None:
    assert advice_of(measured_of(run_of(Cell(contender="asyncio", cost=always(1.0))))) is None


def test_the_cheapest_of_those_that_keep_the_deadline_is_advised() -> None:
    advice = advised(
        service("asyncio", kept=1.0, cores=0.2),
        service("uvloop", kept=1.0, cores=0.1),
        service("polling", kept=0.5, cores=0.05),
        service("trio", kept=0.99, cores=0.01),
    )
    assert [one.keeps(0.99) for one in advice.at(2000)] == ["yes", "yes", "unsure", "no"]
    assert advice.cheapest is not None
    assert advice.cheapest.contender == "uvloop"
    assert sentences(advice)[0] == (
        "Cheapest that keeps the deadline: uvloop (0.10 cores in use; asyncio × 2.00 [2.00–2.00])."
    )
    ratio = advice.dearer(advice.at(2000)[1])
    assert ratio is not None
    assert ratio.middle == pytest.approx(2)


def test_where_none_keeps_it_surely_it_is_said_of_whom_nobody_is_sure() -> None:
    unsure = advised(service("asyncio", kept=0.991, cores=0.2), service("trio", kept=0.2, cores=0.1))
    assert unsure.cheapest is None
    assert sentences(unsure)[0].endswith("at 2\N{NARROW NO-BREAK SPACE}000 tasks; it is not sure of asyncio.")
    none = advised(service("trio", kept=0.2, cores=0.1))
    assert sentences(none)[0] == "None keeps the deadline at 2\N{NARROW NO-BREAK SPACE}000 tasks."


def test_as_load_grows_it_is_told_where_each_stops() -> None:
    advice = advised(
        service("uvloop", kept=1.0, cores=0.1, tasks=100),
        service("uvloop", kept=1.0, cores=0.5, tasks=500),
        service("asyncio", kept=1.0, cores=0.1, tasks=100),
        service("asyncio", kept=0.3, cores=0.9, tasks=500),
        service("trio", kept=0.3, cores=0.9, tasks=100),
    )
    assert advice.tasks == (100, 500)
    assert growth_words(advice) == (
        "As tasks grow: uvloop keeps it up to 500; asyncio stops between 100 and 500; trio not even at 100."
    )
    assert growth_words(advised(service("uvloop", kept=1.0, cores=0.1))) is None


def test_what_is_the_model_s_own_is_told_of_rounds_that_compute_nothing() -> None:
    advice = advised(
        service("uvloop", kept=1.0, cores=0.1),
        service("uvloop", kept=1.0, cores=0.01, steps=0),
        service("trio", kept=1.0, cores=0.1),
        service("trio", kept=1.0, cores=0.04, steps=0),
    )
    assert [one.contender for one in advice.own] == ["uvloop", "trio"]
    assert advice.own[0].seconds == pytest.approx(0.0101 * 60 / (10 * 2000), rel=0.02)
    told = list(own_words(advice))
    assert told[0].startswith(
        "Of a round's time the model's own is 0.10 % (uvloop, 30.3 µs of CPU) to 0.40 %"
    )
    assert told[1] == "The model decides 0.40 % of it at most: choose by other reasons."
    assert list(own_words(advised(service("uvloop", kept=1.0, cores=0.1)))) == []


def test_where_the_model_s_own_is_much_of_a_round_nobody_is_sent_away() -> None:
    advice = advised(service("uvloop", kept=1.0, cores=0.1))
    much = LoadAdvice(advice.load, advice.tasks, advice.candidates, own=(Own("uvloop", 0.03),))
    assert len(list(own_words(much))) == 1


def test_what_was_not_measured_is_told_with_its_reason() -> None:
    failed = {"outcome": "unavailable", "reason": "no such package"}
    advice = advised(
        service("asyncio", kept=1.0, cores=0.2), service("trio", kept=1.0, cores=0.2, outcome=failed)
    )
    told = missing_words(advice)
    assert told.startswith(
        "Not measured: trio (unavailable: no such package); polling, generator, yield-from,"
    )
    assert "interpreter-pool (not asked for: -m); sockets" in told


def test_a_load_is_told_as_it_was_asked_for() -> None:
    assert load_words(advised(service("asyncio", kept=1.0, cores=0.2))) == (
        "2\N{NARROW NO-BREAK SPACE}000 tasks, each 10 rounds a minute: wait 30 ms, compute 200 µs."
        " 99 % of rounds must be done within 100 ms."
    )
    assert time_words(1.5) == "1.5 s"


@pytest.mark.parametrize(
    ("share", "words"), [(1.0, "100"), (0.0, "0"), (0.5, "50.0"), (0.9912, "99.12"), (0.99953, "99.953")]
)
def test_shares_have_as_many_digits_as_tell_them_from_all(share: float, words: str) -> None:
    assert percent(share) == words


def test_the_interval_of_a_share_is_told_with_it() -> None:
    (one,) = advised(service("asyncio", kept=0.9, cores=0.2)).candidates
    assert kept_words(one).startswith("90.0 % [")
    (lone,) = advised(service("asyncio", kept=0.9, cores=0.2, generations=1)).candidates
    assert lone.kept is None
    assert lone.keeps(0.5) == "unsure"
    assert kept_words(lone) == "–"


def damaged(what: str, *, kept: Any = 1.0, cores: Any = 0.2, rounds: int = 1000, **params: Any) -> None:
    """Hold that a file with such a cell is refused in words that name the cell and what is wrong."""
    cell = service("asyncio", kept=1.0, cores=0.2)
    told = {"latency_p99_ns": 40_000_000, "kept": kept, "cores": cores}
    more = tuple((name, params.get(name, value)) for name, value in cell.more)
    counts = {"round": rounds} if rounds else {}
    wrong = replace(cell, told=lambda _generation: told, more=more, counts=counts)
    with pytest.raises(RunFileError, match=f"holds no advice on cell '.*': {what}; measure it again"):
        advised(wrong)


@pytest.mark.parametrize("kept", [-1, 1.5, 1e18, None, "x", True, [1]])
def test_a_share_of_rounds_that_can_be_none_is_refused(kept: object) -> None:
    damaged("a sample tells no kept of its rounds", kept=kept)


def test_what_else_no_such_load_has_is_refused() -> None:
    damaged("a sample tells no cores of its rounds", cores=-1)
    damaged("a sample tells no cores of its rounds", cores="x")
    damaged("its witness counted no round", rounds=0)
    wrong: dict[str, Any] = {"rate": 0, "share": 2.0, "deadline": "x", "wait": -1.0, "compute": True}
    for name, value in wrong.items():
        damaged(f"no load has {name} like that", **{name: value})


def test_a_workload_of_somebody_else_s_that_is_called_so_holds_no_advice() -> None:
    cell = service("asyncio", kept=1.0, cores=0.2)
    bare = replace(cell, more=(), told=None)
    assert advice_of(measured_of(run_of(bare))) is None
    own = {SERVICE: HeaderWorkload([], "")}
    assert advice_of(measured_of(run_of(cell, workloads=own))) is None


def test_where_nothing_was_measured_nobody_is_said_to_fail() -> None:
    failed = {"outcome": "timeout", "reason": "no answer within 60 s"}
    (said, *_) = sentences(advised(service("asyncio", kept=1.0, cores=0.2, outcome=failed)))
    assert said == "Nothing was measured at 2\N{NARROW NO-BREAK SPACE}000 tasks."
