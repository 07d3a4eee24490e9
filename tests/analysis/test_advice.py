"""LoadAdvice: who keeps a deadline, who does so cheapest, and where each stops, on made-up runs."""

from dataclasses import replace
from typing import Any

import pytest

from concbench.analysis.advice import LoadAdvice, Own, advice_of
from concbench.analysis.served import SERVICE
from concbench.models import index
from concbench.report.terminal.advice import (
    exactly,
    growth_words,
    kept_words,
    load_words,
    missing_words,
    own_words,
    percent,
    sentences,
    tasks_words,
    time_words,
)
from concbench.results.errors import RunFileError
from concbench.results.header import HeaderWorkload
from concbench.results.measured import measured_of
from tests.report.made_up import Cell, always, run_of

ROUNDS = 1000


def service(
    contender: str,
    *,
    kept: float,
    cores: float,
    tasks: int = 2000,
    steps: int = 1200,
    compute: float = 0.0002,
    share: float = 0.99,
    behind: float = 0.0,
    **more: Any,
) -> Cell:
    """Return a cell of the workload: what share of rounds was in time in every process, at how many cores."""
    params = (
        ("rate", 10.0), ("wait", 0.03), ("steps", steps), ("compute", compute), ("deadline", 0.1),
        ("share", share), ("window", 0.97),
    )  # fmt: skip

    def told(generation: int) -> dict[str, Any]:
        drift = 1 + 0.01 * (generation % 3)
        said = {"latency_p99_ns": 40_000_000 + generation, "kept": kept, "cores": cores * drift}
        return said | {"behind": behind}

    usual = {"counts": {"round": ROUNDS}} | more
    return Cell(
        contender=contender, cost=always(1000.0), workload="service", tasks=tasks, rounds=1, more=params,
        told=told, **usual,
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
        "Cheapest that keeps the deadline at 2\N{NARROW NO-BREAK SPACE}000 tasks: uvloop (0.10 cores in use;"
        " asyncio × 2.00 [2.00–2.00])."
    )
    ratio = advice.dearer(advice.at(2000)[1])
    assert not isinstance(ratio, str)
    assert ratio.middle == pytest.approx(2)


@pytest.mark.parametrize(
    ("cores", "generations", "words"),
    [
        (0.1, 7, "× 1.00 [1.00–1.00], not surely more"),
        (0.1, 3, "seldom to compare"),
        (0.0, 7, "too close to"),
    ],
)
def test_whose_cpu_is_not_told_from_the_cheapest_is_said_with_the_reason(
    cores: float, generations: int, words: str
) -> None:
    both = (service(one, kept=1.0, cores=cores, generations=generations) for one in ("uvloop", "asyncio"))
    assert words in sentences(advised(*both))[0]


def test_whoever_falls_behind_surely_keeps_no_deadline_although_its_rounds_were_in_time() -> None:
    advice = advised(
        service("asyncio", kept=1.0, cores=1.0, behind=0.4), service("trio", kept=1.0, cores=1.5)
    )
    assert [one.keeps(0.99) for one in advice.at(2000)] == ["yes", "unsure"]
    assert advice.cheapest is not None
    assert advice.cheapest.contender == "trio"
    assert sentences(advice)[1] == (
        "More came in than was done by asyncio at 2\N{NARROW NO-BREAK SPACE}000 tasks: rounds were done later"
        " and later, and would be later still if they came in for longer."
    )
    (slow,) = advised(service("asyncio", kept=0.2, cores=1.0, behind=0.4)).candidates
    assert slow.keeps(0.99) == "no"


def test_where_rounds_are_too_few_to_show_what_is_wanted_it_is_said() -> None:
    few = advised(service("asyncio", kept=1.0, cores=0.2, counts={"round": 20}))
    assert sentences(few)[:2] == [
        "None surely keeps the deadline at 2\N{NARROW NO-BREAK SPACE}000 tasks; unsure: asyncio.",
        "All rounds of asyncio were in time; 140 are too few to show 99 %.",
    ]
    every = advised(service("asyncio", kept=1.0, cores=0.2, share=1.0))
    assert sentences(every)[1] == "All rounds of asyncio were in time; no number of them shows 100 %."
    lone = advised(service("asyncio", kept=1.0, cores=0.2, generations=1))
    assert sentences(lone)[1] == "One process of asyncio was measured, which tells nothing of others."


def test_where_nothing_was_measured_nobody_is_said_to_fail() -> None:
    failed = {"outcome": "crashed", "reason": "it fell over"}
    assert sentences(advised(service("asyncio", kept=1.0, cores=0.2, outcome=failed)))[0] == (
        "Nothing was measured at 2\N{NARROW NO-BREAK SPACE}000 tasks."
    )


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
    failed = {"outcome": "exhausted", "reason": "out of threads"}
    advice = advised(
        service("uvloop", kept=1.0, cores=0.1, tasks=100),
        service("uvloop", kept=0.99, cores=0.5, tasks=500),
        service("threads", kept=1.0, cores=0.1, tasks=100),
        service("threads", kept=1.0, cores=0.1, tasks=500, outcome=failed),
        service("trio", kept=0.99, cores=0.1, tasks=100),
        service("trio", kept=0.99, cores=0.1, tasks=500),
        service("gevent", kept=0.99, cores=0.1, tasks=100),
        service("gevent", kept=1.0, cores=0.1, tasks=500),
    )
    assert growth_words(advice) == (
        "As tasks grow: uvloop keeps it up to 100, unsure at 500; threads keeps it up to 100, not measured at"
        " 500; trio unsure at 100; gevent keeps it at 500, unsure at 100."
    )
    assert missing_words(advice).startswith("Not measured: threads (at 500 tasks exhausted: out of threads);")


def test_what_is_the_model_s_own_is_told_of_rounds_that_compute_nothing() -> None:
    advice = advised(
        service("uvloop", kept=1.0, cores=0.1),
        service("uvloop", kept=1.0, cores=0.01, steps=0),
        service("trio", kept=1.0, cores=0.1),
        service("trio", kept=1.0, cores=0.04, steps=0),
    )
    assert [one.contender for one in advice.own] == ["uvloop", "trio"]
    assert advice.own[0].seconds == pytest.approx(0.0101 / ROUNDS)
    told = list(own_words(advice))
    assert told[0] == (
        "Of what a round alone takes, the model's own is 0.033 % of the time and 4.8 % of the CPU"
        " (uvloop, 10.1 µs) to 0.13 % of the time and 16.8 % of the CPU (trio, 40.4 µs); the rest is your"
        " waiting and computing."
    )
    assert told[1] == (
        "The model decides 0.13 % of the time at most, though 16.8 % of the CPU: choose by that, or by other"
        " reasons."
    )
    assert list(own_words(advised(service("uvloop", kept=1.0, cores=0.1)))) == []


def test_a_load_that_computes_nothing_is_its_own_measure_and_who_polls_has_none() -> None:
    advice = advised(
        service("uvloop", kept=1.0, cores=0.01, steps=0, compute=0.0),
        service("polling", kept=1.0, cores=1.0, steps=0, compute=0.0),
    )
    assert [one.contender for one in advice.own] == ["uvloop"]
    assert next(own_words(advice)) == (
        "Of what a round alone takes, the model's own is 0.034 % of the time and 100 % of the CPU"
        " (uvloop, 10.1 µs); the rest is your waiting and computing."
    )


def test_nobody_is_sent_away_where_not_all_keep_the_deadline() -> None:
    advice = advised(service("uvloop", kept=1.0, cores=0.1), service("trio", kept=0.5, cores=0.9))
    little = LoadAdvice(advice.load, advice.tasks, advice.candidates, own=(Own("uvloop", 1e-6),))
    assert list(own_words(little))[1].startswith("Yet not all keep the deadline")
    alike = LoadAdvice(advice.load, advice.tasks, advice.candidates[:1], own=(Own("uvloop", 1e-6),))
    assert list(own_words(alike))[1].endswith("of the CPU: choose by other reasons.")


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
    others = len(index.names()) - 2
    assert told.startswith(
        f"Not measured: trio (unavailable: no such package); {others} other models (not asked for: -m);"
    )
    few = replace(advice, unasked=("polling", "generator"))
    assert "; polling, generator (not asked for: -m); sockets" in missing_words(few)


def test_a_load_is_told_as_it_was_asked_for() -> None:
    assert load_words(advised(service("asyncio", kept=1.0, cores=0.2))) == (
        "2\N{NARROW NO-BREAK SPACE}000 tasks, each 10 rounds a minute: wait 30 ms, compute 200 µs."
        " 99 % of rounds must be done within 100 ms."
    )
    assert time_words(1.5) == "1.5 s"
    assert exactly(0.12345) == "123.45 ms"
    assert tasks_words([1]) == "1 task"
    assert tasks_words([1, 20, 300]) == "1, 20 or 300 tasks"


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (1.0, "100"),
        (0.0, "0"),
        (0.5, "50.0"),
        (0.9912, "99.12"),
        (0.99953, "99.953"),
        (1 - 2e-7, "99.999980"),
        (3e-6, "0.00030"),
    ],
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
