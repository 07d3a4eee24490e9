"""What companions of loads share: orders and reports, bytes that can be worked out, figures, sockets."""

import json
import select
import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from concbench.measure.companions import beside
from concbench.models.base import Exhausted
from concbench.workloads.base import Companion
from concbench.workloads.sockets.companions import control as controls
from concbench.workloads.sockets.companions import polling, timing
from concbench.workloads.sockets.companions.control import Abandoned, Control, Job, LeftWaiting
from concbench.workloads.sockets.companions.payload import SPAN, Payload
from concbench.workloads.sockets.companions.timing import Phases, told
from concbench.workloads.sockets.orders import BUFFER, CompanionFailed, companion, heard, listening, ordered

pytestmark = pytest.mark.measured_side


@contextmanager
def talking(job: Job) -> Iterator[socket.socket]:
    """Have a job done by a companion at the other end of a pair of sockets."""
    ours, theirs = socket.socketpair()
    ours.settimeout(10)
    doing = threading.Thread(target=controls.answer, args=(Control(theirs), job))
    with ours, theirs:
        doing.start()
        try:
            yield ours
        finally:
            ours.close()
            doing.join(10)
            assert not doing.is_alive()


def line_of(connection: socket.socket) -> bytes:
    with connection.makefile("rb") as lines:
        return lines.readline()


def test_a_companion_does_what_it_is_ordered_and_reports() -> None:
    with talking(lambda _control, orders: {"twice": 2 * orders["number"]}) as connection:
        connection.sendall(ordered(number=21))
        assert heard(line_of(connection)) == {"twice": 42}


def test_a_companion_may_say_something_before_it_reports() -> None:
    def job(control: Control, _orders: Any) -> dict[str, Any]:
        control.tell({"port": 7})
        return {"done": True}

    with talking(job) as connection, connection.makefile("rb") as lines:
        connection.sendall(ordered())
        assert [heard(lines.readline()) for _ in range(2)] == [{"port": 7}, {"done": True}]


def test_orders_may_come_in_pieces() -> None:
    with talking(lambda _control, orders: orders) as connection:
        for byte in ordered(number=3):
            connection.sendall(bytes([byte]))
        assert heard(line_of(connection)) == {"number": 3}


def test_what_goes_wrong_in_a_companion_is_raised_where_its_report_is_read() -> None:
    def job(_control: Control, _orders: Any) -> dict[str, Any]:
        raise LeftWaiting("no reply within 5 s")

    with talking(job) as connection:
        connection.sendall(ordered())
        with pytest.raises(CompanionFailed, match=r"reports LeftWaiting: no reply within 5 s$"):
            heard(line_of(connection))


@pytest.mark.parametrize("number", [23, 24])
def test_a_companion_that_runs_out_is_exhausted_at_what_it_was_asked_for(number: int) -> None:
    said = json.dumps({"error": "OSError: too many files", "errno": number}).encode() + b"\n"
    with pytest.raises(Exhausted, match="companion ran out: OSError: too many files") as caught:
        heard(said, connections=100)
    assert caught.value.at == 100


def test_a_companion_that_hangs_up_is_told_of() -> None:
    for said in (b"", b'{"verified": 10'):
        with pytest.raises(CompanionFailed, match="hung up before it had reported"):
            heard(said)


def test_a_job_finds_out_that_nobody_wants_its_report() -> None:
    found: list[str] = []

    def job(control: Control, _orders: Any) -> dict[str, Any]:
        poller = polling.poller()
        poller.add(control)
        control.check()
        assert poller.poll(0) == []
        hears.set()
        assert poller.poll(10)
        try:
            control.check()
        except Abandoned:
            found.append("abandoned")
            raise
        finally:
            poller.close()
        return {}

    hears = threading.Event()
    with talking(job) as connection:
        connection.sendall(ordered())
        assert hears.wait(10)
    assert found == ["abandoned"]


def test_who_leaves_without_orders_leaves_nothing_behind() -> None:
    def job(_control: Control, _orders: Any) -> dict[str, Any]:
        asked.append(True)
        return {}

    asked: list[bool] = []
    with talking(job) as connection:
        connection.sendall(b'{"number": ')
    assert asked == []


ECHO_ORDERS = """
from concbench.workloads.sockets.companions.control import attend
attend(lambda control, orders: orders)
"""


def test_a_companion_serves_one_run_after_another_in_a_bare_interpreter() -> None:
    program = companion("control").program
    assert program.endswith("main()\n")
    attending = program[: program.index("from concbench.workloads.sockets.companions.control")] + ECHO_ORDERS
    with beside(Companion(attending)) as at:
        for number in range(3):
            with socket.create_connection(("127.0.0.1", at.port), timeout=10) as connection:
                connection.sendall(ordered(number=number))
                assert heard(line_of(connection)) == {"number": number}


@pytest.mark.parametrize("size", [1, 64, 100_000])
def test_messages_differ_have_their_size_and_are_the_same_for_the_same_seed(size: int) -> None:
    payload = Payload(7, size)
    made = [payload.of(stream, number) for stream in range(5) for number in range(5)]
    assert {len(one) for one in made} == {size}
    assert made == [Payload(7, size).of(stream, number) for stream in range(5) for number in range(5)]
    assert size == 1 or len({*made}) == len(made)
    assert payload.of(1, 2) != Payload(8, size).of(1, 2)


def test_the_messages_of_a_connection_begin_at_every_place_before_any_comes_again() -> None:
    payload = Payload(1, 8)
    assert len({payload.of(3, number) for number in range(SPAN)}) == SPAN


def test_latencies_are_told_as_percentiles_and_a_sample() -> None:
    few = told([30, 10, 20])
    assert few["latency_ns"] == [10, 20, 30]
    assert (few["latency_p50_ns"], few["latency_max_ns"]) == (20, 30)
    many = told(range(1000, 0, -1))
    assert len(many["latency_ns"]) == 101
    assert many["latency_ns"] == sorted(many["latency_ns"])
    assert (many["latency_ns"][0], many["latency_ns"][-1]) == (1, 1000)
    assert (many["latency_p90_ns"], many["latency_p99_ns"]) == (900, 990)


def test_phases_are_told_apart_each_with_its_cpu_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "perf_counter_ns", iter([0, 10, 100, 1100]).__next__)
    monkeypatch.setattr(timing, "process_time_ns", iter([0, 5, 50, 950]).__next__)
    phases = Phases()
    with phases.phase("setup"):
        pass
    with phases.phase("traffic"):
        pass
    assert phases.told() == {
        "setup_ns": 10,
        "traffic_ns": 1000,
        "setup_cpu_ns": 5,
        "traffic_cpu_ns": 900,
        "companion_busy": 0.9,
    }


def test_a_companion_was_as_busy_as_in_the_busiest_of_the_phases_that_figures_come_of() -> None:
    phases = Phases()
    phases.wall |= {"setup": 100, "calibration": 100, "traffic": 100}
    phases.cpu |= {"setup": 99, "calibration": 95, "traffic": 50}
    assert phases.told("calibration", "traffic")["companion_busy"] == 0.95
    assert phases.told()["companion_busy"] == 0.5


@pytest.mark.parametrize("system", ["this one", "one without epoll"])
def test_pollers_tell_who_can_be_read_and_written(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if system == "one without epoll":
        monkeypatch.delattr(select, "epoll", raising=False)
        monkeypatch.setattr(selectors, "DefaultSelector", selectors.SelectSelector)
        monkeypatch.setattr(polling, "READ", selectors.EVENT_READ)
        monkeypatch.setattr(polling, "WRITE", selectors.EVENT_WRITE)
    poller = polling.poller()
    one, other = socket.socketpair()
    with one, other:
        poller.add(one, polling.READ)
        assert poller.poll(0) == []
        other.send(b"x")
        assert [(fd, bool(mask & polling.READ)) for fd, mask in poller.poll(1)] == [(one.fileno(), True)]
        poller.modify(one, polling.WRITE)
        assert [(fd, bool(mask & polling.WRITE)) for fd, mask in poller.poll(1)] == [(one.fileno(), True)]
        poller.remove(one)
        assert poller.poll(0) == []
    poller.close()


def test_a_listening_socket_gives_its_options_to_what_it_accepts() -> None:
    with listening() as listener, polling.fitted(socket.socket(), BUFFER) as client:
        with pytest.raises(BlockingIOError):
            client.connect(listener.getsockname())
        accepted, _ = listener.accept()
        with accepted:
            ends = [
                [
                    one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0,
                    one.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF),
                    one.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF),
                ]
                for one in (client, accepted)
            ]
    assert ends[0] == ends[1]
    assert ends[0][0]
