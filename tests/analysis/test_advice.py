"""LoadAdvice: who keeps a deadline, who does so cheapest, and where each stops, on made-up runs."""

from typing import Any

import pytest

from concbench.analysis.advice import LoadAdvice, Own, advice_of
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
    assert sentences(unsure)[0].endswith("at 2\N{NARROW NO-BREAK SPACE}000 tasks; unsure: asyncio.")
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


def test_who_may_keep_the_deadline_at_more_tasks_is_not_said_to_stop() -> None:
    advice = advised(
        service("uvloop", kept=1.0, cores=0.1, tasks=100),
        service("uvloop", kept=0.99, cores=0.5, tasks=500),
        service("asyncio", kept=0.99, cores=0.1, tasks=100),
        service("asyncio", kept=0.3, cores=0.9, tasks=500),
        service("trio", kept=1.0, cores=0.2, tasks=100),
    )
    assert growth_words(advice) == (
        "As tasks grow: uvloop keeps it up to 100, unsure at 500; asyncio unsure at 100;"
        " trio keeps it up to 100, not measured at 500."
    )


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
