"""Models whose tasks run in helpers that stay: witnessed there, and measured with what the helpers use."""

import multiprocessing
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from concbench.drive.workers.launch import launch
from concbench.measure.execution import cell_of
from concbench.measure.probe import Aside, timed
from concbench.workloads.catalogue import Catalogue

from .odd import is_running, turn, wait_until

pytestmark = pytest.mark.measured_side
PLUGINS = Path(__file__).with_name("plugins")
POOLS, LOADS = PLUGINS / "pools.py", PLUGINS / "loads.py"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody tells what a process has used")
Ask = Callable[..., dict[str, Any]]

CHEATS = """

class Early(Processes):
    def prepare(self, batches):
        super().prepare(batches)
        self.known = {batch.recipe.salt: super(Early, self).run(batch) for batch in batches}

    def run(self, batch):
        return self.known[batch.recipe.salt]


class AtHome(Processes):
    def prepare(self, batches):
        self.built = {batch.recipe.salt: batch.recipe.build(RT) for batch in batches}

    def run(self, batch):
        return [task() for task in self.built[batch.recipe.salt]]


class AtHomeUnwatched(Processes):
    def run(self, batch):
        return super().run(batch) if batch.recipe.watched else [task() for task in batch.factories]


class Once(Processes):
    def run(self, batch):
        results = super().run(batch)
        return results[:1] * len(results)


class Swapped(Processes):
    def run(self, batch):
        return super().run(batch)[::-1]


class Losing(Processes):
    def run(self, batch):
        self.helpers[0].kill()
        self.helpers[0].join()
        return super().run(batch)


class Misnaming(Processes):
    def processes(self):
        return ["first", "second"]


def opening(kind):
    @contextmanager
    def opened():
        with open_processes() as pool:
            yield kind(pool.helpers, pool.pipes)

    return opened


KINDS = (Early, AtHome, AtHomeUnwatched, Once, Swapped, Losing, Misnaming)
MODELS = [pool(f"a-{kind.__name__}", "processes", opening(kind), lends={Capability.SLEEP}) for kind in KINDS]
"""


@contextmanager
def worker(model: str, pools: Path = POOLS) -> Iterator[Ask]:
    """Start a worker for a model of the plug-in, and yield what asks it for a cell of ``computing``."""
    link = launch(Path(sys.executable), model, plugins=[str(pools), str(LOADS)])

    def ask(operation: str, *, tasks: int = 4, work: int = 20_000, **more: Any) -> dict[str, Any]:
        request = {**turn("computing", tasks=tasks, work=work), "op": operation, "seconds": 20.0}
        return link.request(request | {"smallest": {"tasks": 1, "work": 1}, "untimed": 1} | more, 60.0)

    try:
        yield ask
    finally:
        link.kill()


@pytest.fixture
def cheats(tmp_path: Path) -> Path:
    path = tmp_path / "cheats.py"
    path.write_text(POOLS.read_text(encoding="utf-8") + CHEATS, encoding="utf-8")
    return path


NEW = pytest.mark.skipif(sys.version_info < (3, 14), reason="concurrent.interpreters came with 3.14")


@pytest.mark.parametrize(
    "model",
    [
        *("thread-pool", "process-pool", "two-threads", "two-processes"),
        *(pytest.param(name, marks=NEW) for name in ("interpreter-pool", "two-interpreters")),
    ],
)
def test_a_pool_that_stays_open_is_witnessed_and_every_task_seen(model: str) -> None:
    with worker(model) as ask:
        seen, again = ask("witness"), ask("look")
    assert set(seen["checks"].values()) == set(again["checks"].values()) == {None}
    assert [leg["counts"] for leg in seen["legs"]] == [{"task": 4, "suspension": 0}]
    assert 1 <= seen["peak_live"] <= (2 if model.startswith("two") else 4)


@LINUX
def test_what_helpers_compute_is_in_the_cpu_time_of_a_sample() -> None:
    cpu_ns = {}
    for model in ("thread-pool", "process-pool"):
        with worker(model) as ask:
            answers = [ask("turn"), ask("slice")]
        cpu_ns[model] = [answers[0]["legs"][0]["cpu_ns"], answers[1]["cpu_ns"]]
    for here, there in zip(cpu_ns["thread-pool"], cpu_ns["process-pool"], strict=True):
        assert 0.4 < there / here < 2.5


@LINUX
def test_the_memory_of_helpers_is_in_what_a_run_weighs() -> None:
    weights = {}
    for model in ("thread-pool", "process-pool"):
        with worker(model) as ask:
            weights[model] = ask("weigh")
    pool = weights["process-pool"]
    assert pool["baseline_bytes"] > 1.5 * weights["thread-pool"]["baseline_bytes"]
    assert pool["peak_bytes"] >= pool["floor_bytes"] > 1.5 * weights["thread-pool"]["floor_bytes"]


@pytest.mark.parametrize(
    ("model", "outcome", "said"),
    [
        ("a-Early", "invalid", "was at work before the run began"),
        ("a-AtHome", "unavailable", "tasks run in this very process: leave prepare out"),
        ("a-AtHomeUnwatched", "invalid", "unwatched: spawned: tasks ran in this very process"),
        ("a-Once", "invalid", "task 0 was spawned 4 times instead of once"),
        ("a-Swapped", "invalid", "results: task 0 returned"),
        ("a-Losing", "crashed", "Error: "),
    ],
)
def test_what_a_pool_does_not_do_is_seen(cheats: Path, model: str, outcome: str, said: str) -> None:
    with worker(model, cheats) as ask:
        answer = ask("witness")
    assert answer["outcome"] == outcome
    assert said in answer["reason"]


def test_what_names_no_helpers_is_verified_no_more_than_it_is_timed(cheats: Path) -> None:
    with worker("a-Misnaming", cheats) as ask:
        answer = ask("verify")
    assert (answer["outcome"], "'first', which is no process id" in answer["reason"]) == ("crashed", True)


HELPER = """
import pickle
from concbench.models.base import BlockingRuntime
recipe = pickle.loads(bytes.fromhex(sys.stdin.read()))
print([task() for task in recipe.build(BlockingRuntime(sleep=abs))])
"""


@pytest.mark.parametrize("watched", [False, True])
def test_a_helper_that_is_no_fork_builds_the_very_tasks_of_a_recipe(watched: bool) -> None:
    catalogue = Catalogue([str(POOLS), str(LOADS)])
    model, workload = catalogue.model("two-processes"), catalogue.workload("computing")
    params = workload.params(3, 10)
    with model.open() as session:
        cell = cell_of(workload, params, model, session, [str(LOADS)])
        (batch,) = cell.batches(1, watched=watched)
        expected = [task() for task in batch.factories]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", batch.recipe.importing() + HELPER],
        input=pickle.dumps(batch.recipe).hex(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.count("Report(") == (3 if watched else 0)
    assert [number in done.stdout for number in map(str, expected)] == [True] * 3


def used(**cpu_ns: int) -> Any:
    """Return what helpers of these names have used: as much by the user as by the system."""
    return {name: {"cpu_ns": 2 * ns, "user_ns": ns, "system_ns": ns} for name, ns in cpu_ns.items()}


NOTHING = used(it=0)["it"]


@pytest.mark.parametrize(
    ("before", "after", "reaped", "cpu_ns"),
    [
        (used(a=5, b=7), used(a=6, b=7), NOTHING, 2),
        (used(a=5), used(a=5, new=3), NOTHING, 6),
        (used(a=5, gone=7), used(a=6), used(it=9)["it"], 2 - 14),
        (used(a=5, gone=7), used(a=6), NOTHING, 2),
        (used(a=5), used(a=4), NOTHING, 0),
    ],
    ids=["both there", "one came", "one was waited for", "one went, waited for by another", "a number again"],
)
def test_helpers_that_come_and_go_count_with_what_they_used_meanwhile(
    before: Any, after: Any, reaped: Any, cpu_ns: int
) -> None:
    there, then = Aside(after, reaped), Aside(before, NOTHING)
    since, late = there.since(then, there), there.since(then, then)
    assert since["cpu_ns"] == cpu_ns == 2 * since["user_ns"]
    assert late["cpu_ns"] == since["cpu_ns"] + reaped["cpu_ns"] >= 0


def burn(pipe: Any) -> None:
    """Use 0.1 s of CPU, say so, and end when told to."""
    while time.process_time() < 0.1:
        pass
    pipe.send(None)
    pipe.recv()


@LINUX
def test_a_helper_that_is_waited_for_where_helpers_are_named_takes_nothing_away() -> None:
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe()
    helper = fork.Process(target=burn, args=(theirs,), daemon=True)
    helper.start()
    ours.recv()

    def run(_batch: int) -> None:
        ours.send(None)
        wait_until(lambda: not is_running(helper.pid or 0))

    def processes() -> list[int]:
        return [one.pid for one in multiprocessing.active_children() if one is helper and one.pid]

    figures, _ = timed(run, [0], processes)
    assert figures["cpu_ns"] >= 0
    assert figures["user_ns"] >= 0
