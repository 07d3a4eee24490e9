"""The package's pools: helpers are there before the clock starts, build once, and end with the worker."""

import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import chain, repeat
from multiprocessing import popen_spawn_posix
from pathlib import Path
from typing import Any

import pytest

from concbench.drive.workers.launch import launch
from concbench.models import index
from concbench.workloads.catalogue import Catalogue
from tests.measure.odd import is_running, turn, wait_until
from tests.models.helped import Batch, Recipe

pytestmark = pytest.mark.measured_side
HELPED = ("process-pool", "interpreter-pool")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc to count processes in")


@contextmanager
def opened(name: str) -> Iterator[Any]:
    """Open a pool, or skip the test where there is none."""
    model = Catalogue().model(name)
    if (reason := model.unavailable()) is not None:
        pytest.skip(reason)
    with model.open() as session:
        yield session


def test_all_threads_of_a_pool_have_started_when_it_is_open() -> None:
    before = threading.active_count()
    with opened("thread-pool"):
        assert threading.active_count() == before + 32
    with opened("thread-pool:3"):
        assert threading.active_count() == before + 3
    assert threading.active_count() == before


@pytest.mark.parametrize("name", HELPED)
def test_each_helper_builds_each_recipe_once_before_the_run(name: str, tmp_path: Path) -> None:
    batches = [Batch(Recipe(tmp_path / "log", salt)) for salt in (1, 2, 3)]
    with opened(f"{name}:3") as session:
        session.prepare(batches)
        built = (tmp_path / "log").read_text().splitlines()
        ran = [session.run(batch) for batch in batches[:2]]
        assert (tmp_path / "log").read_text().splitlines() == built
    assert len(built) == len(set(built)) == 3 * len(batches)
    assert [[index for index, *_ in results] for results in ran] == [list(range(8))] * 2
    here = {f"{tuple(where)}" for results in ran for _, *where in results}
    assert here <= {line.rpartition(" ")[0] for line in built}
    assert len(here) > 1


@pytest.mark.parametrize("name", HELPED)
def test_tasks_of_a_run_that_is_over_are_forgotten(name: str, tmp_path: Path) -> None:
    first, second = (Batch(Recipe(tmp_path / "log", salt)) for salt in (1, 2))
    with opened(f"{name}:1") as session:
        session.prepare([first])
        session.prepare([second])
        assert len(session.run(second)) == 8
        with pytest.raises(KeyError):
            session.run(first)


@pytest.mark.parametrize("name", HELPED)
def test_what_building_raises_is_raised_and_the_pool_goes_on(name: str, tmp_path: Path) -> None:
    with opened(f"{name}:2") as session:
        for salt in range(10):  # no helper may come back to the gate while another is still there
            with pytest.raises(ValueError, match="no flour"):
                session.prepare([Batch(Recipe(tmp_path / "log", -salt, wrong="no flour"))])
            good = Batch(Recipe(tmp_path / "log", salt))
            session.prepare([good])
            assert len(session.run(good)) == 8


def test_a_helper_that_is_lost_is_an_error_at_once_and_no_wait(tmp_path: Path) -> None:
    batch = Batch(Recipe(tmp_path / "log", 1))
    with opened("process-pool:2") as session:
        session.prepare([batch])
        os.kill(session.processes()[0], signal.SIGKILL)
        with pytest.raises(BrokenProcessPool):
            session.prepare([batch])


def test_helpers_are_as_many_processes_as_the_name_says() -> None:
    with opened("process-pool") as session:
        helpers = session.processes()
        assert len(set(helpers)) == 4
        assert all(map(is_running, helpers))
        assert os.getpid() not in helpers
    assert not any(map(is_running, helpers))


def test_a_pool_s_model_has_nothing_of_a_pool_until_it_is_opened() -> None:
    code = (
        "import sys; from concbench.models import index; index.get('generator');"
        "print([one for one in ('multiprocessing', 'concurrent.futures') if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def started_by(pid: int) -> list[int]:
    """Return the processes that a process has started, by the system's own list."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return [int(one) for thread in threads for one in (thread / "children").read_text().split()]


@LINUX
@pytest.mark.parametrize("resting", [True, pytest.param(False, marks=pytest.mark.nightly)])
def test_no_helper_outlives_a_worker_that_is_killed(resting: bool) -> None:
    link = launch(Path(sys.executable), "process-pool")
    try:
        pid = int(link.greeting["pid"])
        helpers = started_by(pid)
        assert len(helpers) >= 4
        if not resting:  # else it is stopped, with all its helpers
            assert "legs" in link.request(turn(tasks=8), 60)
            os.killpg(pid, signal.SIGCONT)
        os.kill(pid, signal.SIGKILL)
        tracker = {one for one in helpers if is_tracker(one)}
        wait_until(lambda: not any(is_running(one) for one in set(helpers) - tracker))
    finally:
        link.kill()
    wait_until(lambda: not any(map(is_running, helpers)))


def is_tracker(pid: int) -> bool:
    """Say whether a process is multiprocessing's own, which ends with the last who knows of its pipe."""
    try:
        return b"resource_tracker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


@LINUX
def test_no_helper_outlives_a_worker_that_ends_in_order() -> None:
    link = launch(Path(sys.executable), "process-pool:2")
    helpers = started_by(int(link.greeting["pid"]))
    closing = link.close()
    assert closing["left"] is None
    wait_until(lambda: not any(map(is_running, helpers)))


@pytest.mark.parametrize("started", [0, 2])
def test_a_pool_of_which_not_every_process_can_be_started_waits_for_none(
    started: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, refused = popen_spawn_posix.Popen, BlockingIOError(errno.EAGAIN, "no process is left")
    popens = chain([start] * started, repeat(None))

    def popen(process: Any) -> Any:
        if (make := next(popens)) is None:
            raise refused
        return make(process)

    monkeypatch.setattr(popen_spawn_posix, "Popen", popen)
    with pytest.raises(BlockingIOError, match="no process is left"), opened("process-pool:3"):
        pytest.fail("it is open")


def test_pools_are_listed_by_what_they_run_on() -> None:
    runs_on = {name: index.get(name).traits.runs_on for name in index.names()}
    pools = [name for name in runs_on if index.get(name).family == "pool"]
    assert [runs_on[name] for name in pools] == ["threads", "processes", "interpreters"]
