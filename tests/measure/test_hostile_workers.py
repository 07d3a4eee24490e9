"""Real workers that say what is no answer, or answer never: a typed outcome that says what came, each time.

What costs one of them its cells costs no other model anything: a run, a verification, a comparison and a
weighing go on beside each.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from concbench.drive.host.interpreters import Interpreter
from concbench.drive.plan import Contender
from concbench.drive.weighing import MemoryRunner
from concbench.drive.workers import launch as launching
from concbench.drive.workers.client import WorkerClient
from concbench.drive.workers.lastwords import with_words
from concbench.drive.workers.launch import ProcessLink, WorkerLost, launch

from .odd import is_running, odd_model, turn, wait_until

pytestmark = pytest.mark.measured_side
HERE = Path(sys.executable)
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")
TOLD = "reply = int(sys.argv[3])\n"
WEIGHING = {"op": "weigh", "workload": "spawn", "params": {"tasks": 3}, "smallest": {"tasks": 2}}

SAID = {
    "an array": (r'os.write(reply, b"[]\n")', "sent JSON that is no object"),
    "nothing": (r'os.write(reply, b"\n")', "sent what is no JSON (b'')"),
    "no text": (r'os.write(reply, b"\xff\xfe\n")', "sent what is not UTF-8"),
    "half of an object": (r'os.write(reply, b"{")', "sent what is no JSON"),
    "no number": (r'os.write(reply, b"{}\n")', "sent an answer with the number None instead of 2"),
    "another's number": (r'os.write(reply, b"{\"id\": 1}\n")', "with the number 1 instead of 2"),
    "an outcome that there is not": (
        r'os.write(reply, b"{\"id\": 2, \"outcome\": \"ok\", \"reason\": \"\"}\n")',
        ".outcome is 'ok', not one of",
    ),
    "an answer to something else": (
        r'os.write(reply, b"{\"id\": 2, \"runs\": 1}\n")',
        "has 'runs', which is none of its keys",
    ),
    "a number beyond all bounds": (
        r'os.write(reply, b"{\"id\": 2, \"outcome\": \"exhausted\", \"reason\": \"\", \"at\": 1e999}\n")',
        ".at is inf, not an integer of 0 or more or null",
    ),
    "depth": (r'os.write(reply, b"[" * 50000 + b"\n")', "sent "),  # JSON or not: some versions go deeper
    "no end": (
        "def flood():\n    while True: os.write(reply, b'x' * 65536)\nflood()",
        "sent more than 1 MiB without an end of line",
    ),
    "the end of the pipe": (
        "os.close(reply)\ntime.sleep(600)",
        "closed the pipe of answers",
    ),
}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("concbench.drive.workers.replies.MOST_BYTES", 1 << 20)
    monkeypatch.setattr(launching, "ABORT_SECONDS", 0.2)


def start(plugin: str, model: str = "odd") -> ProcessLink:
    return launch(HERE, model, plugins=[plugin])


@pytest.mark.parametrize("said", SAID)
def test_what_a_model_writes_into_the_pipe_of_answers_is_its_crash(tmp_path: Path, said: str) -> None:
    body, why = SAID[said]
    link = start(odd_model(tmp_path, TOLD + body))
    with pytest.raises(WorkerLost) as caught:
        link.request(turn(), 60.0)
    assert caught.value.outcome == "crashed"
    assert caught.value.reason.startswith("the worker ")
    assert why in caught.value.reason
    assert not is_running(link.greeting["pid"])


def test_what_a_model_writes_between_two_requests_is_its_crash_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ProcessLink, "rests", False)
    late = (
        TOLD
        + r"""
import threading
def later():
    while True:
        time.sleep(0.001)
        if os.path.exists(PATH): os.write(reply, b"[]\n"); open(PATH + "2", "w").close(); return
threading.Thread(target=later, daemon=True).start()
"""
    )
    flag = tmp_path / "now"
    link = start(odd_model(tmp_path, late.replace("PATH", repr(str(flag)))))
    assert "legs" in link.request(turn(), 60.0)
    flag.touch()
    wait_until((tmp_path / "now2").exists)
    with pytest.raises(WorkerLost, match="wrote into the pipe of answers when nothing was asked"):
        link.request(turn(), 60.0)


def test_a_worker_that_dribbles_for_ever_times_out(tmp_path: Path) -> None:
    dribble = TOLD + "while True:\n    os.write(reply, b' ')\n    time.sleep(0.001)"
    with pytest.raises(WorkerLost) as caught:
        start(odd_model(tmp_path, dribble)).request(turn(), 0.3)
    assert caught.value.outcome == "timeout"
    assert caught.value.reason.startswith("no answer within 0.3 s, in run at ")


ODD = """
import time
from dataclasses import replace
from concbench.models.base import Exhausted
from concbench.models.generator import MODEL

def fail(error):
    raise error

{before}
MODELS = [replace(MODEL, name="odd", {change})]
"""


def odd_in(folder: Path, change: str, before: str = "") -> str:
    path = folder / "odd.py"
    path.write_text(ODD.format(change=change, before=before))
    return str(path)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("version=lambda: 3", "version of odd must return text, not 3"),
        ("version=lambda: object()", "version of odd must return text, not <object object"),
        ("version=lambda: float('nan')", "version of odd must return text, not nan"),
        ("version=lambda: fail(OSError('no version'))", "ended with exit code 1"),
        (
            "unavailable=lambda: {'no': 'text'}",
            "unavailable of odd must return text or None, not {'no': 'text'}",
        ),
        ("unavailable=lambda: fail(LookupError('why?'))", "ended with exit code 1"),
        ("open=None", "ended with exit code 1 while its code was imported"),
    ],
)
def test_a_model_that_says_what_is_no_text_does_not_come_up(tmp_path: Path, change: str, why: str) -> None:
    with pytest.raises(WorkerLost) as caught:
        start(odd_in(tmp_path, change))
    assert caught.value.outcome == "crashed"
    assert why in with_words(caught.value.reason, caught.value.last_words)


@pytest.mark.parametrize("clock", ["lambda: 'noon'", "lambda: None", "lambda: -5", "lambda: float('nan')"])
def test_a_model_that_changes_the_clocks_has_a_typed_outcome(tmp_path: Path, clock: str) -> None:
    names = ("perf_counter_ns", "perf_counter", "monotonic", "monotonic_ns", "process_time_ns", "time")
    before = "\n".join(f"time.{name} = {clock}" for name in names)
    link = start(odd_in(tmp_path, "summary='wrong'", before))
    try:
        answer = link.request(turn(), 60.0)
    except WorkerLost as lost:
        answer = {"outcome": lost.outcome}
    link.kill()
    assert answer["outcome"] in ("invalid", "crashed")


@pytest.mark.parametrize("at", ["'many'", "-1", "True", "None", "1.5", "1 << 80"])
def test_being_exhausted_at_what_is_no_count_is_a_crash_that_says_so(tmp_path: Path, at: str) -> None:
    link = start(
        odd_model(tmp_path, f"from concbench.models.base import Exhausted\nraise Exhausted('no', {at})")
    )
    answer = link.request(turn(), 60.0)
    link.kill()
    assert answer["outcome"] == "crashed"
    assert answer["reason"].startswith("Exhausted: no (at=")


def contender(name: str) -> Contender:
    return Contender(name, name, "3", Interpreter(HERE), "generator", (), "loop", "teaching", frozenset())


def test_a_weighing_goes_on_beside_a_worker_that_says_nonsense(tmp_path: Path) -> None:
    plugin = odd_model(tmp_path, TOLD + r'os.write(reply, b"[]\n")')
    runner = MemoryRunner(lambda one: start(plugin, one.model), WEIGHING, 60.0, 2)
    with closing(runner.weigh([contender("odd"), contender("generator")])) as answers:
        (_, odd), (_, honest) = answers
    assert (odd["outcome"], "JSON that is no object" in odd["reason"]) == ("crashed", True)
    assert honest["tasks"] == 3


def test_a_bench_tells_the_outcome_and_starts_another_worker(tmp_path: Path) -> None:
    plugin = odd_model(tmp_path, TOLD + r'os.write(reply, b"[]\n")')
    with WorkerClient(lambda one: start(plugin, one.model), contender("odd")) as client:
        answers = [client.ask(turn(), 60.0) for _ in range(2)]
    assert [answer["outcome"] for answer in answers] == ["crashed", "crashed"]


# Opening and closing


OPENING = """
import contextlib, os, subprocess, sys, time
from dataclasses import replace
from concbench.models.generator import MODEL

@contextlib.contextmanager
def open_session():
    {before}
    with MODEL.open() as session:
        yield session
    {after}

MODELS = [replace(MODEL, name="odd", open=open_session)]
"""


def opening(folder: Path, before: str = "pass", after: str = "pass") -> str:
    path = folder / "odd.py"
    path.write_text(OPENING.format(before=before, after=after))
    return str(path)


def test_a_model_that_never_opens_is_waited_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launching.ProcessLink, "patience", 1.5)
    plugin = opening(tmp_path, before=f"open({str(tmp_path / 'opened')!r}, 'a').write('x'); time.sleep(600)")
    for _ in range(3):
        with pytest.raises(WorkerLost) as caught:
            start(plugin)
        assert caught.value.outcome == "timeout"
        assert caught.value.reason.startswith(
            "no answer within 1.5 s while its model was opened, in open_session at "
        )
    assert (tmp_path / "opened").read_text() == "x"


@pytest.mark.parametrize(
    ("after", "outcome", "why"),
    [
        ("time.sleep(600)", "timeout", "no answer within 0.5 s while its model was closed, in open_session"),
        ("os._exit(3)", "crashed", "the worker ended with exit code 3 while its model was closed"),
        (r'os.write(int(sys.argv[3]), b"[]\n")', "crashed", "sent JSON that is no object"),
    ],
)
def test_a_model_that_does_not_close_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: str, outcome: str, why: str
) -> None:
    link = start(opening(tmp_path, after=after))
    link.request(turn(), 60.0)
    monkeypatch.setattr(launching.ProcessLink, "patience", 0.5)
    with pytest.raises(WorkerLost) as caught:
        link.close()
    assert caught.value.outcome == outcome
    assert why in caught.value.reason
    assert not is_running(link.greeting["pid"])


# What is left behind


@pytest.fixture
def noted(tmp_path: Path) -> Iterator[Path]:
    """Give a file that children write their number into, and see that none of them is left."""
    path = tmp_path / "pids"
    yield path
    left = [int(pid) for pid in path.read_text().split()] if path.exists() else []
    for pid in left:
        if is_running(pid):
            os.kill(pid, 9)
            pytest.fail(f"process {pid} was left")


NOTING = "subprocess.{call}(['sh', '-c', 'echo $$ >> {path}; exec sleep 600']{more})"
WAYS = {
    "in its group": ("Popen", ""),
    "in a session of its own": ("Popen", ", start_new_session=True"),
    "without its environment": ("Popen", ", start_new_session=True, env={'PATH': os.environ['PATH']}"),
}


def body_for(way: str, path: Path) -> str:
    """Return what leaves a child that has told its number."""
    return f"{_leaving(way, path)}\nwhile not os.path.exists({str(path)!r}): time.sleep(0.01)"


def _leaving(way: str, path: Path) -> str:
    if way == "forked twice":
        return f"subprocess.run(['setsid', '-f', 'sh', '-c', 'echo $$ >> {path}; exec sleep 600'])"
    if way == "forked, and no other program":
        return f"""
if not os.fork():
    os.setsid()
    open({str(path)!r}, "a").write(f"{{os.getpid()}}\\n")
    time.sleep(600)
"""
    call, more = WAYS[way]
    return NOTING.format(call=call, path=path, more=more)


EVERY_WAY = (*WAYS, "forked twice", "forked, and no other program")


@LINUX
@pytest.mark.parametrize("way", EVERY_WAY)
def test_children_are_ended_with_a_worker_that_is_killed(tmp_path: Path, noted: Path, way: str) -> None:
    link = start(odd_model(tmp_path, body_for(way, noted)))
    link.request(turn(), 60.0)
    link.kill()
    wait_until(lambda: not any(is_running(int(pid)) for pid in noted.read_text().split()))


@LINUX
@pytest.mark.parametrize(
    "way",
    [
        pytest.param(way, marks=[] if way == "in its group" else [pytest.mark.nightly])
        for way in EVERY_WAY
        if way != "without its environment"
    ],
)
def test_children_that_are_left_behind_are_told_and_ended(tmp_path: Path, noted: Path, way: str) -> None:
    link = start(odd_model(tmp_path, body_for(way, noted)))
    link.request(turn(), 60.0)
    left = link.close()["left"]
    assert left is not None
    assert "process" in left
    wait_until(lambda: not any(is_running(int(pid)) for pid in noted.read_text().split()))


@LINUX
def test_children_of_a_worker_that_crashed_are_ended(tmp_path: Path, noted: Path) -> None:
    body = body_for("in a session of its own", noted)
    with pytest.raises(WorkerLost):
        start(odd_model(tmp_path, f"{body}\nos._exit(7)")).request(turn(), 60.0)
    wait_until(lambda: not any(is_running(int(pid)) for pid in noted.read_text().split()))


LEAVES_BY_ITSELF = """
reading, writing = os.pipe()
if not os.fork():
    os.close(writing)
    os.read(reading, 1)
    time.sleep(0.05)
    os._exit(0)
"""


@LINUX
def test_a_child_that_ends_by_itself_when_its_parent_does_is_not_left_behind(tmp_path: Path) -> None:
    link = start(odd_model(tmp_path, LEAVES_BY_ITSELF))
    link.request(turn(), 60.0)
    assert link.close()["left"] is None
