"""Requests: what may be asked for, what is refused and how, and that a request survives its run file."""

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.commands.measuring import option
from concbench.drive.host.switches import InterpreterError
from concbench.drive.presets import RUN_PRESETS
from concbench.drive.sides.side import Side
from concbench.drive.workers.place import Place
from concbench.errors import RequestError
from concbench.models import index as models
from concbench.runs.comparison_request import ComparisonRequest
from concbench.runs.pair_planning import plan_of as plan_of_pairs
from concbench.runs.planning import (
    baseline_of,
    contenders_of,
    pinned_cpus,
    plan_of,
    running_version,
)
from concbench.runs.request import RunRequest
from concbench.runs.selection import chosen_workloads
from concbench.workloads.catalogue import Catalogue

CATALOGUE = Catalogue()
SIDE = Side(label="this Python", place=Place(Path(sys.executable)), about={"python": "3"})

_names = st.lists(st.text(min_size=1, max_size=5), max_size=3).map(tuple)
requests = st.builds(
    RunRequest,
    models=_names,
    workloads=_names,
    params=st.dictionaries(st.text(max_size=5), _names, max_size=2),
    pythons=_names,
    plugins=_names,
    loops=_names,
    preset=st.sampled_from(RUN_PRESETS),
    affinity=st.text(max_size=4),
    baseline=st.text(max_size=4),
    memory=st.booleans(),
    most_memory=st.none() | st.floats(0.05, 2**20),
    timeout=st.floats(0.1, 1e6),
    seed=st.integers(),
)


@given(request=requests)
def test_a_request_is_the_same_after_its_way_through_a_run_file(request: RunRequest) -> None:
    assert RunRequest.from_dict(json.loads(json.dumps(request.to_dict()))) == request


def test_a_key_that_no_request_has_is_refused() -> None:
    with pytest.raises(TypeError, match="colour"):
        RunRequest.from_dict({**RunRequest().to_dict(), "colour": "blue"})


def refused(**asked: Any) -> str:
    with pytest.raises(RequestError) as caught:
        plan_of(RunRequest(**asked), CATALOGUE)
    return str(caught.value)


def test_an_unknown_model_is_refused_with_those_that_there_are() -> None:
    message = refused(models=("asynchio",))
    assert "no model 'asynchio'" in message
    assert f"There are {', '.join(models.names())}" in message


def test_an_unknown_workload_is_refused_with_those_that_there_are() -> None:
    message = refused(workloads=("sleep",))
    assert "no workload 'sleep'" in message
    assert "timers, spawn, parked, switch, chain" in message


def test_a_parameter_that_no_chosen_workload_has_is_refused_with_those_that_they_have() -> None:
    message = refused(workloads=("spawn", "chain"), params={"delay": ("1",)})
    assert "no chosen workload has a parameter 'delay'" in message
    assert "depth, suspensions, tasks" in message


def test_a_value_out_of_range_is_refused_with_the_workload_s_name() -> None:
    assert refused(workloads=("spawn",), params={"tasks": ("0",)}) == (
        "spawn: tasks must be finite and at least 1, not 0"
    )


@pytest.mark.parametrize(
    ("workload", "params", "told"),
    [
        ("timers", {"delay": "1e20"}, "timers: delay is 1e+20, not a "),
        ("timers", {"delay": "1e10"}, "timers: with these parameters a run takes 1e+10 s or more"),
        ("spawn", {"tasks": "99999999999999999999"}, "spawn: tasks is 99999999999999999999, not a "),
        ("spawn", {"tasks": f"1{'0' * 400}"}, "spawn: tasks is 1000"),
        ("spawn", {"tasks": f"-1{'0' * 400}"}, "spawn: tasks must be finite and at least 1, not -1000"),
    ],
)
def test_what_no_run_file_can_hold_is_refused_with_the_bound(
    workload: str, params: dict[str, str], told: str
) -> None:
    asked = {name: (value,) for name, value in params.items()}
    message = refused(models=("asyncio",), workloads=(workload,), params=asked)
    assert message.startswith(told)
    assert "within ±9223372036854775807" in message or "9.22337e+09 s" in message or "at least 1" in message
    with pytest.raises(RequestError) as caught:
        plan_of_pairs(
            ComparisonRequest(models=("asyncio",), workloads=(workload,), params=asked),
            (SIDE, SIDE),
            CATALOGUE,
        )
    assert caught.value.args[0] == message


def test_of_a_project_it_is_said_how_to_name_what_is_to_be_measured() -> None:
    side = replace(SIDE, place=Place(Path(sys.executable), roots=(Path("/project"),)))
    with pytest.raises(RequestError, match="is not concbench's own") as caught:
        plan_of_pairs(ComparisonRequest(), (side, side), CATALOGUE)
    words = caught.value.spelled(option)
    for one in ("--pytest PATH", "--asv FOLDER", "--call MODULE:FUNCTION", "--loop MODULE:", "--plugin FILE"):
        assert one in words


def test_a_run_that_must_be_longer_than_the_timeout_is_refused_before_it_is_waited_for() -> None:
    asked: dict[str, Any] = {"workloads": ("timers",), "params": {"delay": ("1e9", "2")}, "timeout": 60.0}
    message = refused(**asked)
    assert message.startswith("timers: with tasks=10,delay=1e+09")
    assert "a run takes 1e+09 s or more, and timeout=60 ends it before" in message
    with pytest.raises(RequestError, match="and timeout=60 ends it before"):
        plan_of_pairs(ComparisonRequest(**asked), (SIDE, SIDE), CATALOGUE)
    plan_of(RunRequest(workloads=("timers",), params={"delay": ("2",)}, timeout=2.0), CATALOGUE)


def test_a_baseline_that_does_not_take_part_is_refused_with_those_that_do() -> None:
    message = refused(models=("generator", "threads"), baseline="asyncio")
    assert "'asyncio' does not take part; choose one of generator, threads" in message


def test_a_timeout_that_is_no_time_is_refused() -> None:
    assert "timeout" in refused(timeout=float("nan"))


def test_an_interpreter_that_is_not_there_is_refused() -> None:
    with pytest.raises(InterpreterError, match=r"3\.10 is too old"):
        contenders_of(RunRequest(pythons=("3.10",)), CATALOGUE)


def test_what_is_asked_for_twice_takes_part_once() -> None:
    request = RunRequest(models=("asyncio", "asyncio"), workloads=("spawn", "spawn"))
    assert [contender.id for contender in contenders_of(request, CATALOGUE)] == ["asyncio"]
    assert [workload.name for workload in chosen_workloads(request.workloads, (), CATALOGUE)] == ["spawn"]


def test_a_number_of_workers_makes_another_contender_but_for_the_one_that_a_model_has_anyway() -> None:
    request = RunRequest(models=("thread-pool:8", "thread-pool:32", "thread-pool", "family:pool"))
    names = [contender.id for contender in contenders_of(request, CATALOGUE)]
    assert names == ["thread-pool:8", "thread-pool", "process-pool", "interpreter-pool"]
    assert refused(models=("threads:8",)) == (
        "there is no model 'threads:8': threads has no number of workers to choose"
    )
    assert "there is no model 'thread:8'; did you mean 'threads'? There are polling" in refused(
        models=("thread:8",)
    )


def test_an_event_loop_takes_part_whichever_models_were_chosen() -> None:
    loops = ("asyncio:new_event_loop",)
    request = RunRequest(models=("generator",), loops=loops)
    contenders = contenders_of(request, Catalogue((), loops))
    assert [contender.id for contender in contenders] == ["generator", "asyncio+asyncio:new_event_loop"]


@pytest.mark.parametrize(
    ("models", "baseline", "expected"),
    [
        (("generator", "asyncio"), "", "asyncio"),
        (("threads", "generator"), "", "threads"),
        (("generator", "asyncio"), "generator", "generator"),
    ],
)
def test_the_baseline_is_the_one_asked_for_else_asyncio_else_the_first(
    models: tuple[str, ...], baseline: str, expected: str
) -> None:
    request = RunRequest(models=models, baseline=baseline)
    assert baseline_of(request, plan_of(request, CATALOGUE)) == expected


pins = pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system pins no process")


@pins
def test_workers_are_pinned_to_the_last_cpu_to_none_or_to_those_that_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 2, 5})
    assert pinned_cpus("auto") == (5,)
    assert pinned_cpus("none") == ()
    assert pinned_cpus("2, 0,2") == (0, 2)


@pins
@pytest.mark.parametrize(
    ("affinity", "words"), [("7", r"CPU 7; it may use \[0, 2, 5\]"), ("two", "not 'two'"), ("1,", "not '1,'")]
)
def test_a_cpu_that_may_not_be_used_or_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, affinity: str, words: str
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 2, 5})
    with pytest.raises(RequestError, match=words):
        pinned_cpus(affinity)


def test_contenders_are_called_by_version_where_their_interpreter_was_named_by_path(tmp_path: Path) -> None:
    link = tmp_path / "python-of-mine"
    link.symlink_to(sys.executable)
    asked = RunRequest(models=("threads",), pythons=(sys.executable, str(link)))
    ids = [contender.id for contender in contenders_of(asked, CATALOGUE)]
    home = next(folder.name for folder in Path(sys.executable).parents if folder.name != "bin")
    name = f"threads@{sys.version.split()[0].rstrip('+')}"
    assert ids == [
        f"{name}:{home}",
        f"{name}:{tmp_path.name}",
    ]  # of one release: only folders tell them apart
    (alone,) = contenders_of(RunRequest(models=("threads",), pythons=(str(link),)), CATALOGUE)
    assert (alone.id, alone.python) == ("threads", running_version())


def test_an_interpreter_with_other_options_is_a_contender_of_its_own_and_is_called_so() -> None:
    pythons = (sys.executable, f"{sys.executable} -O", f"{sys.executable} -X dev -O")
    contenders = contenders_of(RunRequest(models=("threads",), pythons=pythons), CATALOGUE)
    name = f"threads@{running_version()}"
    assert [one.id for one in contenders] == [name, f"{name}-O", f"{name}+dev-O"]
    assert [one.interpreter.switches.words for one in contenders] == [(), ("-O",), ("-X dev", "-O")]


def test_an_interpreter_with_the_same_options_twice_is_refused() -> None:
    twice = (f"{sys.executable} -O -X dev", f"{sys.executable} -X dev -O")
    with pytest.raises(RequestError, match="are the same interpreter; leave one out"):
        contenders_of(RunRequest(models=("threads",), pythons=twice), CATALOGUE)
