"""Tables: what stands in them, in which unit, and that they fit their console."""

import io
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from concbench.analysis.summary import Estimate, summarise, summary_as_plain
from concbench.analysis.units import TIME_UNITS
from concbench.analysis.wording import figure, outcome_words, reasons
from concbench.report.terminal.bare import plain
from concbench.report.terminal.tables import (
    against,
    print_tables,
)
from concbench.results.measured import measured_of
from concbench.results.queries import Outcome
from concbench.results.reader import Run
from concbench.stats.interval import Interval
from tests.report.made_up import Cell, always, busy, growing, run_of


def printed(run: Run, width: int, baseline: str | None = "asyncio") -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=width)
    print_tables(console, summarise(measured_of(run), baseline), {"spawn": "How to read spawn."}, baseline)
    return stream.getvalue()


def everything() -> Run:
    """Return a run with all that a table may have to show at once."""
    refused = {"outcome": "invalid", "reason": "overlap: at most 1 task was alive", "at": None}
    limit = {"outcome": "exhausted", "reason": "can't start new thread", "at": 21_987}
    long = "asyncio+uvloop:new_event_loop"
    sizes = (10, 1000)
    light, heavy = [275] * 7, [1437] * 7

    def timers(contender: str, **known: Any) -> Cell:
        return Cell(contender=contender, workload="timers", floor_ns=20_000_000, **known)

    return run_of(
        *(Cell(contender="asyncio", cost=growing(5000, 100), tasks=n, heavy=heavy) for n in sizes),
        *(Cell(contender="generator", cost=growing(500, 10), tasks=n, heavy=light) for n in sizes),
        Cell(contender=long, cost=growing(2500, 10), tasks=1000, heavy=heavy),
        Cell(contender="threads", cost=always(1), tasks=1000, outcome=limit),
        timers("asyncio", cost=growing(97_500, 10), late=274_000, heavy=heavy, tasks=1000),
        timers("yield-from", cost=growing(8860, 10), late=19_200, heavy=light, tasks=1000),
        timers("asyncio", cost=growing(97_500, 10), late=274_000, heavy=heavy),
        timers("generator", cost=growing(7860, 10), late=-19_200, heavy=light),
        timers("threads", cost=always(1), outcome=refused),
        Cell(contender="asyncio", workload="switch", cost=growing(1210, 1)),
        Cell(contender="threads", workload="switch", cost=lambda g, _: -9.0 if g < 3 else 9000.0),
    )


@pytest.mark.parametrize("width", [80, 100, 150, 200])
def test_every_line_fits_the_console(width: int) -> None:
    lines = printed(everything(), width).splitlines()
    assert max(len(line.rstrip()) for line in lines) <= width
    assert "…" not in "".join(lines)
    for name in ("asyncio", "generator", "yield-from", "threads"):
        assert any(name in line for line in lines)


def test_the_wide_table_has_medians_with_intervals_and_how_much_was_measured() -> None:
    text = printed(everything(), 150)
    for words in (
        "spawn  (delay 0.02)",
        "time / task",
        "CPU / task",
        "memory / task",
        "against asyncio",
        "5.30 [5.00–5.60] µs",
        "530 [500–560] ns",
        "1.40 KiB",
        "275 B",
        "×0.100 [",
        "21 in 7",
        "exhausted at 21987",
        "97.5 [97.5–97.6] µs",
        "-89.6 [",
        "1.21 [1.21–1.22] µs",
        "time / suspension",
        "not determined",
        "invalid",
    ):
        assert words in text, words


def test_where_there_is_room_memory_and_lateness_have_intervals_too() -> None:
    text = printed(everything(), 200)
    for words in ("1.40 [1.40–1.40] KiB", "275 [275–275] B", "274 [274–274] µs"):
        assert words in text, words


def test_names_from_a_file_are_neither_markup_nor_control_characters() -> None:
    name = "[bold]a[/x] :smile:\x1b[31m"
    run = run_of(Cell(contender="asyncio", cost=always(1000)), Cell(contender=name, cost=always(900)))
    text = printed(run, 200, baseline=name)
    assert "[bold]a[/x] :smile:\N{REPLACEMENT CHARACTER}[31m" in text
    assert "\x1b" not in text
    assert plain("plain").plain == "plain"


@pytest.mark.parametrize(("width", "given_up"), [(80, ()), (66, ("late p50",)), (60, ("late p50", "memory"))])
def test_where_names_would_be_folded_the_least_telling_columns_give_way(
    width: int, given_up: tuple[str, ...]
) -> None:
    about: dict[str, Any] = {"workload": "timers", "floor_ns": 20_000_000, "heavy": [1400] * 7}
    run = run_of(
        *(
            Cell(contender=name, cost=growing(cost, 10), late=274_000, tasks=tasks, **about)
            for name, cost in (("asyncio", 9000), ("yield-from", 5000))
            for tasks in (10, 1000)
        )
    )
    text = printed(run, width)
    columns = ("time", "CPU", "memory", "late p50", "late p99")
    heading = next(line for line in text.splitlines() if "model" in line)
    assert [one for one in columns if one in heading] == [one for one in columns if one not in given_up]
    assert text.count("yield-from") == 2
    told = ", ".join(("intervals", "sample counts", *given_up))
    assert f"(too narrow for {told}: widen the window, or pipe)" in " ".join(text.split())


def test_the_narrow_table_has_the_same_medians_without_intervals() -> None:
    text = printed(everything(), 80)
    for words in (
        "5.30 µs", "530 ns", "1.40 KiB", "275 B", "×0.100 *", "exhausted at 21987", "97.5 µs", "274 µs",
        "-19.2 µs", "-89.6 µs *", "1.21 µs", "vs asyncio", "not determined",
    ):  # fmt: skip
        assert words in text, words
    assert "[" not in text


def test_a_real_difference_has_a_star_and_others_have_none() -> None:
    run = run_of(
        Cell(contender="asyncio", cost=always(1000)),
        Cell(contender="same", cost=always(1000)),
        Cell(contender="slow", cost=always(2000)),
    )
    rows = {line.split()[0]: line for line in printed(run, 150).splitlines() if line.strip()}
    assert "×2.00 [2.00–2.00] *" in rows["slow"]
    assert "×1.00 [1.00–1.00]" in rows["same"]
    assert "*" not in rows["same"]


def test_reasons_stand_below_the_table_once_each() -> None:
    text = printed(everything(), 150)
    assert text.count("threads: exhausted: can't start new thread") == 1
    assert "threads: invalid: overlap: at most 1 task was alive" in text
    assert "How to read spawn." in text


def test_contenders_with_the_same_reason_share_a_line() -> None:
    outcome = {"outcome": "unavailable", "reason": "not installed", "at": None}
    run = run_of(*(Cell(contender=name, cost=always(1), outcome=outcome) for name in ("trio", "curio")))
    assert reasons(summarise(measured_of(run))) == ["trio, curio: unavailable: not installed"]


def test_what_was_not_measured_says_why() -> None:
    run = run_of(Cell(contender="asyncio", cost=always(1)))
    empty = Run(path=run.path, header=run.header, records=(), torn=None)
    assert reasons(summarise(measured_of(empty))) == ["asyncio: not measured: no block of it was completed"]


def test_an_interval_is_in_the_unit_of_its_middle_and_negative_bounds_stand_apart() -> None:
    assert figure(Estimate(2170, Interval(900, 2170, 2310, 0.95, 6)), TIME_UNITS) == "2.17 [0.90–2.31] µs"
    assert figure(Estimate(2170, Interval(-900, 2170, 2310, 0.95, 6)), TIME_UNITS) == "2.17 [-0.90 – 2.31] µs"
    assert figure(Estimate(2170, None), TIME_UNITS) == "2.17 µs"
    assert figure(None, TIME_UNITS) == "–"
    assert against(None).plain == "–"


def test_an_outcome_in_a_few_words_says_at_how_many_tasks() -> None:
    (summary,) = summarise(measured_of(run_of(Cell(contender="a", cost=always(1)))))
    exhausted = replace(summary, outcome=Outcome(name="exhausted", reason="no more threads", at=21_987))
    assert outcome_words(exhausted) == "exhausted at 21987"
    assert outcome_words(replace(summary, outcome=Outcome(name="crashed"))) == "crashed"


def test_a_cell_whose_companion_was_the_bottleneck_says_client_bound() -> None:
    cells = [
        Cell(contender=name, cost=always(100.0), told=busy(share))
        for name, share in (("asyncio", 0.5), ("uvloop", 0.97))
    ]
    told = printed(run_of(*cells), 200)
    marked = [line.split()[0] for line in told.splitlines() if "client-bound" in line]
    assert marked == ["uvloop", "uvloop:"]
    assert "uvloop: client-bound: the companion took over 90 % of a core" in " ".join(told.split())
    plains = [summary_as_plain(one) for one in summarise(measured_of(run_of(*cells)), None)]
    assert [one["client_bound"] for one in plains] == [False, True]
