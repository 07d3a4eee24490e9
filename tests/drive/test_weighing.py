"""Weighing: several workers at a time, and none is left when it is stopped."""

import threading
import time
from contextlib import closing
from typing import Any

from concbench.drive.plan import Contender
from concbench.drive.weighing import MemoryRunner
from concbench.drive.workers.launch import WorkerLost
from tests.measure.fakes import plan_of


class SlowLink:
    """A worker that answers only when it is killed, as one that hangs does; or at once."""

    def __init__(self, contender: Contender) -> None:
        self.greeting: dict[str, Any] = {"unavailable": None}
        self.hangs = contender.id != "a"
        self.gave_up = False
        self.asked = threading.Event()
        self.killed = threading.Event()

    def request(self, message: dict[str, Any], seconds: float) -> dict[str, Any]:
        self.asked.set()
        if self.hangs:
            self.gave_up = not self.killed.wait(seconds)
            raise WorkerLost("crashed", "the worker was ended by SIGKILL", "")
        return {"tasks": 1}

    def close(self) -> dict[str, Any]:
        raise AssertionError("a worker that weighs has nothing to say at the end")

    def kill(self) -> None:
        self.killed.set()


def test_stopping_ends_the_workers_that_hang_and_starts_no_further_ones() -> None:
    links: dict[str, SlowLink] = {}

    def launch(contender: Contender) -> SlowLink:
        links[contender.id] = SlowLink(contender)
        return links[contender.id]

    runner = MemoryRunner(launch, {"op": "weigh"}, seconds=10.0, at_once=2)
    with closing(runner.weigh(plan_of("abcd").contenders)) as answers:
        assert next(answers) == ({"unavailable": None}, {"tasks": 1})
        for hanging in ("b", "c"):
            while hanging not in links:
                time.sleep(0.001)
            assert links[hanging].asked.wait(60)
    assert sorted(links) == ["a", "b", "c"]
    assert all(link.killed.is_set() for link in links.values())
    assert not any(link.gave_up for link in links.values())


def test_answers_come_in_the_order_of_the_contenders() -> None:
    first_is_done = threading.Event()

    class Link(SlowLink):
        def __init__(self, contender: Contender) -> None:
            super().__init__(contender)
            self.name = contender.id

        def request(self, message: dict[str, Any], seconds: float) -> dict[str, Any]:
            if self.name == "b":
                first_is_done.set()
            else:
                assert first_is_done.wait(60)
            return {"name": self.name}

    runner = MemoryRunner(Link, {"op": "weigh"}, seconds=60.0, at_once=2)
    assert [answer["name"] for _greeting, answer in runner.weigh(plan_of("ab").contenders)] == ["a", "b"]
