"""Traces in the header of a run: which, how large, and that no model can keep a run from its start."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from concbench.models.index import ONE_OF_EACH
from concbench.results import queries
from concbench.results.reader import read_run
from concbench.runs.planning import launcher, plan_of
from concbench.runs.request import RunRequest
from concbench.runs.survey import survey
from concbench.runs.tracing import TASKS, scene_of, scenes_for
from concbench.workloads.basics import timers
from concbench.workloads.catalogue import Catalogue
from tests.measure.odd import odd_model

from .concbench import Caller, lines_of, make_quick

CATALOGUE = Catalogue()
COUNTDOWN = Path(__file__).parents[2] / "docs" / "examples" / "countdown_workload.py"


def test_a_run_keeps_traces_of_the_workloads_that_it_measures(measured: Path) -> None:
    header = read_run(measured).header
    traces = header.traces_by_workload
    assert list(traces) == ["switch"]
    assert [trace.contender for trace in traces["switch"]] == ["generator", "asyncio"]
    for trace in traces["switch"]:
        assert trace.params == {"tasks": 4, "suspensions": 3}
        assert [lane.resumes for lane in trace.lanes] == [3] * 4


def test_a_run_without_such_workloads_has_no_traces() -> None:
    assert scenes_for({"spawn", "chain"}, CATALOGUE) == []
    assert [scene.workload for scene in scenes_for({"switch", "timers"}, CATALOGUE)] == ["timers", "switch"]


def test_a_run_is_resumed_whatever_its_traces(
    concbench: Caller, measured: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_quick(monkeypatch, generations=6)
    header, *records = lines_of(measured)
    del header["traces"]
    path.write_text(
        "".join(json.dumps(record) + "\n" for record in [header, *records[: 5 * len(records) // 6]])
    )
    said = concbench("run", "--resume", path)
    assert said.code == 0, said.err
    assert queries.is_complete(read_run(path))
    assert read_run(path).header.traces_by_workload == {}


@pytest.mark.nightly
def test_the_traces_of_a_model_of_each_dialect_keep_the_header_small() -> None:
    request = RunRequest(models=ONE_OF_EACH, workloads=("timers", "switch"))
    plan = plan_of(request, CATALOGUE)
    start = launcher(request)
    told = survey(plan.contenders, start, scenes_for({"timers", "switch"}, CATALOGUE))
    contenders, traces = [one.about for one in told], [trace for one in told for trace in one.traces]
    assert [replace(one, traces=[]) for one in told] == survey(plan.contenders, start)
    assert [(trace.contender, trace.workload) for trace in traces] == [
        (contender.id, workload) for contender in contenders for workload in ("timers", "switch")
    ]
    assert all(trace.lanes for trace in traces)
    assert len(msgspec.json.encode(traces)) < 30_000


@pytest.mark.parametrize(
    ("body", "outcome", "words"),
    [
        ("os._exit(3)", "crashed", "exit code 3"),
        ("raise KeyError('lost')", "crashed", "KeyError: 'lost'"),
        ("return [None for _ in factories]", "invalid", "spawned: task 0"),
    ],
)
def test_a_model_that_fails_has_a_reason_and_no_lanes_and_the_run_goes_on(
    tmp_path: Path, body: str, outcome: str, words: str
) -> None:
    plugins = (odd_model(tmp_path, body),)
    request = RunRequest(models=("odd", "generator"), workloads=("switch",), plugins=plugins)
    catalogue = Catalogue(plugins)
    found = plan_of(request, catalogue).contenders
    told = survey(found, launcher(request), scenes_for({"switch"}, catalogue))
    traces = [trace for one in told for trace in one.traces]
    assert all(one.about.version for one in told)
    assert [trace.contender for trace in traces] == ["odd", "generator"]
    assert traces[0].outcome == outcome
    assert words in str(traces[0].reason)
    assert traces[1].lanes


def test_a_worker_that_does_not_come_up_is_told_of_and_not_waited_for_twice(tmp_path: Path) -> None:
    plugin = Path(odd_model(tmp_path, "pass"))
    plugin.write_text(plugin.read_text().replace("    yield Session()", "    os._exit(4)\n    yield"))
    request = RunRequest(models=("odd",), workloads=("switch",), plugins=(str(plugin),))
    catalogue = Catalogue((str(plugin),))
    found = plan_of(request, catalogue).contenders
    (told,) = survey(found, launcher(request), scenes_for({"switch"}, catalogue))
    (trace,) = told.traces
    assert told.about.version is None
    assert (trace.outcome, trace.workload) == ("crashed", "switch")
    assert "exit code 4" in str(trace.reason)


def test_the_sleepers_end_one_after_the_other() -> None:
    scene = scene_of(timers.WORKLOAD, {})
    delays = timers.delays(timers.Params(**scene.params))
    assert len(delays) == TASKS
    assert list(delays) == sorted(delays)
    assert [round(1000 * delay) for delay in delays] == [5, 10, 15, 20]


def test_a_workload_of_ones_own_is_shown_at_its_smallest_with_four_tasks() -> None:
    catalogue = Catalogue((str(COUNTDOWN),))
    assert scene_of(catalogue.workload("countdown"), {}).params == {"tasks": 4, "start": 2}


@pytest.mark.parametrize(
    ("asked", "params"),
    [
        ({"tasks": "3"}, {"tasks": 3, "suspensions": 3}),
        ({"suspensions": 7}, {"tasks": 4, "suspensions": 7}),
    ],
)
def test_what_is_asked_for_takes_the_place_of_what_is_chosen(
    asked: dict[str, Any], params: dict[str, Any]
) -> None:
    assert scene_of(CATALOGUE.workload("switch"), asked).params == params


@pytest.mark.parametrize("asked", [{"depth": 3}, {"tasks": 0}, {"tasks": "many"}])
def test_what_a_workload_does_not_take_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="switch"):
        scene_of(CATALOGUE.workload("switch"), asked)
