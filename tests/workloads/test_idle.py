"""idle: every connection is held by a task, silent, and answered when all speak; its cheats."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from concbench.measure.turns import weigh
from concbench.models import index as models
from concbench.models.asyncio import MODEL as ASYNCIO
from concbench.models.base import Model
from concbench.models.threads import MODEL as THREADS
from concbench.workloads.base import Workload, numbers
from concbench.workloads.sockets.halls import of_asyncio
from concbench.workloads.sockets.idle import WORKLOAD, Params, served
from concbench.workloads.sockets.idle_plainly import orders
from concbench.workloads.sockets.orders import BUFFER, heard, ordered
from concbench.workloads.sockets.plain_halls import plain_hall
from concbench.workloads.sockets.receiving import received
from tests.measure.cheats import replays
from tests.workloads.beside import answer_of, cell_beside, failed, open_files

pytestmark = pytest.mark.measured_side

PARAMS = Params(tasks=5)
HOSTILE = Path(__file__).with_name("plugins") / "hostile_idle.py"
NIGHTLY = pytest.mark.nightly


def cheating(wording: Any, dialect: str = "coroutine") -> Workload[Any]:
    return replace(WORKLOAD, versions={**WORKLOAD.versions, dialect: wording})


def answering(answer: Any) -> Any:
    """Return asyncio's wording, which answers what ``answer`` makes of a message."""

    def wording(rt: Any, p: Params) -> Any:
        async def serve(streams: Any) -> None:
            reader, writer = streams
            writer.write(answer(await reader.readexactly(p.payload)))
            writer.close()

        return served(rt, p, of_asyncio, serve)

    return wording


def looks_too_early(rt: Any, p: Params) -> list[Any]:
    """Look before any connection is there."""
    look = rt.observe
    keeper, *others = served(replace(rt, observe=lambda: None), p, of_asyncio, answering_well(p))

    async def eager() -> Any:
        look()
        return await keeper()

    return [eager, *others]


def answering_well(p: Params) -> Any:
    async def serve(streams: Any) -> None:
        reader, writer = streams
        writer.write(await reader.readexactly(p.payload))
        writer.close()

    return serve


def returning(number: int) -> int:
    """Be a task that does nothing, and has code that can be seen to run."""
    return number


def one_thread_for_all(rt: Any, p: Params) -> list[Any]:
    """Have the keeper alone hold and serve all connections, while their tasks have ended long since."""

    def keeper() -> Any:
        with plain_hall(rt, BUFFER) as hall:
            hall.control.sendall(orders(rt, p, hall.port))
            heard(hall.lines.readline())
            connections = [hall.listener.accept()[0] for _ in range(p.tasks)]
            rt.observe()
            hall.control.sendall(ordered())
            for one in connections:
                with one:
                    one.sendall(received(one, p.payload))
            return heard(hall.lines.readline())

    return [keeper, *(partial(returning, number) for number in numbers(rt.salt, p.tasks))]


CHEATS: Mapping[str, tuple[Workload[Any], Model, str]] = {
    "answers other bytes": (cheating(answering(lambda said: b"?" + said[1:])), ASYNCIO, "results"),
    "answers too much": (cheating(answering(lambda said: said + b"?")), ASYNCIO, "results"),
    "hangs up without an answer": (cheating(answering(lambda _said: b"")), ASYNCIO, "results"),
    "looks too early": (cheating(looks_too_early), ASYNCIO, "gathered"),
    "one thread for all": (cheating(one_thread_for_all, "blocking"), THREADS, "overlap"),
}


@pytest.mark.parametrize(
    "cheat", [pytest.param(one, marks=NIGHTLY if one == "answers too much" else ()) for one in CHEATS]
)
def test_a_cheat_is_caught_by_one_check_and_passes_without_it(cheat: str) -> None:
    workload, model, check = CHEATS[cheat]
    assert failed(workload, PARAMS, model) - {"unwatched"} == {check}
    assert failed(workload, PARAMS, model, without={check, "unwatched"}) == set()


def test_a_model_that_returns_what_an_earlier_run_did_is_caught_by_the_salt() -> None:
    assert "unwatched" in failed(WORKLOAD, PARAMS, replays(ASYNCIO, 1))


def forges_the_report(rt: Any, p: Params) -> list[Any]:
    """Make the report up, and hold no connection."""

    async def keeper() -> Any:
        return {"seed": rt.salt, "verified": p.tasks, "options": {}}

    async def one(number: int) -> int:
        return number

    return [keeper, *(partial(one, number) for number in numbers(rt.salt, p.tasks))]


def test_a_wording_that_forges_the_report_is_caught_by_what_its_tasks_did_not_do() -> None:
    assert {"overlap", "gathered"} <= failed(cheating(forges_the_report), PARAMS, ASYNCIO)


@pytest.mark.parametrize("model", [ASYNCIO, THREADS, models.get("polling")], ids=lambda model: model.name)
def test_what_the_clients_saw_is_recorded(model: Model) -> None:
    with cell_beside(WORKLOAD, PARAMS, model) as cell:
        figures = WORKLOAD.records(cell.run(1)[0], PARAMS)
    assert 0 < figures["latency_p50_ns"] <= figures["latency_max_ns"] <= figures["traffic_ns"]
    assert figures["setup_ns"] > 0 < figures["teardown_ns"]
    assert figures["nodelay"] == 1
    assert figures["sndbuf"] >= BUFFER


def test_hundreds_that_connect_at_once_are_all_accepted() -> None:
    with cell_beside(WORKLOAD, Params(tasks=600), ASYNCIO) as cell:
        assert len(cell.run(1)) == 1


@pytest.mark.parametrize("model", [ASYNCIO, THREADS], ids=lambda model: model.name)
def test_memory_is_weighed_while_all_connections_are_silent(model: Model) -> None:
    with cell_beside(WORKLOAD, Params(tasks=20), model) as cell:
        weighed = weigh(cell, WORKLOAD.smallest)
    assert weighed["tasks"] == 21
    assert weighed["observed_bytes"] >= weighed["baseline_bytes"]


def test_the_judge_refuses_what_no_honest_run_returns() -> None:
    with cell_beside(WORKLOAD, Params(tasks=2), ASYNCIO) as cell:
        (batch,) = cell.batches(1)
        report, *served_by = cell.lent.run(batch.factories)
    judge, salt = WORKLOAD.judge, batch.salt
    assert judge([report, *served_by], Params(tasks=2), salt) is None
    for wrong in (
        served_by,
        [None, *served_by],
        [report, *served_by[::-1]],
        [report | {"verified": 1}, *served_by],
        [report | {"seed": 1}, *served_by],
        [report | {"fault": "none came"}, *served_by],
    ):
        assert judge(wrong, Params(tasks=2), salt) is not None


@pytest.mark.parametrize("wrong", [{"tasks": 0}, {"tasks": 5000}, {"payload": 0}, {"payload": 1 << 20}])
def test_parameters_that_cannot_be_are_refused_by_name(wrong: Mapping[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Params(**wrong)


def asked(workload: str, model: str) -> dict[str, Any]:
    """Have a worker witness a hostile companion; nothing is left."""
    return answer_of(model, HOSTILE, workload, tasks=8)


@pytest.mark.parametrize(
    "model", ["threads", *(pytest.param(one, marks=NIGHTLY) for one in ("asyncio", "polling"))]
)
def test_clients_that_die_end_the_cell_in_words(model: str) -> None:
    said = asked("dying", model)
    assert said["outcome"] == "crashed"
    assert "Error" in said["reason"] or "hung up" in said["reason"]


@pytest.mark.parametrize(
    "model", ["asyncio", *(pytest.param(one, marks=NIGHTLY) for one in ("threads", "polling"))]
)
def test_clients_that_find_no_descriptors_are_exhausted_with_their_number(model: str) -> None:
    said = asked("crowded", model)
    assert (said["outcome"], said["at"]) == ("exhausted", 8)
    assert "Too many open files" in said["reason"]


@pytest.mark.nightly
def test_clients_that_expected_something_else_say_so() -> None:
    said = asked("changing", "asyncio")
    assert said["outcome"] == "invalid"
    assert "got another byte than it had sent" in said["reason"]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("model", [ASYNCIO, THREADS, models.get("polling")], ids=lambda model: model.name)
def test_a_run_leaves_no_descriptor_open(model: Model) -> None:
    with cell_beside(WORKLOAD, PARAMS, model) as cell:
        cell.run(1)
        before = open_files()
        cell.run(3)
        assert open_files() <= before  # what tests before have left may be closed meanwhile
