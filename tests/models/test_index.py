"""Every model of the package, found by name: what all have in common."""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from concbench.models import index
from concbench.models.base import DIALECTS, Exhausted, Runtime
from concbench.models.threads import TaskThread

pytestmark = pytest.mark.measured_side

PACKAGE = ["polling", "generator", "yield-from", "asyncio", "threads"]


def returning(dialect: str, rt: Any, value: int) -> Callable[[], Any]:
    """Return the factory of a task that suspends where it can and returns ``value``."""
    if dialect == "polling":

        class Value(rt.Task):  # type: ignore[misc]
            def run(self) -> None:
                self.result = value
                self.ready = True

        return Value
    if dialect == "coroutine":

        async def coroutine() -> int:
            await rt.switch()
            return value

        return coroutine
    if dialect == "blocking":
        return lambda: value

    def generator() -> Any:
        yield
        return value

    return generator


def test_the_tutorials_systems_come_first_in_its_order() -> None:
    assert index.names()[:4] == PACKAGE[:4]
    assert [name for name in index.names() if name in PACKAGE] == PACKAGE


def test_an_unknown_name_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="base"):
        index.get("base")


@pytest.mark.parametrize("name", PACKAGE)
def test_a_model_bears_the_name_it_is_found_by_and_describes_itself(name: str) -> None:
    model = index.get(name)
    assert model.name == name
    assert model.dialect in DIALECTS
    assert all((model.summary, model.cost, model.source, model.version()))
    assert model.unavailable() is None


@pytest.mark.parametrize("name", PACKAGE)
def test_every_model_returns_results_in_the_order_of_the_factories(name: str) -> None:
    model = index.get(name)
    with model.open() as session:
        assert isinstance(session.rt, Runtime)
        factories = [returning(model.dialect, session.rt, value) for value in (3, 1, 2)]
        assert session.run(factories) == [3, 1, 2]


def test_a_session_runs_more_than_once() -> None:
    for name in PACKAGE:
        model = index.get(name)
        with model.open() as session:
            for value in (1, 2):
                assert session.run([returning(model.dialect, session.rt, value)]) == [value]


def test_a_worker_of_generators_never_imports_asyncio() -> None:
    imports = "import sys; from concbench.models import index"
    code = f"{imports}; index.get('generator'); print('asyncio' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_what_a_thread_raises_is_raised_by_the_run() -> None:
    def fail() -> None:
        raise LookupError("in the thread")

    with index.get("threads").open() as session, pytest.raises(LookupError, match="in the thread"):
        session.run([fail])


def test_a_system_without_more_threads_is_exhausted_with_so_many_alive(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start = TaskThread.start
    started: list[TaskThread] = []
    gate = threading.Event()

    def limited(self: TaskThread) -> None:
        if len(started) == 2:
            raise RuntimeError("can't start new thread")
        started.append(self)
        start(self)

    monkeypatch.setattr(TaskThread, "start", limited)
    with index.get("threads").open() as session, pytest.raises(Exhausted, match="can't start") as raised:
        session.run([gate.wait] * 5)
    gate.set()
    assert raised.value.at == 2


def test_tasks_that_wait_for_their_children_are_alive_too_when_threads_run_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start, started = TaskThread.start, list[TaskThread]()

    def limited(self: TaskThread) -> None:
        if len(started) == 3:
            raise RuntimeError("can't start new thread")
        started.append(self)
        start(self)

    gate = threading.Event()
    left = TaskThread(gate.wait)
    left.start()
    monkeypatch.setattr(TaskThread, "start", limited)
    with index.get("threads").open() as session:

        def parent() -> Any:
            return session.rt.join([parent])

        with pytest.raises(Exhausted) as raised:
            session.run([parent])
    gate.set()
    assert raised.value.at == 3


def test_a_distribution_without_a_name_is_called_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    about = tmp_path / "nameless-1.0.dist-info"
    about.mkdir()
    about.joinpath("METADATA").write_text("", encoding="utf-8")
    about.joinpath("entry_points.txt").write_text("[concbench.models]\nodd = odd:MODEL\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert [one.source for one in index.entries() if one.name == "odd"] == ["a distribution without a name"]
