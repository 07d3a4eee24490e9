"""Signals that ask for an end: raised where they cannot be lost, and never forgotten."""

import gc
import importlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from concbench import interrupts
from concbench.drive.workers import child
from concbench.drive.workers.place import Place

MODULE = """
import os, signal, weakref
class Passing: pass
passing = Passing()
watching = weakref.ref(passing, lambda _: os.kill(os.getpid(), signal.{name}))
del passing
done = [0 for _ in range({turns})]
"""
"""Sends a signal to its own process out of a callback, whose errors Python prints and forgets."""


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """Hear the signals, and handle them afterwards as before.

    What Hypothesis has called at each garbage collection is set aside: a signal that it raises there is lost.
    """
    called, gc.callbacks[:] = gc.callbacks[:], []
    numbers = (*interrupts.ENDING, signal.SIGALRM)
    before = {number: signal.getsignal(number) for number in numbers}
    for number in interrupts.ENDING:
        signal.signal(number, signal.SIG_DFL)
    interrupts.hear()
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number, handler in before.items():
        signal.signal(number, handler)
    gc.callbacks[:] = called


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return where a module called ``interrupted`` can be put."""
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path / "interrupted.py"
    sys.modules.pop("interrupted", None)


class Going:
    """Sends a signal as it is taken down, and says that it came to its end."""

    def __init__(self, number: signal.Signals, said: list[str]) -> None:
        self.number, self.said = number, said

    def __del__(self) -> None:
        signal.raise_signal(self.number)
        self.said.append("gone")


@pytest.mark.parametrize("number", interrupts.ENDING)
def test_a_signal_is_not_lost_that_comes_as_an_object_is_taken_down(number: signal.Signals) -> None:
    said: list[str] = []
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012  (likewise)
        Going(number, said)
        until_interrupted()
    assert said == ["gone"]


def until_interrupted() -> None:
    while True:
        signal.pause()


@pytest.mark.parametrize("number", interrupts.ENDING)
def test_a_signal_raises_at_once_where_nothing_is_imported(number: signal.Signals) -> None:
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)


@pytest.mark.parametrize("number", interrupts.ENDING)
def test_a_signal_amid_an_import_is_raised_when_that_is_over(module: Path, number: signal.Signals) -> None:
    module.write_text(MODULE.format(name=number.name, turns=3))
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012  (it may come anywhere in here)
        importlib.import_module("interrupted")
        until_interrupted()
    assert sys.modules["interrupted"].done == [0, 0, 0]
    assert not any(signal.getitimer(signal.ITIMER_REAL))


def test_an_import_may_take_longer_than_the_first_look(module: Path) -> None:
    module.write_text(
        "import signal\nsignal.raise_signal(signal.SIGTERM)\nsignal.pause()\nsignal.pause()\ndone = 1"
    )
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012  (likewise)
        importlib.import_module("interrupted")
        until_interrupted()
    assert sys.modules["interrupted"].done == 1


def test_a_second_signal_does_not_wait_for_the_import(module: Path) -> None:
    module.write_text("import signal\nfor _ in range(2): signal.raise_signal(signal.SIGINT)\n")
    with pytest.raises(KeyboardInterrupt):
        importlib.import_module("interrupted")
    assert "interrupted" not in sys.modules
    assert not any(signal.getitimer(signal.ITIMER_REAL))


def test_a_signal_is_raised_at_once_where_there_is_no_timer(
    module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interrupts, "CAN_WAIT", False)
    module.write_text("import signal\nsignal.raise_signal(signal.SIGINT)\n")
    with pytest.raises(KeyboardInterrupt):
        importlib.import_module("interrupted")


def test_a_signal_that_is_ignored_stays_so() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    interrupts.hear()
    signal.raise_signal(signal.SIGHUP)


@interrupts.whole
def begin(begun: list[str], number: signal.Signals) -> None:
    signal.raise_signal(number)
    signal.pause()  # until it was looked at once more
    begun.append("whole")


@pytest.mark.parametrize("number", interrupts.ENDING)
def test_what_is_to_be_whole_is_ended_before_a_signal_is_raised(number: signal.Signals) -> None:
    begun: list[str] = []
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012  (it may come anywhere after the first line)
        begin(begun, number)
        until_interrupted()
    assert begun == ["whole"]


def test_a_process_that_is_being_started_is_known_before_a_signal_is_raised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start, started, known = subprocess.Popen, [], []

    def interrupted(*args: object, **options: object) -> object:
        started.append(start(*args, **options))  # type: ignore[call-overload]
        signal.raise_signal(signal.SIGTERM)
        return started[0]

    monkeypatch.setattr(interrupts, "AGAIN_S", 0.3)
    monkeypatch.setattr(subprocess, "Popen", interrupted)
    try:
        with pytest.raises(KeyboardInterrupt):  # noqa: PT012  (it comes while nothing is done)
            known.append(child.Child(Place(Path(sys.executable)), "sys.stdin.read()", {}))
            until_interrupted()
        assert len(known) == 1
        known[0].end()
        known[0].close()
    finally:
        for process in started:
            process.kill()
            process.wait()
