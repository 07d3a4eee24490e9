"""What needs more tasks alive at once than a pool has workers is known before anything runs."""

import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, NoReturn

import pytest

from concbench.drive.driver import Driver
from concbench.drive.host.interpreters import Interpreter
from concbench.drive.pairing import paired_cells
from concbench.drive.plan import Contender, make_contenders, make_points
from concbench.drive.sides.side import Side
from concbench.drive.workers.client import WorkerClient
from concbench.drive.workers.described import Described
from concbench.drive.workers.place import Place
from concbench.models import index as models
from concbench.promises import Overlap, Spawned
from concbench.results.records import OutcomeRecord
from concbench.runs import pair_planning
from concbench.runs.comparison_request import ComparisonRequest
from concbench.runs.planning import plan_of
from concbench.runs.request import RunRequest
from concbench.runs.survey import NOTHING_TO_DO, survey
from concbench.runs.tracing import scene_of
from concbench.runs.verifying import examine
from concbench.runs.watching import SILENT
from concbench.workloads import index
from concbench.workloads.base import Workload
from concbench.workloads.catalogue import Catalogue

CATALOGUE, HERE = Catalogue(), Interpreter(Path(sys.executable))
SIDE = Side(label="nowhere", place=Place(Path("/nowhere")))


def impossible(model: str, workload: Workload[Any], purpose: str, **chosen: str) -> dict[int, str | None]:
    """Return why a model has no cell at each number of tasks of a plan."""
    contenders = contenders_of(model)
    points = make_points([workload], contenders, "quick", {name: (value,) for name, value in chosen.items()})
    return {one.params["tasks"]: one.cells[0].impossible for one in points if one.purpose == purpose}


def contenders_of(*names: str) -> tuple[Contender, ...]:
    return make_contenders(CATALOGUE, names, {"here": Interpreter(Path("/nowhere"))}, [])


def never(_contender: Contender) -> NoReturn:
    raise AssertionError("a worker was started")


def test_a_cell_is_not_expressible_with_more_tasks_at_once_than_workers() -> None:
    said = impossible("thread-pool", index.get("switch"), "time")
    alive = "tasks have to be alive at once, and thread-pool has 32 workers"
    assert said == {10: None, 100: f"100 {alive}", 1000: f"1000 {alive}"}
    assert impossible("threads", index.get("switch"), "time") == dict.fromkeys(said)
    assert impossible("thread-pool:1", index.get("switch"), "time", tasks="2") == {
        2: "2 tasks have to be alive at once, and thread-pool:1 has 1 worker"
    }


def test_a_keeper_needs_a_worker_of_its_own() -> None:
    parked = index.get("parked")
    assert impossible("thread-pool:8", parked, "time", tasks="7") == {7: None}
    assert impossible("thread-pool:8", parked, "time", tasks="8") == {
        8: "9 tasks have to be alive at once, and thread-pool:8 has 8 workers"
    }


def test_both_legs_of_a_slope_need_the_workers() -> None:
    both = replace(
        index.get("spawn"), doubled="tasks", promise=lambda p, _dialect: (Spawned(p.tasks), Overlap(p.tasks))
    )
    assert impossible("thread-pool:8", both, "time", tasks="4") == {4: None}
    assert impossible("thread-pool:8", both, "time", tasks="5") == {
        5: "10 tasks have to be alive at once, and thread-pool:8 has 8 workers"
    }


def test_so_does_the_small_run_before_a_weighing() -> None:
    weighed = replace(index.get("parked"), memory_points=lambda points: points)
    assert impossible("thread-pool:3", weighed, "memory", tasks="1") == {1: None}
    assert impossible("thread-pool:2", weighed, "memory", tasks="1") == {
        1: "3 tasks have to be alive at once, and thread-pool:2 has 2 workers"
    }
    assert impossible("thread-pool:2", weighed, "time", tasks="1") == {1: None}


def test_nobody_is_asked_what_is_promised_of_so_many_tasks_that_a_promise_could_not_list_them() -> None:
    assert impossible("thread-pool", index.get("timers"), "time", tasks="1000000000000") == {10**12: None}


def test_a_comparison_has_no_cells_of_them_nor_of_more_work_that_needs_more_workers() -> None:
    pools = [CATALOGUE.model("thread-pool:8"), CATALOGUE.model("thread-pool:10")]
    cells = paired_cells([index.get("switch")], pools, {}, weigh=True)
    assert [cell.model for cell in cells] == ["thread-pool:10"]
    request = ComparisonRequest(
        workloads=("parked", "spawn"),
        models=("thread-pool:8", "process-pool", "thread-pool:16"),
        params={"tasks": ("8",)},
        more=(Fraction(2),),
        memory=False,
    )
    plan = pair_planning.plan_of(request, (SIDE, SIDE), CATALOGUE)
    met = {(cell.workload, cell.model, cell.injected) for cell in plan.cells}
    assert met == {("parked", "thread-pool:16", False)} | {
        ("spawn", name, more)
        for name in ("process-pool", "thread-pool:16", "thread-pool:8")
        for more in (False, True)
    }


def test_a_comparison_starts_no_worker_of_a_model_without_cells() -> None:
    request = ComparisonRequest(workloads=("switch",), models=("process-pool", "thread-pool"), memory=False)
    plan = pair_planning.plan_of(request, (SIDE, SIDE), CATALOGUE)
    assert list(plan.contenders) == ["thread-pool"]


def test_verify_starts_no_worker_for_them() -> None:
    (contender,) = contenders_of("thread-pool:8")
    with WorkerClient(never, contender) as client:
        found = examine(client, index.get("switch"), {"tasks": 10, "suspensions": 5}, 1.0)
    assert (found.outcome, found.reason) == (
        "not-expressible",
        "10 tasks have to be alive at once, and thread-pool:8 has 8 workers",
    )


def test_a_run_starts_no_worker_of_a_contender_that_can_express_none_of_it() -> None:
    request = RunRequest(
        models=("process-pool", "thread-pool:2"), workloads=("switch",), params={"tasks": ("3",)}
    )
    plan, records = plan_of(request, CATALOGUE), list[Any]()
    assert plan.able() == ()
    scenes = [scene_of(index.get("switch"), {}), scene_of(index.get("spawn"), {})]
    told = survey(
        [replace(one, interpreter=HERE) for one in plan.contenders],
        never,
        scenes,
        [replace(one, interpreter=HERE) for one in plan.contenders],
    )
    assert [one.about.version for one in told] == [None, None]
    assert [trace.reason for one in told for trace in one.traces] == [
        "process-pool lends no lock and no shared memory",
        NOTHING_TO_DO,
        "4 tasks have to be alive at once, and thread-pool:2 has 2 workers",
        NOTHING_TO_DO,
    ]
    driver = Driver(plan, never, records.append, SILENT)
    assert driver.noise("before") == []
    driver.run()
    outcomes = {(one.outcome, one.reason) for one in records if isinstance(one, OutcomeRecord)}
    assert outcomes == {
        ("not-expressible", "process-pool lends no lock and no shared memory"),
        ("not-expressible", "3 tasks have to be alive at once, and thread-pool:2 has 2 workers"),
    }


MEETING = """
import sys
from dataclasses import replace
from concbench.promises import Overlap, Spawned
from concbench.workloads.basics.spawn import WORKLOAD
def promise(p, dialect):
    return Spawned(p.tasks), Overlap(p.tasks)
WORKLOADS = [replace(WORKLOAD, name="meeting", promise=promise)]
"""


def test_it_is_known_of_workloads_of_plug_ins_and_of_their_pools_too(tmp_path: Path) -> None:
    plugin = tmp_path / "meeting.py"
    plugin.write_text(MEETING)
    pools = Path(__file__).parents[1] / "measure" / "plugins" / "pools.py"
    catalogue = Described([str(plugin), str(pools)])
    meeting = catalogue.workload("meeting")
    contenders = make_contenders(
        catalogue, ["threads", "two-threads", "two-threads:3"], {"here": Interpreter(Path())}, []
    )
    (point,) = make_points([meeting], contenders, "quick", {"tasks": ("3",)}, weigh=False)
    assert [cell.impossible for cell in point.cells] == [
        None,
        "3 tasks have to be alive at once, and two-threads has 2 workers",
        None,
    ]


@pytest.mark.parametrize("name", models.MEMBERS["pool"])
def test_what_never_waits_for_another_task_is_expressed_by_a_pool_of_one(name: str) -> None:
    assert impossible(f"{name}:1", index.get("spawn"), "time", tasks="1000") == {1000: None}
