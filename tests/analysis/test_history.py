"""The history on the page: which traces there are, which of them step, and what is said of it."""

import io
import math
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from concbench.analysis.findings import history_findings
from concbench.analysis.history import Change, HistorySeries, fewest, shared_place, traces_of
from concbench.metrics import Kind
from concbench.report.blocks import Block, LinkLine, Picture, Table, Told, Words
from concbench.report.charts.history import history_chart
from concbench.report.sections.history import PROMISE, history_sections
from concbench.report.terminal.history import print_history
from concbench.report.terminal.history_words import change_words, direction_words, interval_words
from concbench.results.histories import BenchmarkSeries, Commit, History, HistoryPoint
from tests.report.histories import commits, figures, history_of, series, stepped, suite
from tests.report.pages import words_in


def only(history: History) -> HistorySeries:
    (trace,) = traces_of(history)
    return trace


def blocks(traces: tuple[HistorySeries, ...]) -> list[Block]:
    return [block for part in history_sections(traces) for block in part.blocks]


def table(traces: tuple[HistorySeries, ...], name: str) -> Table:
    return next(block for block in blocks(traces) if isinstance(block, Table) and block.name == name)


def told(traces: tuple[HistorySeries, ...]) -> list[tuple[str, list[tuple[str, list[tuple[str, str]]]]]]:
    """What is said of each commit: its heading, and for each benchmark who changed and how."""
    return [
        (one.heading, [(name, [(said.who, said.how) for said in every]) for name, every in one.lines])
        for one in blocks(traces)
        if isinstance(one, Told)
    ]


def words(traces: tuple[HistorySeries, ...]) -> str:
    return " ".join(block.text for block in blocks(traces) if isinstance(block, Words))


def test_only_what_became_slower_has_a_step_and_at_its_commit() -> None:
    traces = traces_of(suite(at=18, ratio=1.5))
    stepping = [trace for trace in traces if trace.changes]
    assert {(trace.workload, trace.model) for trace in stepping} == {("spawn", "asyncio")}
    for trace in stepping:
        (change,) = trace.changes
        assert change.first <= 18 <= change.last
        assert change.low <= 1.5 <= change.high
        assert change.kind == "ratio"
        assert change.level == pytest.approx(1.5 * trace.start, rel=0.1)


def test_a_model_is_told_from_those_of_the_runs_on_the_page_and_else_from_those_beside_it() -> None:
    one = history_of(series(figures(1, 12), model="asyncio"), series(figures(2, 12), model="uvloop"))
    own = history_of(series(figures(1, 12), model="mine"), series(figures(2, 12), model="yours"))
    for history, beside in ((one, "threads"), (own, "hers")):
        mine, yours = (trace.place for trace in traces_of(history))
        assert (mine.family, mine.member) != (yours.family, yours.member)
        assert mine.family == yours.family
        members = {trace.place.member for trace in traces_of(history, [beside])}
        assert len(members) == 2


def test_times_are_told_in_nanoseconds() -> None:
    assert only(history_of(series(figures(1, 12)))).values[0] == pytest.approx(1000, rel=0.5)


def test_signed_figures_and_exponents_are_compared_by_their_differences() -> None:
    late = stepped(1, 30, 15, 3.0) - 1e-6
    (change,) = only(history_of(series(late))).changes
    assert change.kind == "difference"
    assert change.low <= 2000 <= change.high
    exponent = only(history_of(series(stepped(1, 30, 15, 2.0) * 1e6, unit="exponent")))
    assert [one.kind for one in exponent.changes] == ["difference"]
    assert exponent.unit == "exponent"


def test_a_step_of_what_never_varies_has_an_interval() -> None:
    traces = traces_of(history_of(series(np.where(np.arange(30) < 15, 2000.0, 3000.0), unit="bytes")))
    assert traces[0].changes[0].ends == pytest.approx((1.5, 1.5))
    assert table(traces, "steps").rows[0].fields[5].lines == ("1.50–1.50",)


def test_a_difference_of_zero_or_more_has_an_interval() -> None:
    values = np.where(np.arange(30) < 15, 0.0, np.where(np.arange(30) % 3, 4096.0, 0.0))
    change = Change(at=15, first=14, last=16, kind="difference", low=0.0, middle=4096.0, high=4096.0,
                    level=4096.0, p_value=1e-4)  # fmt: skip
    (trace,) = traces_of(history_of(series(values, unit="bytes")))
    rows = table((replace(trace, changes=(change,)),), "steps").rows
    assert rows[0].fields[5].lines == ("0.00–4.00",)


@pytest.mark.parametrize("kind", ["ratio", "difference"])
def test_the_end_of_an_interval_that_is_open_is_none(kind: Kind) -> None:
    low, high = (0.0, math.inf) if kind == "ratio" else (-math.inf, math.inf)
    open_ = Change(at=15, first=14, last=16, kind=kind, low=low, middle=2.0, high=high, level=2.0,
                   p_value=1e-4)  # fmt: skip
    assert open_.ends == (None, None)
    (trace,) = traces_of(history_of(series(figures(1, 30))))
    opened = (replace(trace, changes=(open_,)),)
    assert table(opened, "steps").rows[0].fields[5].lines == ("open: too few or too noisy",)
    (step,) = history_findings(opened)[0]["steps"]
    assert (step["low"], step["high"]) == (None, None)


def measured_in_bursts(kept: str) -> BenchmarkSeries:
    """A series of medians of two processes of five, each at one of two speeds, with what else was kept."""
    rng = np.random.default_rng(1)
    slow = np.where(rng.random((30, 2, 1)) < 0.4, 1.7, 1.0)
    samples = 1e-6 * (slow * np.exp(0.02 * rng.standard_normal((30, 2, 5)))).reshape(30, -1)
    bare = series(np.median(samples, axis=1))
    points = [
        replace(
            point,
            samples=tuple(mine) if kept == "samples" else None,
            quartiles=tuple(np.quantile(mine, [0.25, 0.75])) if kept == "quartiles" else None,
        )
        for point, mine in zip(bare.points, samples, strict=True)
    ]
    return replace(bare, points=tuple(points))


@pytest.mark.parametrize("kept", ["samples", "quartiles"])
def test_a_figure_is_that_of_the_fast_machine_where_enough_was_kept(kept: str) -> None:
    told = np.array(only(history_of(measured_in_bursts(kept))).values)
    medians = np.array(only(history_of(measured_in_bursts("nothing"))).values)
    halfway = (medians > 1200) & (medians < 1500)
    assert np.count_nonzero(halfway) >= 5
    assert told[halfway] == pytest.approx(1000, rel=0.1)


def test_samples_count_only_where_every_commit_has_some() -> None:
    kept = measured_in_bursts("samples")
    holed = replace(kept, points=(replace(kept.points[0], samples=None), *kept.points[1:]))
    assert only(history_of(holed)).values == only(history_of(measured_in_bursts("nothing"))).values


def test_points_of_another_version_of_the_benchmark_are_of_other_work() -> None:
    changed = history_of(series(stepped(3, 30, 14, 5.0), old=14))
    trace = only(changed)
    assert len(trace.commits) == 16
    assert trace.changes == ()


def test_where_nothing_is_of_today_s_version_the_last_one_that_was_measured_counts() -> None:
    here, there = series(figures(1, 30), machine="a"), series(figures(2, 20), old=20, machine="b")
    both = replace(here, points=(*here.points, *there.points))
    traces = {trace.machine: trace for trace in traces_of(history_of(both))}
    assert {machine: len(trace.values) for machine, trace in traces.items()} == {"a": 30, "b": 20}


def test_two_steps_near_each_other_are_two() -> None:
    found = 0
    for seed in range(20):
        values = stepped(seed, 40, 13, 1.3) * np.where(np.arange(40) >= 17, 1.3, 1.0)
        changes = only(history_of(series(values))).changes
        found += [change.at for change in changes] == [13, 17]
    assert found >= 13


def test_machines_and_environments_have_traces_of_their_own() -> None:
    there = history_of(
        series(figures(1, 12), machine="a"), series(figures(2, 12), env="virtualenv-py3.13", machine="b")
    )
    assert [(trace.machine, trace.env) for trace in traces_of(there)] == [
        ("a", "virtualenv-py3.12"),
        ("b", "virtualenv-py3.13"),
    ]


def test_too_few_commits_determine_nothing_and_say_how_many_are_needed() -> None:
    values = stepped(1, fewest() - 1, 4, 100.0)
    trace = only(history_of(series(values)))
    assert trace.changes == ()
    assert (
        trace.reason == f"{fewest() - 1} commits are too few to tell a step from noise: {fewest()} are needed"
    )
    assert f"needs {fewest()} commits" in words((trace,))
    assert only(history_of(series(values[:1]))).reason == (
        f"one commit is too few to tell a step from noise: {fewest()} are needed"
    )


@pytest.mark.parametrize("among", [5, 100, 231])
def test_one_trace_among_many_may_have_a_step_of_its_own(among: int) -> None:
    quiet = (series(figures(seed, 30), model=f"m{seed}") for seed in range(1, among))
    traces = traces_of(history_of(series(stepped(1000, 30, 15, 3.0), model="m0"), *quiet))
    found = {trace.model: trace.changes for trace in traces if trace.changes}
    assert len(found["m0"]) == 1
    assert found["m0"][0].at == 15
    assert len(found) <= 2


def test_where_one_trace_alone_is_too_short_among_so_many_that_is_said() -> None:
    traces = traces_of(history_of(*(series(figures(seed, fewest()), model=f"m{seed}") for seed in range(22))))
    needed = fewest(22)
    assert needed > fewest()
    assert f"in one of so many traces alone needs {needed} commits, which 22 do not have" in words(traces)
    assert "needs" not in words(traces[:1])


def test_the_fewest_commits_do_tell_the_clearest_step() -> None:
    values = np.where(np.arange(fewest()) >= fewest() // 2, 2e-6, 1e-6) * (1 + 1e-3 * np.arange(fewest()))
    assert len(only(history_of(series(values))).changes) == 1


def test_many_quiet_traces_have_hardly_any_step() -> None:
    quiet = history_of(*(series(figures(seed, 20), model=f"m{seed}") for seed in range(100)))
    assert sum(bool(trace.changes) for trace in traces_of(quiet)) <= 1


def test_a_step_in_nearly_everything_is_told_as_a_sign_of_the_machine() -> None:
    moved = history_of(*(series(stepped(seed, 30, 15, 1.7), model=f"m{seed}") for seed in range(8)))
    traces = traces_of(moved)
    shared = shared_place(traces)
    assert shared is not None
    assert (shared.may, shared.told) == (8, 8)
    assert "8 of 8 traces may have stepped at" in words(traces)
    assert shared_place(traces_of(suite())) is None
    assert "look at the machine" not in words(traces_of(suite()))


def test_two_events_are_not_merged_into_a_third_place_between_them() -> None:
    early = [series(stepped(seed, 40, 18, 1.7), model=f"a{seed}") for seed in range(8)]
    late = [series(stepped(seed, 40, 22, 1.7), model=f"b{seed}") for seed in range(8, 15)]
    shared = shared_place(traces_of(history_of(*early, *late)))
    assert shared is not None
    assert shared.commit in (commits(40)[18], commits(40)[22])
    assert shared.found >= 5


def test_figures_of_another_version_that_are_left_out_are_counted() -> None:
    traces = traces_of(history_of(series(figures(1, 30), old=14)))
    assert [trace.left_out for trace in traces] == [14]
    assert "14 figures of other versions of their benchmarks are left out" in words(traces)
    assert "left out" not in words(traces_of(history_of(series(figures(1, 30)))))


def test_the_table_of_steps_names_the_commits_that_enclose_each() -> None:
    traces = traces_of(suite(at=18))
    rows = table(traces, "steps").rows
    assert len(rows) == 2
    change = next(trace for trace in traces if trace.changes).changes[0]
    known = commits(30)
    assert " ".join(rows[0].fields[3].lines).replace("\N{NO-BREAK SPACE}", " ") == (
        f"after {known[change.first - 1].hash[:8]} up to {known[change.last].hash[:8]}"
    )
    assert rows[0].workload == "spawn"
    assert rows[0].models == ("asyncio",)


def test_a_page_without_steps_has_no_table_of_them_and_says_so() -> None:
    quiet = traces_of(history_of(series(figures(1, fewest()))))
    assert words(quiet) == f"Nothing changed: none of 1 trace over {fewest()} commits has a step."
    assert [block.name for block in blocks(quiet) if isinstance(block, Table)] == ["traces"]


def test_what_changed_is_said_first_commit_by_commit() -> None:
    traces = traces_of(suite(at=18))
    first = history_sections(traces)[0]
    (at,) = {trace.commits[change.at] for trace in traces for change in trace.changes}
    when = f"{at.hash[:8]} ({at.date:%Y-%m-%d})"
    assert first.blocks[0] == Words(
        f"2 of 6 traces over 30 commits changed, the last time at {when}.", "lead"
    )
    assert first.line == ""
    assert all(part.line for part in history_sections(traces)[1:])
    ((heading, lines),) = told(traces)
    assert heading == f"{at.hash[:8]}, {at.date:%Y-%m-%d}"
    assert [name for name, _said in lines] == [trace.name for trace in traces if trace.changes]
    for _name, ((who, how),) in lines:
        assert who == "asyncio"
        assert re.fullmatch(r"slower, ×1\.\d+ \[1\.\d+–1\.\d+\], after \w{8}, up to \w{8}", how)
    assert PROMISE in words(traces)
    assert PROMISE not in words(traces_of(suite(ratio=1.0)))


@pytest.mark.nightly
def test_the_latest_change_comes_first_and_of_very_many_the_rest_is_linked_to() -> None:
    many = [stepped(seed, 40, 12 + 7 * (seed % 3), 2.0) for seed in range(40)]
    traces = traces_of(history_of(*(series(values, tasks=n) for n, values in enumerate(many))))
    dates = [heading.partition(", ")[2] for heading, _lines in told(traces)]
    assert dates == sorted(dates, reverse=True)
    shown = [len(lines) for _heading, lines in told(traces)]
    assert max(shown) <= 6
    assert sum(shown) <= 20
    (more,) = [one for one in blocks(traces) if isinstance(one, LinkLine)]
    assert more.words == f"{sum(len(trace.changes) for trace in traces) - sum(shown)} more changes:"
    assert more.links == (("every step change", "steps"),)


@pytest.mark.parametrize(
    ("unit", "better", "ratio", "word"),
    [
        ("seconds", "less", 1.5, "slower"),
        ("seconds", "less", 0.6, "faster"),
        ("bytes", "less", 1.5, "more"),
        ("bytes", "less", 0.6, "less"),
        ("ops", "less", 1.5, "worse"),
        ("ops", "more", 1.5, "better"),
        ("ops", "more", 0.6, "worse"),
    ],
)
def test_which_way_a_figure_went_is_said_in_words_that_fit_it(
    unit: str, better: Any, ratio: float, word: str
) -> None:
    (trace,) = traces_of(history_of(series(stepped(1, 40, 20, ratio), unit=unit)))
    trace = replace(trace, better=better)
    assert direction_words(trace.changes[0], trace) == word
    ((_heading, [(_name, [(who, _how)])]),) = told((trace,))
    assert who == word


def test_machines_are_named_where_there_are_several() -> None:
    two = [series(stepped(seed, 40, 20, 2.0), machine=name) for seed, name in enumerate(("box", "cup"))]
    ((_heading, [(_name, said)]),) = told(traces_of(history_of(*two)))
    assert [how.partition("; ")[2] for _who, how in said] == [
        "box, virtualenv-py3.12",
        "cup, virtualenv-py3.12",
    ]


def test_every_trace_has_a_row_and_every_benchmark_a_chart() -> None:
    traces = traces_of(suite(ratio=1.0))
    assert len(table(traces, "traces").rows) == len(traces)
    (picture,) = [block for block in blocks(traces) if isinstance(block, Picture)]
    assert len(picture.svgs) == 2  # the last load of either benchmark
    stepping = blocks(traces_of(suite()))
    (picture,) = [block for block in stepping if isinstance(block, Picture)]
    assert len(picture.svgs) == 3


def test_a_chart_stands_for_a_group_whose_first_trace_has_one_commit() -> None:
    traces = traces_of(history_of(series(figures(1, 1), model="a"), series(figures(2, 12), model="b")))
    assert [block for block in blocks(traces) if isinstance(block, Picture)]
    alone = traces_of(history_of(series(figures(1, 1), model="a")))
    assert not [block for block in blocks(alone) if isinstance(block, Picture)]


def test_signed_figures_are_marked_with_their_units() -> None:
    traces = traces_of(history_of(series(1e-3 * np.linspace(-0.3, 1.2, 12))))
    marks = words_in(history_chart(traces, "x"))
    assert "500 µs" in marks
    assert "500000" not in marks


def test_the_findings_are_plain_and_name_the_same_steps() -> None:
    traces = traces_of(suite())
    found = history_findings(traces)
    assert len(found) == len(traces)
    (step,) = found[0]["steps"]
    assert step["at"] == commits(30)[traces[0].changes[0].at].hash
    assert found[0]["params"] == {"tasks": 10}
    assert [one["steps"] for one in found[4:]] == [[], []]


def test_a_commit_without_a_figure_in_one_trace_leaves_the_others_alone() -> None:
    whole, holed = series(figures(1, 20), model="a"), series(figures(2, 20), model="b")
    holed = BenchmarkSeries(
        benchmark=holed.benchmark, params=holed.params, kind=holed.kind, unit=holed.unit,
        version=holed.version, points=holed.points[:7] + holed.points[9:],
    )  # fmt: skip
    first, second = traces_of(history_of(whole, holed))
    assert (len(first.commits), len(second.commits)) == (20, 18)
    assert blocks((first, second))


def test_commits_of_one_day_stand_apart() -> None:
    one = series(figures(1, 12))
    day = one.points[0].commit.date
    points = tuple(
        HistoryPoint(
            commit=Commit(point.commit.hash, day + timedelta(seconds=0)),
            machine=point.machine, env=point.env, python=point.python, value=point.value,
            samples=None, interval=None, version=point.version, measured=None,
        )
        for point in one.points
    )  # fmt: skip
    same = BenchmarkSeries(
        benchmark=one.benchmark, params=(), kind="time", unit="seconds", version="1.1", points=points
    )  # fmt: skip
    assert blocks(traces_of(history_of(same)))


@pytest.mark.parametrize("width", [40, 60, 80, 100, 140])
def test_in_a_terminal_of_any_width_the_change_and_its_interval_are_whole(width: int) -> None:
    traces = traces_of(suite(at=18, ratio=1.5))
    stream = io.StringIO()
    print_history(Console(file=stream, width=width), traces)
    printed = stream.getvalue()
    changes = [(change, trace) for trace in traces for change in trace.changes]
    assert changes
    for change, trace in changes:
        assert change_words(change, trace) in printed
        assert width < 60 or interval_words(change, trace) in printed


def test_commits_of_one_date_stand_on_the_chart_in_the_order_in_which_they_were_measured() -> None:
    day = commits(12)[0].date
    points = tuple(
        replace(point, commit=Commit(f"{0xFFF0000 - place:08x}", day, measured=point.commit.date))
        for place, point in enumerate(series(figures(1, 12)).points)
    )
    chart = history_chart(traces_of(history_of(replace(series(figures(1, 12)), points=points))), "x")
    first, last = points[0].commit.short, points[-1].commit.short
    assert chart.index(first) < chart.index(last)
