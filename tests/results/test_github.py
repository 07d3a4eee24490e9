"""github-action-benchmark's data: entries, units, directions, ranges, and what is passed over."""

import json
import re
import timeit
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concbench.results.errors import ResultsError
from concbench.results.foreign import start_of
from concbench.results.github import Data, github_data, read_github, starts_as_github
from concbench.results.github_history import history_of_github
from concbench.results.github_units import EITHER_SIDE, FROM_TO, spread_of, tool_unit

HERE = Path("data.js")


def bench(name: Any = "fib", value: Any = 2.0, unit: str = "ns/iter", **more: Any) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, **more}


def entry(day: int, *benches: dict[str, Any], tool: str = "cargo", **commit: Any) -> dict[str, Any]:
    told = {"id": f"{day:040x}", "message": "m", "timestamp": f"2026-01-{day:02}T12:00:00+02:00", **commit}
    return {
        "commit": told,
        "date": 1_767_000_000_000 + day * 86_400_000,
        "tool": tool,
        "benches": list(benches),
    }


def of(**suites: list[Any]) -> dict[str, Any]:
    return {"lastUpdate": 1, "repoUrl": "https://example.org", "entries": suites}


def script(tmp_path: Path, content: Any, before: str = "window.BENCHMARK_DATA = ", after: str = "") -> Path:
    path = tmp_path / "data.js"
    path.write_text(before + (content if isinstance(content, str) else json.dumps(content, indent=2)) + after)
    return path


def told(*benches: dict[str, Any], tool: str = "cargo") -> Data:
    return github_data(of(Suite=[entry(1, *benches, tool=tool)]), HERE)


def test_every_entry_of_every_suite_is_read_in_order(tmp_path: Path) -> None:
    content = of(One=[entry(2, bench()), entry(1, bench("a"), bench("b"))], Two=[entry(3, bench())])
    data = read_github(script(tmp_path, content))
    assert [(one.suite, int(one.commit, 16), len(one.benches)) for one in data.entries] == [
        ("One", 2, 1), ("One", 1, 2), ("Two", 3, 1),
    ]  # fmt: skip
    assert data.entries[1].date == datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert data.passed == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("window.BENCHMARK_DATA = ", ";\n"),
        ("\ufeffwindow.BENCHMARK_DATA=", ""),
        ("\nBENCHMARK_DATA  =\n", "\n"),
    ],
)
def test_what_stands_behind_the_assignment_is_read_as_json(tmp_path: Path, before: str, after: str) -> None:
    path = script(tmp_path, of(S=[entry(1, bench())]), before, after)
    assert starts_as_github(start_of(path))
    assert len(read_github(path).entries) == 1


@pytest.mark.parametrize(
    "content",
    [
        "{entries: {}}",
        "JSON.parse('{}')",
        '{"entries": {}}; alert(1)',
        '{"entries": {},}',
        "(() => {})()",
        "",
    ],
)
def test_what_is_no_json_behind_it_is_refused_and_not_run(tmp_path: Path, content: str) -> None:
    with pytest.raises(ResultsError, match="not JSON"):
        read_github(script(tmp_path, content))


def test_another_script_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match=r"no `window\.BENCHMARK_DATA =` at its start"):
        read_github(script(tmp_path, {}, before="var x = "))


@pytest.mark.parametrize(
    ("unit", "ours", "factor", "rate"),
    [
        ("ns/iter", "s", 1e-9, False),
        ("ns/op", "s", 1e-9, False),
        ("us", "s", 1e-6, False),
        ("µs", "s", 1e-6, False),
        ("msec", "s", 1e-3, False),
        ("sec", "s", 1.0, False),
        ("s/task", "s/task", 1.0, False),
        ("ns/op\t  16 B/op\t 1 allocs/op", "s", 1e-9, False),
        ("MiB", "B", 2.0**20, False),
        ("B/op", "B", 1.0, False),
        ("bytes", "B", 1.0, False),
        ("iter/sec", "iter/sec", 1.0, True),
        ("ops/ms", "ops/ms", 1.0, True),
        ("MB/s", "MB/s", 1.0, True),
        ("allocs/op", "allocs/op", 1.0, False),
        ("%", "%", 1.0, False),
        ("", "", 1.0, False),
    ],
)
def test_units_of_all_tools_are_ours_where_they_are_times_and_bytes(
    unit: str, ours: str, factor: float, rate: bool
) -> None:
    amount = tool_unit(unit)
    assert (amount.unit, amount.factor, amount.is_rate) == (ours, factor, rate)


@pytest.mark.parametrize(
    ("told", "spread"),
    [
        ("± 7,527", 7527.0),
        ("+/- 12", 12.0),
        ("±1.5%", 3.0),
        ("+-1.5%", 3.0),
        ("stddev: 0.25", 0.25),
        ("1e-3", 1e-3),
        ("1 to 4, all values", 1.5),
        ("184.1 to 188.2, 95 % interval", pytest.approx(2.05)),
        ("none", None),
        (None, None),
        (3, None),
        ("± 1e400", None),
        ("1,234.5 to 2,234.5, all values", 500.0),
        ("± " + "0" * 97 + "7", 7.0),
        ("± " + "0" * 98 + "7", None),
    ],
)
def test_a_range_is_how_far_a_figure_spreads_to_either_side(told: Any, spread: float | None) -> None:
    # None: there is no spread, or it is of more than 100 characters, or beyond what was measured
    assert spread_of(told, 200.0, 1.0) == spread


@pytest.mark.timing
@pytest.mark.parametrize("pattern", [EITHER_SIDE, FROM_TO])
def test_a_long_range_takes_no_longer_than_its_length(pattern: re.Pattern[str]) -> None:
    def seconds(digits: int) -> float:
        told = "1" * digits + "x"
        return min(timeit.repeat(lambda: pattern.fullmatch(told), number=1, repeat=3))

    assert seconds(64_000) < 60 * seconds(4_000)  # 16 times; where digits are given back, 256 times


@pytest.mark.parametrize(
    ("tool", "unit", "better"),
    [
        ("pytest", "iter/sec", "more"),
        ("benchmarkjs", "ops/sec", "more"),
        ("customBiggerIsBetter", "points", "more"),
        ("customSmallerIsBetter", "ops/sec", "less"),
        ("cargo", "ns/iter", "less"),
        ("jmh", "ops/s", "more"),
        ("jmh", "us/op", "less"),
        ("a tool of tomorrow", "MB/s", "more"),
        ("a tool of tomorrow", "things", "less"),
    ],
)
def test_the_tool_says_whether_more_is_better_and_else_the_unit(tool: str, unit: str, better: str) -> None:
    assert told(bench(unit=unit), tool=tool).entries[0].benches[0].better == better


@pytest.mark.parametrize(
    ("damaged", "place"),
    [
        (bench(value=None), "benches[1].value is None"),
        (bench(value="12"), ".value is '12'"),
        (bench(value=1e300), ".value is 1e+300, and nothing measured is so large"),
        (bench(name=3), ".name is 3"),
        (bench(value=1e-300), "which nobody can have measured"),
        ({}, "benches[1].name is None"),
    ],
)
def test_a_figure_that_is_none_is_passed_over_and_told(damaged: dict[str, Any], place: str) -> None:
    data = told(bench(), damaged)
    assert len(data.entries[0].benches) == 1
    (note,) = data.passed
    assert place in note


def test_an_entry_that_is_none_is_passed_over_and_told() -> None:
    good, bad = entry(1, bench()), entry(2, bench())
    del bad["commit"]["id"]
    data = github_data(of(S=[good, bad, {"tool": "x"}], T="nothing"), HERE)  # type: ignore[arg-type]
    assert len(data.entries) == 1
    assert [note.partition(" ")[0] for note in data.passed] == [
        "entries['S'][1].commit.id", "entries['S'][2].commit", "entries['T']",
    ]  # fmt: skip


def test_a_commit_s_id_is_one_line_that_can_be_printed() -> None:
    data = github_data(of(S=[entry(1, bench(), id="a\x1b[2J\nb\u202e\ud800")]), HERE)
    assert data.entries[0].commit == "a\N{REPLACEMENT CHARACTER}[2J b" + 2 * "\N{REPLACEMENT CHARACTER}"


def test_where_nothing_can_be_read_it_is_refused() -> None:
    with pytest.raises(ResultsError, match="nothing in it can be read: entries"):
        github_data(of(S=[{}]), HERE)


@pytest.mark.parametrize("timestamp", [None, "yesterday", "0001-01-01T00:00:00+23:59"])
def test_a_commit_without_a_date_has_that_of_its_entry(timestamp: Any) -> None:
    (one,) = github_data(of(S=[entry(1, bench(), timestamp=timestamp)]), HERE).entries
    assert one.date == one.measured


def test_a_history_has_a_point_for_each_commit_and_of_several_entries_the_median() -> None:
    runs = [entry(2, bench(value=3.0)), entry(1, bench(value=1.0)), entry(2, bench(value=5.0))]
    (series,) = history_of_github(github_data(of(S=runs), HERE)).series
    assert (series.kind, series.unit, series.better) == ("time", "seconds", "less")
    assert [point.value for point in series.points] == pytest.approx([1e-9, 4e-9])
    assert {point.env for point in series.points} == {"S"}


def test_a_benchmark_whose_unit_changed_is_two_series() -> None:
    runs = [entry(1, bench(unit="ms")), entry(2, bench(unit="us")), entry(3, bench(unit="ops/s"))]
    found = history_of_github(github_data(of(S=runs), HERE)).series
    assert [(one.unit, one.better, len(one.points)) for one in found] == [
        ("seconds", "less", 2), ("ops/s", "more", 1),
    ]  # fmt: skip


def test_different_benchmarks_of_one_name_and_unit_in_an_entry_are_numbered_in_their_order() -> None:
    both = [bench("a", 1.0), bench("a", 1000.0, unit="us"), bench("a", 7.0, unit="B"), bench("b")]
    found = history_of_github(github_data(of(S=[entry(1, *both), entry(2, *both)]), HERE)).series
    assert {(one.benchmark, one.unit): [point.value for point in one.points] for one in found} == {
        ("a", "seconds"): pytest.approx([1e-9, 1e-9]),
        ("a (2)", "seconds"): pytest.approx([1e-3, 1e-3]),
        ("a", "bytes"): [7.0, 7.0],
        ("b", "seconds"): pytest.approx([2e-9, 2e-9]),
    }


def test_a_number_is_never_a_name_that_another_benchmark_has() -> None:
    data = told(*map(bench, ["a", "a", "a (2)", "a", "<f at 0x7f3c01>", "<f at 0x7f3c02>"]))
    assert [one.name for one in data.entries[0].benches] == [
        "a", "a (3)", "a (2)", "a (4)", "<f at 0x…>", "<f at 0x…> (2)",
    ]  # fmt: skip


def test_a_figure_that_is_passed_over_keeps_its_number() -> None:
    data = told(bench("a", None), bench("a"))
    assert [one.name for one in data.entries[0].benches] == ["a (2)"]


junk = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=3) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "timestamp", "name", "value", "unit", "range", "benches", "commit", "date", "tool"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(junk, junk, junk)
def test_whatever_stands_in_it_is_read_or_refused(suite: Any, run: Any, one: Any) -> None:
    content = of(A=suite, B=[run, entry(1, bench(), one if isinstance(one, dict) else {})])
    refusal = None
    try:
        history_of_github(github_data(content, HERE))
    except ResultsError as error:
        refusal = str(error)
    assert refusal is None or refusal.startswith("data.js: ")
