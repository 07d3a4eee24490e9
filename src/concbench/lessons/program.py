"""A program of the lesson, or what a learner adds to one, as a model: what it has to define, what it lends.

A file that lacks something is a model that is unavailable, and says why. Standard library only.
"""

import platform
import sys
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from selectors import EVENT_WRITE
from types import ModuleType
from typing import Any

from concbench.lessons.blame import ENDLESS, LearnersFailure, blamed, place_of, split
from concbench.lessons.exercises import EXERCISES
from concbench.lessons.guarding import FORKED, OneProcess, OurNames
from concbench.lessons.lacking import NEEDED, lacking
from concbench.lessons.printing import keep_place, kept_in
from concbench.lessons.steps import path_of, run_in
from concbench.models.base import DelegatingRuntime, Factory, Model, PollingRuntime
from concbench.models.capabilities import lent_by
from concbench.models.files import name_of
from concbench.traits import Traits

POLLS_UP_TO = 2
"""The last step whose loop never sleeps."""


CANCELS_FROM = 8
"""The first step whose tasks can be cancelled."""


class Unfit(Exception):
    """Why a file is no program of a step, to be said after its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolledProgram(PollingRuntime):
    """What objects that are asked are lent, and the ``program`` itself, for what an exercise asks for."""

    program: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SteppedProgram(DelegatingRuntime):
    """What generators are lent, and the ``program`` itself, for what an exercise asks for."""

    program: Any = None


def program_in(file: Path, step: int, exercise: int | None = None, prints: str = "") -> ModuleType:
    """Run the program of a step, and what a file adds to it, in one module, which is returned.

    So a file has to define only what it has otherwise; one that defines all is a program of its own. Raises
    Unfit where it cannot be run, or lacks what an exercise asks for. What it prints is kept in the file
    ``prints``.
    """
    module = sys.modules[name_of(file)] = ModuleType(name_of(file))
    run_in(module, path_of(step))
    if exercise is None:
        return module
    module.__file__ = str(file)
    before, ours = dict(vars(module)), OurNames()
    try:
        with kept_in(prints), OneProcess() as process:
            run_in(module, file)
    except BaseException as error:
        what, look = split(str(blamed(error, module)))
        raise Unfit(f"{file.name} cannot be run: {what}; {look}") from error
    if changed := ours.changed():
        raise Unfit(f"{file.name} changes {', '.join(changed)}: an answer leaves alone what examines it")
    if process.forked:
        raise Unfit(f"{file.name} {FORKED}")
    if told := lacking(vars(module), before, step, exercise):
        raise Unfit(f"{file.name} {told}")
    return module


def runtime_of(step: int, exercise: int | None, program: Any) -> Any:
    """Return what the tasks of a program are lent."""
    more = {name: lend(program) for name, lend in _more(step, exercise).items()}
    if step == 1:
        return PolledProgram(Task=program.Task, Sleep=program.Sleep, program=program, **more)
    lent: dict[str, Any] = {"sleep": program.sleep}
    if step >= NEEDED["Event"]:
        lent["Event"] = program.Event
    if step >= NEEDED["ready"]:
        lent |= {"readable": program.ready, "writable": partial(program.ready, event=EVENT_WRITE)}
    if step >= NEEDED["gather"]:
        lent["join"] = _join_of(program)
    if step >= CANCELS_FROM:
        lent["cancel"] = cancel
    return SteppedProgram(**{**lent, **more}, program=program)


def _more(step: int, exercise: int | None) -> Mapping[str, Callable[[Any], Any]]:
    return {} if exercise is None else EXERCISES[step, exercise].lends


class _Anything:
    """Stands for a program of which only it matters what it lends."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_given, **_named: None


class _Session:
    def __init__(self, rt: Any, program: Any) -> None:
        self.rt, self._run = rt, program.run

    def run(self, factories: Sequence[Factory]) -> list[Any]:
        results: list[Any] = self._run([factory() for factory in factories])
        return results


class _Learners(_Session):
    """A session whose errors are said to who wrote the program, in place of Python's words."""

    def __init__(self, rt: Any, program: Any, prints: str) -> None:
        super().__init__(rt, program)
        self._prints = prints

    def run(self, factories: Sequence[Factory]) -> list[Any]:
        try:
            with kept_in(self._prints), OneProcess() as process:
                results = super().run(factories)
        except (ArithmeticError, AttributeError, LookupError, NameError, TypeError, ValueError) as error:
            raise LearnersFailure(str(blamed(error, self.rt.program))) from None
        except RuntimeError as error:
            if str(error) in ENDLESS:
                raise LearnersFailure(str(blamed(error, self.rt.program))) from None
            raise
        except BaseException as error:
            if not isinstance(error, Exception):  # its time is over, most likely
                keep_place(self._prints, place_of(error, self.rt.program))
            raise
        if process.forked:
            raise LearnersFailure(f"the program {FORKED}")
        return results


def model_of(name: str, file: str, step: int, exercise: int | None = None, prints: str = "") -> Model:
    """Return the model that the program in a file is; nothing of it is run before it is opened, or asked."""
    load = cache(partial(program_in, Path(file), step, exercise, prints))

    def unavailable() -> str | None:
        try:
            load()
        except Unfit as unfit:
            return str(unfit)
        return None

    @contextmanager
    def opened() -> Iterator[_Session]:
        program = load()
        rt = runtime_of(step, exercise, program)
        yield _Session(rt, program) if exercise is None else _Learners(rt, program, prints)

    return Model(
        name=name,
        dialect="polling" if step == 1 else "delegating",
        family="teaching",
        summary=f"the loop of step {step} of the lesson",
        cost="concbench lesson tells",
        source="the lesson (concbench docs TUTORIAL)",
        version=platform.python_version,
        open=opened,
        unavailable=unavailable,
        traits=Traits(polls=step <= POLLS_UP_TO),
        lends=lent_by(runtime_of(step, exercise, _Anything())),
    )


def _join_of(program: Any) -> Callable[[Sequence[Factory]], Generator[Any, Any, list[Any]]]:
    def join(factories: Sequence[Factory]) -> Generator[Any, Any, list[Any]]:
        results: list[Any] = yield from program.gather([factory() for factory in factories])
        return results

    return join


def cancel(factories: Sequence[Factory], ready: Callable[[], Any]) -> Generator[Any, Any, None]:
    """Start tasks, wait until ``ready()`` returns, cancel them all, and wait until all have ended."""
    tasks = yield "start", [factory() for factory in factories]
    yield from ready()
    for task in tasks:
        yield "cancel", task
    for task in tasks:
        yield from task.ended.wait()
