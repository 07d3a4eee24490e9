"""Where this process keeps its frames, as it finds out itself, and what its codes are called."""

import gc
import os
import struct
import sys
import threading
from collections.abc import Iterator

import pytest

from concbench.drive.observing.frames import FrameMap
from concbench.measure import sighting
from concbench.measure.sighting import Unsighted, named, sight, sighted

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read in /proc")


@pytest.fixture
def memory() -> Iterator[int]:
    file = os.open("/proc/self/mem", os.O_RDONLY)
    yield file
    os.close(file)


def test_the_frames_of_a_thread_are_found_from_its_state_on(memory: int) -> None:
    found = FrameMap.told({**sighted(), "timed": 1, "root": 2})

    def words(address: int, number: int) -> tuple[int, ...]:
        return struct.unpack(f"{number}Q", os.pread(memory, 8 * number, address))

    def inner() -> tuple[int, ...]:
        return found.now(words, threading.get_native_id(), {id(outer.__code__)})

    def outer() -> tuple[int, ...]:
        return inner()

    seen = outer()
    assert seen[-2:] == (id(inner.__code__), id(outer.__code__))


def test_a_worker_says_which_code_is_timed_and_which_is_below() -> None:
    def root() -> None: ...

    told = sight(root.__code__)
    assert told["root"] == id(root.__code__)
    assert told["path"]


def test_an_interpreter_whose_frames_are_elsewhere_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sighting, "NO_TAG", 0)
    with pytest.raises(Unsighted, match="where they are not looked for"):
        sighted()
    assert sight(sighted.__code__)["outcome"] == "unavailable"


def test_code_has_its_name_wherever_it_is_held_and_what_is_none_has_no_name() -> None:
    def steps() -> Iterator[int]:
        def inside() -> None: ...

        yield 1

    (inner,) = [one for one in steps.__code__.co_consts if hasattr(one, "co_name")]
    codes = [id(steps.__code__), id(inner), 4]
    gc.freeze()
    running = steps()
    next(running)
    found = named(codes)
    assert [one["name"].rpartition(">.")[2] for one in found.values()] == ["steps", "inside"]
    assert {one["file"] for one in found.values()} == {__file__}
    assert set(found) == {str(id(steps.__code__)), str(id(inner))}
