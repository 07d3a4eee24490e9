"""The load client of echo: it verifies every byte, tells what a server does wrong, and omits no wait."""

import errno
import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from concbench.measure.companions import beside
from concbench.models.base import Exhausted
from concbench.workloads.sockets.companions import control as controls
from concbench.workloads.sockets.companions import polling
from concbench.workloads.sockets.companions.control import Control
from concbench.workloads.sockets.companions.echo import CALIBRATION, job
from concbench.workloads.sockets.companions.links import Peer, Unserved
from concbench.workloads.sockets.companions.payload import Payload
from concbench.workloads.sockets.orders import BUFFER, companion, heard, listening, ordered

pytestmark = pytest.mark.measured_side

Serve = Callable[[socket.socket], None]
ORDERS = {"connections": 3, "requests": 5, "payload": 100, "share": 0.0, "seed": 7, "patience": 0.2}


@contextmanager
def serving(serve: Serve) -> Iterator[int]:
    """Have every connection served in a thread, and yield the port."""
    listener = listening()
    listener.setblocking(True)
    threads: list[threading.Thread] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                threads.append(threading.Thread(target=one, args=(listener.accept()[0],), daemon=True))
                threads[-1].start()

    def one(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            serve(connection)

    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        accepting.join(10)
        listener.close()


def report_of(port: int, **orders: Any) -> dict[str, Any]:
    """Return what the client reports, carried out in a thread of this process."""
    ours, theirs = socket.socketpair()
    asked = {**ORDERS, "buffer": BUFFER, "port": port, **orders}
    with ours, theirs, ours.makefile("rb") as lines:
        doing = threading.Thread(target=controls.answer, args=(Control(theirs), job))
        doing.start()
        ours.sendall(ordered(**asked))
        line = lines.readline()
        doing.join(10)
    return heard(line, asked["connections"])


def honest(connection: socket.socket) -> None:
    while data := connection.recv(1 << 16):
        connection.sendall(data)


@pytest.mark.parametrize("payload", [1, 100, 300_000])
def test_every_reply_of_an_honest_server_is_verified_and_the_phases_are_told_apart(payload: int) -> None:
    with serving(honest) as port:
        report = report_of(port, payload=payload, patience=10)
    assert "fault" not in report
    assert (report["verified"], report["seed"], len(report["latency_ns"])) == (15, 7, 15)
    assert report["latency_ns"] == sorted(report["latency_ns"])
    assert 0 < report["latency_ns"][0] <= report["latency_max_ns"] <= report["traffic_ns"]
    assert min(report[f"{name}_ns"] for name in ("setup", "traffic", "teardown")) > 0
    assert report["companion_busy"] >= 0
    assert report["options"]["nodelay"] == 1


def test_clients_that_find_no_port_say_so_and_blame_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect_ex", lambda *_address: errno.EADDRNOTAVAIL)
    with serving(honest) as port, pytest.raises(Exhausted, match="connection 0 of 3: Cannot assign") as told:
        report_of(port)
    assert told.value.at == 3


def hangs_up(connection: socket.socket) -> None:
    for _ in range(2):
        connection.sendall(connection.recv(1 << 16))
    connection.recv(1 << 16)


def says_too_much(connection: socket.socket) -> None:
    while data := connection.recv(1 << 16):
        connection.sendall(data + b"!")


def says_more_in_the_end(connection: socket.socket) -> None:
    honest(connection)
    connection.sendall(b"bye")


def changes_a_byte(connection: socket.socket) -> None:
    while data := connection.recv(1 << 16):
        connection.sendall(data[:40] + bytes([data[40] ^ 1]) + data[41:])


def repeats_the_first(connection: socket.socket) -> None:
    first = connection.recv(1 << 16)
    connection.sendall(first)
    while connection.recv(1 << 16):
        connection.sendall(first)


def never_reads(_connection: socket.socket) -> None:
    time.sleep(1)


def is_late(connection: socket.socket) -> None:
    data = connection.recv(1 << 16)
    time.sleep(1)
    connection.sendall(data)


def never_closes(connection: socket.socket) -> None:
    honest(connection)
    time.sleep(1)


def keeps_a_part(connection: socket.socket) -> None:
    while data := connection.recv(1 << 16):
        connection.sendall(data[:-1])


FAULTS: dict[str, tuple[Serve, str]] = {
    "hangs up": (hangs_up, "was hung up on, in its message 3"),
    "says too much": (says_too_much, "got 1 bytes more than it had sent"),
    "says more in the end": (says_more_in_the_end, "got 3 bytes more in the end"),
    "changes a byte": (changes_a_byte, "got another byte than it had sent, at 40 of its message 1"),
    "repeats the first": (repeats_the_first, "of its message 2"),
    "never reads": (never_reads, "no reply came within 0.2 s"),
    "is late": (is_late, "no reply came within 0.2 s"),
    "never closes": (never_closes, "3 connections were not closed within 0.2 s"),
    "keeps a part": (keeps_a_part, "no reply came within 0.2 s"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_a_server_does_wrong_is_reported_beside_what_was_verified_until_then(fault: str) -> None:
    serve, words = FAULTS[fault]
    with serving(serve) as port:
        report = report_of(port)
    assert words in report["fault"]
    assert report["verified"] <= 15


def test_the_end_of_a_connection_is_no_reply_where_nothing_was_asked_on_it_either() -> None:
    """In an open loop connections wait for nothing now and then."""
    poller = polling.poller()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        peer = Peer(4, ours, Payload(7, 10).of, poller)
        theirs.shutdown(socket.SHUT_WR)
        with pytest.raises(Unserved, match=r"connection 4 was hung up on, after its message 0$"):
            peer.take(polling.READ)
    poller.close()


def test_a_server_that_is_not_there_is_a_fault() -> None:
    with listening() as listener:
        port = listener.getsockname()[1]
    assert report_of(port)["fault"].startswith("a connection was given up: ")


def stalls_once(stall: float) -> Serve:
    """Return what serves honestly, but for one stop, of all connections, right after the calibration."""
    lock, served = threading.Lock(), [0]

    def serve(connection: socket.socket) -> None:
        while data := connection.recv(1 << 16):
            with lock:
                served[0] += 1
                if served[0] == stop_at[0]:
                    time.sleep(stall)
            connection.sendall(data)

    stop_at = [CALIBRATION + 20]
    return serve


def test_a_stall_counts_for_all_that_were_meant_to_be_sent_meanwhile() -> None:
    """A closed loop would see it in a request or two of each connection: coordinated omission."""
    stall = 0.3
    with serving(stalls_once(stall)) as port:
        report = report_of(port, connections=2, requests=1000, share=0.5, patience=10)
    meant = min(2000.0, 0.5 * report["closed_per_s"] * stall)
    late = sum(ns > 0.1e9 * stall for ns in report["latency_ns"]) / len(report["latency_ns"])
    assert late * 2000 >= 0.4 * meant > 2 * 2
    assert report["latency_max_ns"] >= 0.9e9 * stall


def test_an_open_loop_sends_at_its_share_of_the_rate_that_the_closed_one_came_to() -> None:
    with serving(honest) as port:
        report = report_of(port, connections=4, requests=100, share=0.5, patience=10)
    assert report["verified"] == 400
    assert report["traffic_ns"] >= 0.99e9 * 399 / (0.5 * report["closed_per_s"])


def test_a_client_that_nobody_asks_any_more_goes_on_with_the_next_run() -> None:
    with beside(companion("echo")) as at, serving(never_reads) as deaf, serving(honest) as port:
        with socket.create_connection(("127.0.0.1", at.port)) as gone:
            gone.sendall(leaving(deaf))
        with socket.create_connection(("127.0.0.1", at.port), timeout=10) as connection:
            connection.sendall(leaving(port))
            with connection.makefile("rb") as lines:
                assert heard(lines.readline())["verified"] == 15


def leaving(port: int) -> bytes:
    return ordered(**{**ORDERS, "patience": 60.0}, buffer=BUFFER, port=port)


@pytest.mark.skipif(sys.platform != "linux", reason="limits are inherited so there")
def test_a_client_without_room_for_its_connections_is_exhausted_and_stays() -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    room = 24 + max(int(one.name) for one in Path("/proc/self/fd").iterdir())  # here more may be open already
    resource.setrlimit(resource.RLIMIT_NOFILE, (room, before[1]))
    try:
        with beside(companion("echo")) as at:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)
            with serving(honest) as port:
                for connections in (room, 3):
                    with socket.create_connection(("127.0.0.1", at.port), timeout=10) as connection:
                        connection.sendall(
                            ordered(**{**ORDERS, "connections": connections}, buffer=BUFFER, port=port)
                        )
                        with connection.makefile("rb") as lines:
                            line = lines.readline()
                    if connections == room:
                        with pytest.raises(Exhausted, match="Too many open files"):
                            heard(line, connections)
                    else:
                        assert json.loads(line)["verified"] == 15
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
