"""The stage: a scene is played on a clock of its own, and who ran when is noted, the same at each time.

On this clock a step of a task takes 1 ms, to sleep takes as long as was asked for, and all else takes no
time. So what is seen is the order that a loop makes, and nothing of the machine. Standard library only.
"""

import selectors
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from selectors import SelectSelector
from types import SimpleNamespace
from typing import Any

STEP_US = 1000
"""What a step of a task takes, in µs of the stage's clock."""

FOR_EVER = "nobody on the stage will ever send anything"
"""What a wait for sockets is told that would have no end."""

RUNS, WAITS = "█", "·"
TICK_MS = 10

EPOCH_S = 1.7e9
"""What lies (s) between the zero of the stage's clock, and that of clocks that tell the date."""


class TooManyLooks(BaseException):
    """Ends a play whose loop looks at the clock far more often than anything happens."""


class StageClock:
    """The time on the stage, in the place of the module ``time``.

    ``look_us``: what a look at it takes, so that the time passes for a loop that never sleeps; ``most``: how
    many looks there may be, None for any number.
    """

    def __init__(self, look_us: int = 0, most: int | None = None) -> None:
        self.now_us, self.looks, self.most, self._look_us = 0, 0, most, look_us

    def look(self) -> None:
        """Count a look; raises TooManyLooks."""
        self.looks += 1
        self.now_us += self._look_us
        if self.most is not None and self.looks > self.most:
            raise TooManyLooks

    def perf_counter(self) -> float:
        """Return the time in s."""
        self.look()
        return self.now_us / 1e6

    def time(self) -> float:
        """Return the time in s as a clock says it that counts from another zero."""
        return EPOCH_S + self.perf_counter()

    def sleep(self, seconds: float) -> None:
        """Let the time pass; a rest that floating point leaves is a whole µs, so that it ends."""
        self.look()
        if seconds > 0:
            self.now_us += max(1, round(1e6 * seconds))


class StageSelector(SelectSelector):
    """A selector that waits by the stage's clock. Sockets are ready in the order of their waits."""

    clock: StageClock

    def select(self, timeout: float | None = None) -> Any:
        """Return what is ready; where nothing is, let the time pass. RuntimeError: that would be for ever."""
        self.clock.look()
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError(FOR_EVER)
        if not ready and timeout:
            self.clock.sleep(timeout)
        order = list(self.get_map())
        return sorted(ready, key=lambda one: order.index(one[0].fd))


@dataclass(slots=True)
class StageLane:
    """A task on the stage: its name, when it took each of its steps (ms), and when it ended, or None."""

    name: str
    steps: list[int] = field(default_factory=list)
    ended: int | None = None

    def strip(self) -> str:
        """Return a character for each ms: it ran, or was there and waited."""
        last = self.steps[-1] if self.steps else -1
        signs = [" " if not self.steps or ms < self.steps[0] else WAITS for ms in range(last + 1)]
        for ms in self.steps:
            signs[ms] = RUNS
        return "".join(signs)


@dataclass(slots=True)
class StageTrace:
    """Who ran when, what came of it, and how many of the ``span`` ms the processor worked."""

    lanes: list[StageLane]
    results: list[Any]
    span: int

    @property
    def worked(self) -> int:
        """In how many ms a task ran."""
        return sum(len(lane.steps) for lane in self.lanes)

    def lines(self) -> list[str]:
        """Return the trace as lines of text, a lane for each task and the time below."""
        wide = max(len(lane.name) for lane in self.lanes)
        marks = "".join(f"{ms:<{TICK_MS}}" for ms in range(0, self.span + 1, TICK_MS)).rstrip()
        lanes = [f"{lane.name:{wide}}  {lane.strip():{self.span}}  {_steps(lane)}" for lane in self.lanes]
        return [
            *lanes,
            f"{'ms':>{wide}}  {marks}",
            f"the processor works for {self.worked} of {self.span} ms",
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the trace as plain data, times in ms."""
        lanes = [{"name": lane.name, "steps_ms": lane.steps, "ended_ms": lane.ended} for lane in self.lanes]
        return {"span_ms": self.span, "worked_ms": self.worked, "lanes": lanes}


def _steps(lane: StageLane) -> str:
    return f"{len(lane.steps)} steps" if len(lane.steps) > 1 else "1 step"


class Stage:
    """A clock, and the lanes of who is seen: a scene hands each of its tasks to :meth:`seen`."""

    def __init__(self) -> None:
        self.clock = StageClock()
        self.lanes: list[StageLane] = []

    def seen(self, name: str, task: Any) -> Any:
        """Return a task, a generator or an object that is asked, whose steps are noted in a lane."""
        self.lanes.append(StageLane(name))
        watched = _stepped if hasattr(task, "send") else _Asked
        return watched(self.lanes[-1], self.clock, task)


def _note(lane: StageLane, clock: StageClock, *, ended: bool = False) -> None:
    lane.steps.append(clock.now_us // 1000)
    clock.now_us += STEP_US
    if ended:
        lane.ended = clock.now_us // 1000


def _stepped(lane: StageLane, clock: StageClock, task: Any) -> Generator[Any, Any, Any]:
    """Pass on what a generator yields and is told, and note each step."""
    step, told = task.send, None
    while True:
        try:
            request = step(told)
        except BaseException as how:
            _note(lane, clock, ended=True)
            if isinstance(how, StopIteration):
                return how.value
            raise
        _note(lane, clock)
        try:
            step, told = task.send, (yield request)
        except BaseException as thrown:  # noqa: BLE001  (thrown in by the loop: the task's to handle)
            step, told = task.throw, thrown


class _Asked:
    """An object that is asked, of which each ``run()`` is noted."""

    def __init__(self, lane: StageLane, clock: StageClock, task: Any) -> None:
        self._lane, self._clock, self._task = lane, clock, task

    def run(self) -> None:
        """Ask it."""
        self._task.run()
        _note(self._lane, self._clock, ended=self._task.ready)

    @property
    def ready(self) -> bool:
        """Whether it has ended."""
        return bool(self._task.ready)

    @property
    def result(self) -> Any:
        """What came of it."""
        return self._task.result


Scene = Callable[[Any, Callable[[str, Any], Any]], list[Any]]
"""Takes the program of a step and ``seen``, and returns the tasks."""


def _in_ns(look: Callable[[], float]) -> int:
    return 1000 * round(1e6 * look())


@contextmanager
def on_clock(program: Any, clock: StageClock) -> Iterator[None]:
    """Have a program, a module that nobody else uses, go by a clock of the stage, however it has named ours.

    Python's two clocks that never go back are this one, and that of the date goes on with it, from another
    zero; the program has its own names back in the end.
    """
    names = vars(program)
    selector = type("Selector", (StageSelector,), {"clock": clock})
    clocks = {"perf_counter": clock.perf_counter, "monotonic": clock.perf_counter, "time": clock.time}
    in_ns = {f"{name}_ns": partial(_in_ns, look) for name, look in clocks.items()}
    ours = {**clocks, **in_ns, "sleep": clock.sleep}
    stand_ins: list[tuple[Any, Any]] = [
        (time, SimpleNamespace(**{**vars(time), **ours})),
        (selectors, SimpleNamespace(**{**vars(selectors), "DefaultSelector": selector})),
        (selectors.DefaultSelector, selector),
        *((getattr(time, name), one) for name, one in ours.items()),
    ]
    own = {name: value for name, value in names.items() if any(value is one for one, _ in stand_ins)}
    names.update((name, next(new for one, new in stand_ins if one is value)) for name, value in own.items())
    try:
        yield
    finally:
        names.update(own)


def play(program: Any, scene: Scene) -> StageTrace:
    """Play a scene on the loop of a program, a module that nobody else uses: its clock is exchanged."""
    stage = Stage()
    with on_clock(program, stage.clock):
        results = program.run(scene(program, stage.seen))
    return StageTrace(stage.lanes, results, stage.clock.now_us // 1000)
