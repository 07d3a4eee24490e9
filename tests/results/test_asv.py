"""asv's history: commits by date, series by parameters, and what is no point at all.

``files/asv`` is what ``asv run --record-samples`` and, one commit later, ``asv run`` wrote.
"""

import errno
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from concbench.results.asv import read_asv
from concbench.results.errors import ResultsError
from concbench.results.histories import BenchmarkSeries, History

FOLDER = Path(__file__).parent / "files" / "asv"
OLD, NEW = "3461a28f175f9d45812c144bf333f9937201927a", "f878028182d82bb4ecdf8fe177914566e53a7fe1"
SLEEP, WALL = "other.time_sleep", "spawn.Time.time_wall_per_task"
Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the results, to be damaged."""
    return Path(shutil.copytree(FOLDER, tmp_path / "results"))


def change(path: Path, how: Change) -> Path:
    """Change the JSON of a file in place, and return its path."""
    content = json.loads(path.read_text())
    how(content)
    path.write_text(json.dumps(content))
    return path


def old(folder: Path) -> Path:
    return folder / "laptop" / "3461a28f-virtualenv-py3.11.json"


def one(history: History, benchmark: str, **params: Any) -> BenchmarkSeries:
    (found,) = [
        series
        for series in history.series
        if series.benchmark == benchmark and params.items() <= dict(series.params).items()
    ]
    return found


def test_commits_stand_by_date_and_machines_by_name() -> None:
    history = read_asv(FOLDER)
    assert history.machines == ("laptop",)
    assert [commit.hash for commit in history.commits] == [OLD, NEW]
    assert [commit.date for commit in history.commits] == [
        datetime(2026, 11, day, 10, tzinfo=UTC) for day in (1, 2)
    ]


def test_a_series_has_a_point_for_each_commit_in_the_unit_of_the_benchmark() -> None:
    series = one(read_asv(FOLDER), "spawn.Time.time_wall_per_task", model="generator", tasks=10)
    assert (series.kind, series.unit, series.version) == ("time", "seconds", "2.1")
    assert series.params == (("model", "generator"), ("tasks", 10))
    first, last = series.points
    assert (first.commit.hash, first.machine, first.env, first.python) == (
        OLD, "laptop", "virtualenv-py3.11", "3.11",
    )  # fmt: skip
    assert first.samples == (0.001112109001041972, 0.0010987379992002388, 0.0030707979985891143)
    assert first.value == sorted(first.samples)[1]
    assert first.interval == (-0.003192, 0.0067131)
    assert first.quartiles is not None
    assert first.quartiles[0] <= first.value <= first.quartiles[1]
    assert first.measured == datetime(2026, 11, 25, 3, 1, 16, 251000, tzinfo=UTC)
    assert last.commit.hash == NEW
    assert last.samples is None


def test_points_of_an_older_version_are_kept_and_do_not_compare() -> None:
    series = one(read_asv(FOLDER), "spawn.Time.time_wall_per_task", model="generator", tasks=10)
    assert [(point.version, series.comparable(point)) for point in series.points] == [
        ("1.1", False),
        ("2.1", True),
    ]


def test_what_failed_or_is_not_applicable_is_no_point() -> None:
    history = read_asv(FOLDER)
    names = {(series.benchmark, dict(series.params).get("model")) for series in history.series}
    assert ("spawn.Memory.track_peak", "generator") in names
    assert ("spawn.Memory.track_peak", "asyncio") not in names  # NaN: not applicable
    failed = [series for series in history.series if ("tasks", 100) in series.params]
    assert {dict(series.params)["model"] for series in failed} == {"generator"}


def test_parameters_are_read_back_and_what_is_no_plain_value_stays_text() -> None:
    history = read_asv(FOLDER)
    sizes = [dict(series.params) for series in history.series if series.benchmark == "other.track_size"]
    assert sizes == [{"how": how, "path": path} for how in ("a,b", None) for path in ("(1, 2)", "it's")]


def test_a_benchmark_that_is_no_longer_declared_keeps_its_points(folder: Path) -> None:
    change(folder / "benchmarks.json", lambda content: content.pop("other.track_size"))
    series = [series for series in read_asv(folder).series if series.benchmark == "other.track_size"]
    assert {(one.kind, one.unit, one.version) for one in series} == {(None, None, None)}
    assert series[0].params == (("param1", "a,b"), ("param2", "(1, 2)"))
    assert all(one.comparable(point) for one in series for point in one.points)


def test_a_commit_s_hash_is_one_line_that_can_be_printed(folder: Path) -> None:
    change(old(folder), lambda content: content.__setitem__("commit_hash", "a\x01\nb"))
    assert "a\N{REPLACEMENT CHARACTER} b" in [commit.hash for commit in read_asv(folder).commits]


def test_without_a_declaration_at_all_points_are_read_likewise(folder: Path) -> None:
    (folder / "benchmarks.json").unlink()
    assert len(read_asv(folder).series) == len(read_asv(FOLDER).series)


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan"), None])
def test_a_value_that_is_no_finite_number_is_no_point(folder: Path, value: float | None) -> None:
    change(old(folder), lambda content: content["results"]["other.time_sleep"][0].__setitem__(0, value))
    assert len(one(read_asv(folder), "other.time_sleep").points) == 1


def test_an_interval_without_an_end_is_none(folder: Path) -> None:
    change(
        old(folder), lambda content: content["results"]["other.time_sleep"].__setitem__(5, [float("-inf")])
    )
    assert [point.interval is None for point in one(read_asv(folder), "other.time_sleep").points] == [
        True,
        False,
    ]


def row(name: str, place: int, value: Any) -> Change:
    return lambda content: content["results"][name].__setitem__(place, value)


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        (lambda content: content.pop("commit_hash"), "no result of asv: it has no commit_hash"),
        (lambda content: content.pop("env_name"), ".env_name is missing"),
        (lambda content: content.pop("result_columns"), ".result_columns is missing"),
        (lambda content: content.update(version=0), "asv's format 0, and this concbench reads 1 and 2"),
        (lambda content: content.update(version=3), "reads 1 and 2; upgrade"),
        (lambda content: content["params"].update(machine="server"), "was measured on 'server', and"),
        (lambda content: content.update(version="2"), "version is '2', not an integer"),
        (lambda content: content.update(date="yesterday"), ".date is 'yesterday', not a time in ms"),
        (lambda content: content.update(date=10**30), "not a time in ms since 1970"),
        (lambda content: content["params"].pop("machine"), ".params.machine is missing"),
        (lambda content: content["result_columns"].append("result"), "result_columns names a column twice"),
        (lambda content: content.update(result_columns=["params"]), "result_columns has no 'result'"),
        (lambda content: content.update(results=[1]), ".results is [1], not an object"),
        (row(SLEEP, 0, [0.1, 0.2]), f"results[{SLEEP!r}].result has 2 values, but its parameters make 1"),
        (row(WALL, 0, [0.1]), "has 1 values, but its parameters make 4"),
        (row(WALL, 11, [[0.1]]), ".samples has 1 values, but"),
        (row(SLEEP, 5, [0.1] * 9), ".stats_ci_99_a has 9 values"),
        (row(SLEEP, 0, ["fast"]), ".result[0] is 'fast', not a number or null"),
        (row(SLEEP, 0, [True]), ".result[0] is True, not a number or null"),
        (row(SLEEP, 0, [10**400]), "not a number"),
        (row(SLEEP, 11, [["fast"]]), ".samples[0][0] is 'fast', not a number"),
        (row(SLEEP, 1, [[1]]), ".params[0][0] is 1, not a string"),
        (row(SLEEP, 1, [["1"] * 1000] * 300), "but its parameters make 1000000000"),
        (row(SLEEP, 2, 7), ".version is 7, not a string or null"),
        (row(SLEEP, 3, -1), ".started_at is -1, not a time in ms since 1970 or null"),
        (lambda content: content["results"].update(x=[None] * 14), "has 14 columns, but there are 13"),
        (lambda content: content["results"].update(x="y"), "results['x'] is 'y', not a list"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_passed_over_and_named_with_the_reason(
    folder: Path, how: Change, reason: str
) -> None:
    path = change(old(folder), how)
    told: list[str] = []
    history = read_asv(folder, told.append)
    assert [commit.hash for commit in history.commits] == [NEW]
    assert history.machines == ("laptop",)
    (note,) = told
    assert note.startswith(f"passed over: {path}: ")
    assert reason.lstrip(".") in note


def test_where_no_file_can_be_read_all_are_named_in_the_refusal(folder: Path) -> None:
    machine = folder / "laptop"
    (machine / "notes.json").write_text('{"a": 1}')
    for path in machine.glob("*-*.json"):
        path.write_text("{")
    told: list[str] = []
    with pytest.raises(ResultsError) as error:
        read_asv(folder, told.append)
    assert str(error.value).startswith(f"{folder}: no file of results in it can be read:")
    assert [str(error.value).count(path.name) for path in machine.iterdir()] == [
        path.name != "machine.json" for path in machine.iterdir()
    ]
    assert "asv update" not in str(error.value)
    assert told == []


def test_of_very_many_files_the_first_are_named_and_the_others_counted(folder: Path) -> None:
    for number in range(30):
        (folder / "laptop" / f"a{number:02}.json").write_text("[]")
    told: list[str] = []
    assert len(read_asv(folder, told.append).commits) == 2
    assert told[-1] == "10 more files are passed over"
    assert len(told) == 21


@pytest.mark.parametrize("beside", [True, False])
def test_a_machine_whose_folder_cannot_be_read_is_named_and_the_others_are_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch, beside: bool
) -> None:
    locked = folder / "locked" if beside else folder / "laptop"
    if beside:
        shutil.copytree(folder / "laptop", locked)
    listed = Path.iterdir

    def refused(path: Path) -> Any:
        if path == locked:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", refused)
    told: list[str] = []
    why = f"{locked}: cannot be read (Permission denied); check its permissions"
    if beside:
        assert len(read_asv(folder, told.append).commits) == 2
        assert told == [f"passed over: {why}"]
    else:
        with pytest.raises(ResultsError) as error:
            read_asv(folder, told.append)
        assert str(error.value) == why


def test_a_machine_json_that_is_damaged_is_named_and_the_results_are_read(folder: Path) -> None:
    (folder / "laptop" / "machine.json").write_text("{")
    told: list[str] = []
    assert read_asv(folder, told.append).machines == ("laptop",)
    assert [note.partition("machine.json: ")[2][:8] for note in told] == ["not JSON"]


@pytest.mark.parametrize("value", [1e300, -1e300, 1e-300])
def test_a_figure_that_nobody_can_have_measured_is_passed_over_and_named(folder: Path, value: float) -> None:
    path = change(old(folder), row(SLEEP, 0, [value]))
    change(old(folder), row(WALL, 11, [[value], None, None, None]))
    told: list[str] = []
    assert len(one(read_asv(folder, told.append), SLEEP).points) == 1
    assert [note for note in told if note.startswith(f"{path}: results[{SLEEP!r}] has {value:g}, which")]
    assert len(told) == 2


def test_files_of_format_1_are_read_like_those_of_today(folder: Path) -> None:
    def as_of_old(content: dict[str, Any]) -> None:
        rows, columns = content.pop("results"), content.pop("result_columns")
        named = {name: dict(zip(columns, cells, strict=False)) for name, cells in rows.items()}
        content.update(
            version=1,
            benchmark_version={name: one["version"] for name, one in named.items()},
            started_at={name: one["started_at"] for name, one in named.items()},
            results={name: _of_old(one) for name, one in named.items()},
        )

    now = read_asv(folder)
    change(old(folder), as_of_old)
    told: list[str] = []
    assert read_asv(folder, told.append) == now
    assert told == []


def _of_old(one: dict[str, Any]) -> Any:
    """A benchmark as asv had it before 0.5; without parameters and samples it was a bare value."""
    if not one["params"] and not one.get("stats_q_25") and not one.get("samples"):
        return one["result"][0] if one["result"] else None
    lists = [one.get(name) for name in ("stats_ci_99_a", "stats_ci_99_b", "stats_q_25", "stats_q_75")]
    size = len(one["result"] or ())
    stats = [
        {"ci_99": [a, b], "q_25": low, "q_75": high}
        for a, b, low, high in zip(*(each or [None] * size for each in lists), strict=True)
    ]
    return {"result": one["result"], "params": one["params"], "stats": stats, "samples": one.get("samples")}


def test_old_files_without_an_environment_have_that_of_their_name(folder: Path) -> None:
    change(old(folder), lambda content: [content.pop("env_name"), content.update(version=1)])
    change(old(folder), lambda content: content.update(results={SLEEP: 0.25}, started_at=None))
    (point,) = (point for point in one(read_asv(folder), SLEEP).points if point.commit.hash == OLD)
    assert (point.env, point.value, point.version) == ("virtualenv-py3.11", 0.25, None)


def test_addresses_are_no_part_of_names_and_what_they_told_apart_stays_apart(folder: Path) -> None:
    for file, address in (("3461a28f", "7f00"), ("f8780281", "7e11")):
        reprs = [f"<f at 0x{address}a0>", f"<f at 0x{address}b0>"]
        (path,) = (folder / "laptop").glob(f"{file}*.json")
        change(path, row(SLEEP, 1, [reprs]))
        change(path, row(SLEEP, 0, [0.1, 0.2]))
        change(path, lambda content: content["results"].update({SLEEP: content["results"][SLEEP][:5]}))
    found = [series for series in read_asv(folder).series if series.benchmark == SLEEP]
    assert [(series.params[0][1], len(series.points)) for series in found] == [
        ("<f at 0x…>", 2),
        ("<f at 0x…> (2)", 2),
    ]


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        (lambda content: content.update(version=3), "asv's format 3"),
        (lambda content: content["other.time_sleep"].pop("unit"), "['other.time_sleep'].unit is missing"),
        (lambda content: content["other.time_sleep"].update(param_names=3), ".param_names is 3, not a list"),
        (
            lambda content: content["other.time_sleep"].update(version=3),
            ".version is 3, not a string or null",
        ),
    ],
)
def test_a_damaged_declaration_is_passed_over_likewise(folder: Path, how: Change, reason: str) -> None:
    path = change(folder / "benchmarks.json", how)
    told: list[str] = []
    assert len(read_asv(folder, told.append).series) == len(read_asv(FOLDER).series)
    assert told[0].startswith(f"passed over: {path}: ")
    assert reason in told[0]


def test_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    (tmp_path / "benchmarks.json").write_text("{}")
    with pytest.raises(ResultsError, match=r"no results of asv: no machine\.json with results beside it"):
        read_asv(tmp_path)


def test_a_folder_that_is_not_there_or_is_a_file_is_refused_as_such(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="there is no such folder"):
        read_asv(tmp_path / "nowhere")
    with pytest.raises(ResultsError, match="is no folder"):
        read_asv(FOLDER / "benchmarks.json")


@pytest.mark.parametrize("place", ["", "laptop", "../.."])
def test_results_are_found_from_a_machine_s_folder_and_from_the_repository(
    tmp_path: Path, place: str
) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / ".asv" / "results"))
    assert read_asv(folder / place).series == read_asv(FOLDER).series


def test_a_repository_is_not_searched_as_a_whole(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "deep" / "er")
    with pytest.raises(ResultsError, match="neither in it nor in a folder of it"):
        read_asv(tmp_path)


def test_results_of_asv_come_before_a_machine_json_of_somebody_else(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / ".asv" / "results")
    (tmp_path / "machine.json").write_text("{}")
    (tmp_path / "asv.conf.json").write_text("{} // no JSON")
    assert read_asv(tmp_path).series == read_asv(FOLDER).series
