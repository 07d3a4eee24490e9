"""A model and a workload are one file each: installed from elsewhere, they are listed, witnessed and run.

The workload has a unit, a promise, a question and a picture of its own, and needs what only some models lend.
No other file is touched.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.distributions import Environment

MODEL = '''
"""Coroutines stepped by hand, round and round: no event, and no sleep."""
import platform
import types
from contextlib import contextmanager
from concbench.models.base import CoroutineRuntime, Model
from concbench.models.capabilities import lent_by
from concbench.traits import Traits

@types.coroutine
def switch():
    yield

class Session:
    rt = CoroutineRuntime(switch=switch)

    def run(self, factories):
        tasks = [factory() for factory in factories]
        results = {}
        while len(results) < len(tasks):
            for index, task in enumerate(tasks):
                if index not in results:
                    try:
                        task.send(None)
                    except StopIteration as stop:
                        results[index] = stop.value
        return [results[index] for index in range(len(tasks))]

@contextmanager
def opened():
    yield Session()

MODEL = Model(name="stepped", dialect="coroutine", summary="coroutines stepped by hand", cost="a send a step",
              source="a test", version=platform.python_version, open=opened, traits=Traits(polls=True),
              lends=lent_by(Session.rt))
'''

WORKLOAD = '''
"""relay: tasks that pass items on, one at each of their turns."""
from dataclasses import dataclass
from functools import partial
from concbench.models.capabilities import Capability
from concbench.promises import Fair, Overlap, Spawned, Suspends
from concbench.promised import Promised
from concbench.workloads.base import NotExpressible, Version, Workload, at_least, judge_equal
from concbench.workloads.questions import Lanes, Question

@dataclass(frozen=True, slots=True)
class Params:
    """``tasks``: how many pass on. ``items``: how many each of them does."""
    tasks: int = 10
    items: int = 5
    def __post_init__(self):
        at_least(1, tasks=self.tasks, items=self.items)

@dataclass(frozen=True, slots=True)
class Delivered(Promised):
    """Each task returns as many items as it suspended."""
    name = "delivered"
    def broken(self, seen):
        wrong = [index for index, task in enumerate(seen.tasks) if len(task.result) != task.suspensions]
        return f"task {wrong[0]} passed on other than it says" if wrong else None

async def passing(rt, p, first):
    passed = []
    for item in range(first, first + p.items):
        await rt.switch()
        passed.append(item)
    return passed

def coroutine(rt, p):
    return [partial(passing, rt, p, rt.salt + task) for task in range(p.tasks)]

def handed(rt, p):
    """asyncio's own wording: the same, written down a second time."""
    return coroutine(rt, p)

def judge(results, p, salt=0):
    return judge_equal(results, [list(range(salt + task, salt + task + p.items)) for task in range(p.tasks)])

NOT = NotExpressible("only coroutines pass on")

def workload(name, **more):
    return Workload(
        name=name, version="1", summary="items passed on", reading="Time per item that is passed on.",
        params=Params,
        versions={**dict.fromkeys(("polling", "generator", "delegating", "blocking"), NOT),
                  "coroutine": Version(coroutine, needs={Capability.SWITCH}),
                  "asyncio": Version(handed, needs={Capability.SWITCH, Capability.EVENT})},
        promise=lambda p, _: (Spawned(p.tasks), Overlap(p.tasks), Suspends(p.items), Fair(), Delivered()),
        judge=judge, points=lambda preset: [Params(tasks) for tasks in (10, 200)],
        small=lambda rng: [Params(3, rng.randint(2, 9))], smallest=Params(2, 2), unit="item",
        counts=lambda p, seen: {"item": sum(len(task.result) for task in seen.tasks)},
        questions=(Question(title="Passing work on", metric="wall", goal="least time per item",
                            price="The items are numbers.", rank=15),),
        lanes=Lanes(params=Params(4, 3), reading="A bar is a turn with an item.", kept=True), **more)

WORKLOAD = workload("relay")
'''

GATED = '''
"""gated: the same, and needs what few lend."""
from dataclasses import replace
from concbench.models.capabilities import Capability
from concbench.workloads.base import Version
from relay_workload import WORKLOAD as RELAY, coroutine
WORKLOAD = replace(RELAY, name="gated", questions=(), versions={
    **RELAY.versions, "coroutine": Version(coroutine, needs={Capability.EVENT})})
'''

CHEAT = '''
"""Says that each task passed on an item more, in the ledger's eyes and in the judge's."""
from dataclasses import replace
from relay_workload import WORKLOAD as RELAY, Params, passing
from functools import partial

async def short(rt, p, first):
    await rt.switch()
    return (await passing(rt, replace(p, items=p.items - 1), first)) if p.items > 1 else []

WORKLOAD = replace(RELAY, name="short", judge=lambda results, p: None, versions={
    **RELAY.versions, "coroutine": lambda rt, p: [partial(short, rt, p, task) for task in range(p.tasks)]})
'''


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    made = Environment(tmp_path_factory.mktemp("environment"))
    made.install(
        "additions",
        {
            "stepped_model": MODEL,
            "relay_workload": WORKLOAD,
            "gated_workload": GATED,
            "short_workload": CHEAT,
        },
        models={"stepped": "stepped_model:MODEL"},
        workloads={
            "relay": "relay_workload:WORKLOAD",
            "gated": "gated_workload:WORKLOAD",
            "short": "short_workload:WORKLOAD",
        },
    )
    return made


@pytest.fixture(scope="module")
def run(installed: Environment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("runs") / "run.jsonl"
    chosen = ("-m", "stepped,asyncio", "-w", "relay,gated", "-p", "tasks=100")
    quick = ("--preset", "quick", "--no-memory", "--no-report")
    installed("run", *chosen, "--seed", "1", *quick, "--output", path)
    return path


def records(path: Path, kind: str) -> list[dict[str, Any]]:
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [record for record in lines if record["type"] == kind]


def test_they_are_listed_with_what_they_run_on_lend_and_count(installed: Environment) -> None:
    said = installed.json("list")
    models = {one["name"]: one for one in said["models"]}
    assert models["stepped"]["lends"] == ["switch"]
    assert models["stepped"]["traits"]["polls"] is True
    workloads = {one["name"]: one for one in said["workloads"]}
    assert workloads["relay"]["unit"] == "item"
    assert said["broken"] == []


def test_they_are_witnessed_each_by_its_own_promise_too(installed: Environment) -> None:
    said = installed.json("verify", "-m", "stepped,asyncio", "-w", "relay", "--seed", "1")
    assert [one["outcome"] for one in said["findings"]] == ["ok", "ok"]
    assert [one["checks"]["delivered"] for one in said["findings"]] == [None, None]


def test_a_promise_of_one_s_own_catches_what_nothing_else_sees(installed: Environment) -> None:
    (cheat,) = installed.json("verify", "-m", "stepped", "-w", "short", "--seed", "1", code=3)["findings"]
    assert [name for name, wrong in cheat["checks"].items() if wrong] == ["delivered"]


def test_what_a_model_does_not_lend_is_told_without_a_process(installed: Environment, run: Path) -> None:
    told = {record["cell"]: record for record in records(run, "outcome")}
    assert {record["reason"] for record in told.values()} == {"stepped lends no event"}
    assert {record["process"] for record in told.values()} == {None}
    assert {cell.partition("[")[0] for cell in told} == {"gated"}
    (lacking,) = installed.json("verify", "-m", "stepped", "-w", "gated", "--seed", "1", code=4)["findings"]
    assert (lacking["outcome"], lacking["reason"]) == ("not-expressible", "stepped lends no event")


@pytest.mark.nightly
def test_they_are_run_and_what_they_cost_is_told_per_unit_of_their_own(
    installed: Environment, run: Path
) -> None:
    (header,) = records(run, "header")
    assert {cell["unit"] for cell in header["cells"]} == {"item"}
    witnessed = {record["cell"]: record["legs"][0]["counts"] for record in records(run, "witness")}
    assert witnessed["relay[tasks=100,items=5]/stepped"]["item"] == 500
    cells = installed.json("show", run)["cells"]
    (cell,) = (one for one in cells if one["cell"] == "relay[tasks=100,items=5]/stepped")
    assert cell["unit"] == "item"


@pytest.mark.nightly
def test_their_questions_and_their_picture_stand_in_the_report(
    installed: Environment, run: Path, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    installed("report", run, "--output", page)
    words = re.sub(r"\s+", " ", page.read_text(encoding="utf-8"))
    assert "Passing work on" in words
    assert "least time per item" in words
    assert "A bar is a turn with an item." in words
    assert "Who runs when: relay" in words
