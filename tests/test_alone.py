"""A test that compares times is alone, and is not kept waiting by those that are not."""

import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests.alone import Room


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "room"


class Visitor:
    """A process of pytest-xdist, played by a thread with locks of its own: it leaves when it is told to."""

    def __init__(self, path: Path, *, alone: bool) -> None:
        self.inside, self.leave, self._path, self._alone = threading.Event(), threading.Event(), path, alone
        self._thread = threading.Thread(target=self._visit)
        self._thread.start()

    def _visit(self) -> None:
        with closing(Room(self._path)) as room, room.entered(alone=self._alone):
            self.inside.set()
            self.leave.wait(30)

    def go(self) -> None:
        assert self.inside.wait(30)
        self.leave.set()
        self._thread.join(30)


def test_others_are_in_together(path: Path) -> None:
    one, other = Visitor(path, alone=False), Visitor(path, alone=False)
    assert one.inside.wait(30)
    assert other.inside.wait(30)
    one.go()
    other.go()


@pytest.mark.parametrize(("first", "second"), [(True, False), (False, True), (True, True)])
def test_who_wants_to_be_alone_is(path: Path, first: bool, second: bool) -> None:
    one = Visitor(path, alone=first)
    assert one.inside.wait(30)
    other = Visitor(path, alone=second)
    assert not other.inside.wait(0.05)
    one.go()
    other.go()


def test_who_waits_to_be_alone_is_not_overtaken(path: Path) -> None:
    here = Visitor(path, alone=False)
    assert here.inside.wait(30)
    waiting = Visitor(path, alone=True)
    assert not waiting.inside.wait(0.05)
    late = Visitor(path, alone=False)
    assert not late.inside.wait(0.05)
    here.go()
    assert waiting.inside.wait(30)
    assert not late.inside.is_set()
    waiting.go()
    late.go()


def test_nothing_is_left_when_all_are_gone(path: Path) -> None:
    rooms = Room(path), Room(path)
    for room in rooms:
        room.close()
    assert list(path.parent.iterdir()) == []
