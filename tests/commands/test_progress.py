"""Progress: one line now and then where there is no terminal, a bar where there is, and the time left."""

import io
import time
from collections.abc import Iterator

import pytest
from rich.console import Console

from concbench.commands import progress
from concbench.commands.progress import DRAW_SECONDS, QUIET_SECONDS, Bar


class Clock:
    """A clock that is set by hand (s)."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    made = Clock()
    with monkeypatch.context() as patch:
        patch.setattr(progress, "time", made)
        yield made


def console(*, terminal: bool = False) -> tuple[Console, io.StringIO]:
    stream = io.StringIO()
    return Console(file=stream, force_terminal=terminal, width=100), stream


def test_without_a_terminal_a_line_is_written_now_and_then_only(clock: Clock) -> None:
    made, stream = console()
    with Bar(made) as bar:
        bar.at("one")
        for _ in range(10):
            clock.wait(QUIET_SECONDS / 5)
            bar.at("more")
    assert stream.getvalue().splitlines() == ["one", "more", "more"]


def test_in_a_terminal_the_bar_is_drawn_between_turns_but_not_at_each(clock: Clock) -> None:
    made, stream = console(terminal=True)
    with Bar(made) as bar:
        bar.expect(10**9)
        clock.wait(DRAW_SECONDS)
        bar.at("generation 1")
        drawn = stream.getvalue()
        assert "generation 1" in drawn
        bar.at("generation 2")
        assert stream.getvalue() == drawn


def test_no_thread_draws(clock: Clock) -> None:
    made, stream = console(terminal=True)
    with Bar(made) as bar:
        bar.expect(10**9)
        before = stream.getvalue()
        time.sleep(0.15)  # rich's own thread would draw ten times a second
        assert stream.getvalue() == before


def test_the_time_left_is_what_was_expected_until_something_is_done(clock: Clock) -> None:
    bar = Bar(console()[0])
    assert bar.left() == ""
    bar.expect(30 * 10**9)
    assert bar.left() == "about 30 s"


def test_the_time_left_is_scaled_by_how_the_expectation_has_held(clock: Clock) -> None:
    bar = Bar(console()[0])
    bar.expect(30 * 10**9)
    clock.wait(20)
    bar.did(10 * 10**9)
    assert bar.left() == "40 s left"
    clock.wait(100)
    bar.did(25 * 10**9)
    assert bar.left() == "0 s left"


def test_what_is_said_stays(clock: Clock) -> None:
    made, stream = console()
    Bar(made).say("warning: [red]this is text[/red]")
    assert stream.getvalue() == "warning: [red]this is text[/red]\n"


@pytest.mark.parametrize(("terminal", "lines"), [(True, 3), (False, 1)])
def test_what_is_said_is_folded_where_there_is_a_width(clock: Clock, terminal: bool, lines: int) -> None:
    made, stream = console(terminal=terminal)
    Bar(made).say("word " * 50)
    assert len(stream.getvalue().splitlines()) == lines


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize("expected", [0, -1, -5_000_000_000])
def test_what_should_have_ended_already_is_begun_all_the_same(
    clock: Clock, expected: int, *, terminal: bool
) -> None:
    made, _ = console(terminal=terminal)
    with Bar(made) as bar:
        bar.expect(expected)
        assert bar.left() == ""
        bar.did(1)
        assert bar.left() == ""


def test_things_are_counted_and_the_time_left_told_in_a_terminal(clock: Clock) -> None:
    made, stream = console(terminal=True)
    with Bar(made, lines=False) as bar:
        tell = bar.counted("reading", 10**9)
        for done in range(4):
            clock.wait(DRAW_SECONDS)
            tell(f"file {done}", done, 4)
        assert bar.left() == "0 s left"
    assert "reading file 3" in stream.getvalue()


@pytest.mark.parametrize(("terminal", "live"), [(False, True), (True, False)])
def test_nothing_is_drawn_where_nobody_watches_and_what_is_said_is(
    clock: Clock, terminal: bool, live: bool
) -> None:
    made, stream = console(terminal=terminal)
    with Bar(made, lines=False, live=live) as bar:
        tell = bar.counted("reading", 10**9)
        for done in range(4):
            clock.wait(QUIET_SECONDS)
            tell("file", done, 4)
        bar.say("passed over")
    assert stream.getvalue() == "passed over\n"
