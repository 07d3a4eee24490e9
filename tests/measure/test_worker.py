"""The worker's handler: one answer a line, and whatever is raised is an outcome."""

import io
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

import pytest

from concbench.drive.workers.answers import complaint_about
from concbench.measure.execution import lent_from
from concbench.measure.worker import RequestHandler, greet, send, serve
from concbench.models.base import GeneratorRuntime
from concbench.models.generator import MODEL, open_session, wait_gen
from concbench.workloads.base import NotExpressible, Workload
from concbench.workloads.basics import spawn
from concbench.workloads.catalogue import Catalogue

from .odd import odd_model, turn

pytestmark = pytest.mark.measured_side


@dataclass(frozen=True)
class Bare:
    """A session that cannot run anything."""

    rt = GeneratorRuntime()


@pytest.fixture
def handler() -> Iterator[RequestHandler]:
    with open_session() as session:
        yield RequestHandler(Catalogue(), MODEL, session)


class Pipe:
    """A pipe: what is written to ``fd`` is read as messages."""

    def __init__(self) -> None:
        self._read, self.fd = os.pipe()

    def messages(self) -> list[dict[str, Any]]:
        os.close(self.fd)
        with os.fdopen(self._read, encoding="utf-8") as stream:
            return [json.loads(line) for line in stream]


def test_a_turn_is_answered_with_a_sample(handler: RequestHandler) -> None:
    answer = handler.answer(turn(tasks=3, number=2))
    assert [(leg["leg"], leg["number"]) for leg in answer["legs"]] == [("single", 2)]
    assert set(answer["legs"][0]) == {
        "leg", "number", "wall_ns", "cpu_ns", "user_ns", "system_ns", "voluntary", "involuntary", "gc",
    }  # fmt: skip
    assert answer["calibration_ns"] > 0


def test_a_turn_has_the_workload_s_own_records(handler: RequestHandler) -> None:
    records = handler.answer(turn("timers", tasks=2, delay=0.001))["records"]
    assert len(records["lateness_ns"]) == 2


@pytest.mark.parametrize("operation", ["witness", "verify"])
def test_what_was_witnessed_is_answered_with_its_checks(handler: RequestHandler, operation: str) -> None:
    answer = handler.answer({"op": operation, "workload": "spawn", "params": {"tasks": 3}, "seconds": 60.0})
    assert set(answer["checks"].values()) == {None}


def test_calibrating_gives_as_many_readings_as_were_asked_for(handler: RequestHandler) -> None:
    assert len(handler.answer({"op": "calibrate", "count": 4})["calibration_ns"]) == 4


def test_weighing_runs_the_smallest_first(handler: RequestHandler) -> None:
    request = {"op": "weigh", "workload": "spawn", "params": {"tasks": 10}, "smallest": {"tasks": 2}}
    assert handler.answer(request)["tasks"] == 10


def test_what_cannot_be_expressed_is_an_outcome(handler: RequestHandler) -> None:
    answer = handler.answer(turn("chain", tasks=2, depth=3, suspensions=4))
    assert answer["outcome"] == "not-expressible"
    assert "yield from" in answer["reason"]


def test_a_wrong_result_is_invalid() -> None:
    class Session:
        with open_session() as honest:
            rt = honest.rt

        @staticmethod
        def run(factories: Any) -> list[Any]:
            return [0 for _ in factories]

    answer = RequestHandler(Catalogue(), MODEL, Session()).answer(turn(tasks=2))
    assert answer["outcome"] == "invalid"
    assert answer["reason"].startswith("results: task 0 returned 0 instead of ")


@pytest.mark.parametrize("operation", ["warm", "turn", "slice", "verify", "witness", "look", "weigh"])
def test_a_judge_that_shows_thousands_of_results_has_judged_them(
    handler: RequestHandler, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    wordy = replace(spawn.WORKLOAD, judge=lambda results, _params, _salt: f"wrong: {results!r}" * 500)
    monkeypatch.setattr(Catalogue, "workload", lambda _self, _name: wordy)
    about = {"op": operation, "seconds": 60.0, "untimed": 1, "smallest": {"tasks": 2}}
    answer = handler.answer({**turn(tasks=20), **about})
    assert answer["outcome"] == "invalid"
    assert answer["reason"].startswith("results: wrong: [")
    assert complaint_about(operation, answer) is None


def test_what_a_workload_cannot_express_for_no_reason_is_an_outcome(
    handler: RequestHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mute(_rt: object, _params: object) -> NoReturn:
        raise NotExpressible

    silent = replace(spawn.WORKLOAD, versions={"generator": mute})
    monkeypatch.setattr(Catalogue, "workload", lambda _self, _name: silent)
    answer = handler.answer(turn())
    assert (answer["outcome"], answer["reason"]) == ("not-expressible", "no reason given")


def test_an_operation_that_there_is_not_is_an_outcome(handler: RequestHandler) -> None:
    answer = handler.answer({**turn(), "op": "dance"})
    assert (answer["outcome"], answer["reason"]) == ("crashed", "ValueError: no such operation: dance")


def test_each_request_is_answered_with_one_line_until_the_driver_hangs_up(handler: RequestHandler) -> None:
    pipe = Pipe()
    requests = [json.dumps({"op": "calibrate", "count": 1, "id": number}) + "\n" for number in (2, 3)]
    assert serve(handler, io.StringIO("".join(requests)), pipe.fd) == 4
    assert [message["id"] for message in pipe.messages()] == [2, 3]


def test_a_message_is_one_line_whatever_is_in_it() -> None:
    pipe = Pipe()
    send(pipe.fd, {"words": "two\nlines, ×, \udc80"})
    assert pipe.messages() == [{"words": "two\nlines, ×, ?"}]


def nested() -> list[Any]:
    made: list[Any] = []
    for _ in range(200_000):
        made = [made]
    return made


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: float("nan"), "ValueError: Out of range float values are not JSON compliant"),
        (object, "TypeError: Object of type object is not JSON serializable"),
        (nested, "RecursionError: "),
    ],
)
def test_a_figure_that_cannot_be_written_down_is_an_outcome(make: Callable[[], object], why: str) -> None:
    pipe = Pipe()
    send(pipe.fd, {"id": 4, "wall_ns": make()})
    (message,) = pipe.messages()
    assert (message["id"], message["outcome"]) == (4, "crashed")
    assert message["reason"].startswith(f"the answer cannot be written down: {why}")


def setup(model: str, *plugins: str) -> dict[str, Any]:
    return {"model": model, "plugins": list(plugins), "loops": [], "roots": []}


def test_the_greeting_tells_the_version(tmp_path: Path) -> None:
    pipe = Pipe()
    found = greet(pipe.fd, setup("odd", odd_model(tmp_path, "pass")))
    assert found is not None
    assert found[1].name == "odd"
    (greeting,) = pipe.messages()
    assert greeting["unavailable"] is None
    assert greeting["version"] == MODEL.version()
    assert greeting["pid"] == os.getpid()


def test_a_model_that_is_not_available_says_why_and_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = replace(MODEL, unavailable=lambda: "not for this Python")
    monkeypatch.setattr(Catalogue, "model", lambda _self, _name: missing)
    pipe = Pipe()
    assert greet(pipe.fd, setup("generator")) is None
    (greeting,) = pipe.messages()
    assert greeting["unavailable"] == "not for this Python"
    assert "version" not in greeting


def test_a_model_that_this_side_does_not_have_is_not_available() -> None:
    pipe = Pipe()
    assert greet(pipe.fd, setup("later")) is None
    (greeting,) = pipe.messages()
    assert greeting["unavailable"] == "there is no model later here"


@pytest.mark.parametrize(
    ("workload", "params", "reason"),
    [
        ("later", {}, "there is no workload later here"),
        ("spawn", {"width": 2}, "spawn has no parameter width; it has tasks"),
    ],
)
def test_what_this_side_does_not_have_is_no_crash(
    handler: RequestHandler, workload: str, params: dict[str, int], reason: str
) -> None:
    answer = handler.answer(turn(workload, **params))
    assert (answer["outcome"], answer["reason"]) == ("unavailable", reason)


def test_a_workload_that_raises_a_key_error_on_import_has_crashed(
    handler: RequestHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: Catalogue, _name: str) -> None:
        raise KeyError("something else")

    monkeypatch.setattr(Catalogue, "workload", broken)
    assert handler.answer(turn("spawn"))["outcome"] == "crashed"


@pytest.mark.parametrize(
    ("lent", "lacking"), [(None, "None, has no rt and no run"), (Bare(), "Bare(), has no run")]
)
def test_a_session_that_is_none_is_a_crash_in_words(lent: Any, lacking: str) -> None:
    answer = RequestHandler(Catalogue(), MODEL, lent).answer(turn(tasks=2))
    assert answer["outcome"] == "crashed"
    assert answer["reason"].startswith(
        "TypeError: open of generator must lend a session, which has rt and run"
    )
    assert answer["reason"].endswith(lacking)


class Lending:
    """A session whose members are what a test says."""

    rt = GeneratorRuntime()

    def __init__(self, **members: Any) -> None:
        self.__dict__.update({"run": wait_gen, **members})


@pytest.mark.parametrize("member", ["run", "prepare", "processes"])
def test_what_is_no_function_of_a_session_is_named(member: str) -> None:
    session: Any = Lending(**{member: 5})
    answer = RequestHandler(Catalogue(), MODEL, session).answer(turn(tasks=2))
    assert answer["outcome"] == "crashed"
    assert answer["reason"].startswith(
        f"TypeError: {member} of the model's session must be a function, not 5"
    )


def test_what_a_session_says_it_has_not_is_none() -> None:
    session: Any = Lending(prepare=None, processes=None)
    lent = lent_from(session)
    assert (lent.prepare, lent.processes) == (None, None)


def verifying(**fields: Any) -> dict[str, Any]:
    """Return how a workload with other fields is verified."""
    its = replace(spawn.WORKLOAD, name="its", **fields)

    class Its(Catalogue):
        def workload(self, name: str) -> Workload[Any]:
            return its if name == its.name else super().workload(name)

    with open_session() as session:
        request = {"op": "verify", "workload": "its", "params": {"tasks": 3}, "seconds": 60.0}
        return RequestHandler(Its(), MODEL, session).answer(request)


def test_verifying_tries_a_workloads_records() -> None:
    given: list[Any] = []

    def noting(*what: Any) -> dict[str, Any]:
        given.append(what)
        return {}

    assert verifying(records=noting)["checks"]["results"] is None
    ((results, params),) = given
    assert (len(results), params) == (3, spawn.Params(3))
    wrong = verifying(records=lambda _results, _params: [1])
    reason = "TypeError: records of its must return a dict, not a list"
    assert (wrong["outcome"], wrong["reason"]) == ("crashed", reason)
    broken = verifying(records=lambda results, _params: results[3])["reason"]
    assert broken.startswith(
        "records of its raised IndexError: list index out of range, in <lambda> at test_"
    )


def test_verifying_warns_of_a_judge_that_forgets_the_salt() -> None:
    (doubt,) = verifying(judge=lambda results, _params, _salt: None if len(results) == 3 and
                         all(type(one) is int for one in results) else "wrong")["doubts"]  # fmt: skip
    assert doubt.startswith("its judge takes the salt, and accepts the same results under another one")
    assert verifying()["doubts"] == []
