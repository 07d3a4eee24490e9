"""One case, from the function to the figures, with models that take notes and a benchmark without a clock."""

import asyncio
import time
import timeit
from collections.abc import Callable, Generator
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import pytest

import concbench
from concbench.cases import runs
from concbench.cases.checking import WrongRun
from concbench.cases.functions import Refused
from concbench.models import index
from concbench.models.base import BlockingRuntime, Model, Session
from tests.measure.cheats import played_by

from .fakes import FakeBenchmark, fixture, noted


async def echo(*given: Any, **named: Any) -> tuple[Any, ...]:
    await asyncio.sleep(0)
    return given + tuple(named.items())


def counting() -> Generator[None, None, int]:
    yield
    return 1


def plain(value: int = 0) -> int:
    return value


def test_a_case_without_models_runs_the_natural_one() -> None:
    for function, model in ((echo, "asyncio"), (counting, "yield-from"), (plain, "threads")):
        case = fixture()
        case(function)
        assert case.extra_info["model"] == model
        assert (case.model, case.dialect) == (None, None)


def test_a_case_knows_its_model_before_it_runs() -> None:
    threads = index.get("threads")
    case = fixture(threads, tasks=7)
    assert (case.model, case.dialect, case.tasks) == (threads, "blocking", 7)


def test_arguments_reach_every_task() -> None:
    assert fixture(tasks=2)(echo, 1, key=2) == [(1, ("key", 2))] * 2


def test_each_task_may_have_arguments_of_its_own_and_results_come_in_order() -> None:
    results = fixture(tasks=2).pedantic(echo, args=["all"], each=lambda index: (index,), kwargs={"key": 0})
    assert results == [("all", 0, ("key", 0)), ("all", 1, ("key", 0))]


def test_arguments_of_a_task_that_are_no_tuple_are_refused() -> None:
    each: Any = lambda _index: "a"  # noqa: E731
    with pytest.raises(Refused, match=r"each\(0\) returned 'a'; .* as a tuple: \('a',\)"):
        fixture().pedantic(echo, each=each)


def test_run_of_a_session_is_asked_for_once_and_held() -> None:
    asked: list[str] = []

    class Asked:
        def __init__(self, session: Session) -> None:
            self._session, self.rt = session, session.rt

        @property
        def run(self) -> Callable[..., Any]:
            asked.append("run")
            return self._session.run

    fixture(played_by(index.get("asyncio"), Asked)).pedantic(echo, rounds=3, iterations=2)
    assert asked == ["run"]


def test_a_model_whose_helpers_build_their_tasks_from_recipes_is_refused() -> None:
    class Pool:
        def __init__(self, session: Session) -> None:
            self.rt, self.run = session.rt, session.run

        def prepare(self, batches: object) -> None:
            raise AssertionError(batches)

    with pytest.raises(Refused, match=r"threads runs tasks in helpers, .*: write your work as a workload"):
        fixture(played_by(index.get("threads"), Pool))(plain)


def test_the_model_is_opened_once_and_closed_at_the_end() -> None:
    notes: list[str] = []
    fixture(noted("asyncio", notes)).pedantic(echo, rounds=3, iterations=2)
    assert (notes[0], notes[-1]) == ("open", "close")
    assert set(notes[1:-1]) == {"run"}


def late_failure(error: BaseException) -> Any:
    """Return a generator function that fails once a benchmark has begun to time it."""
    runs: list[int] = []

    def failing() -> Generator[None, None, None]:
        runs.append(1)
        number = len(runs)
        yield
        if number == 3:
            raise error

    return failing


@pytest.mark.parametrize("error", [ValueError(), KeyboardInterrupt(), SystemExit()], ids=repr)
@pytest.mark.parametrize("disabled", [True, False])
def test_the_model_is_closed_when_a_task_fails_and_the_benchmark_told(
    error: BaseException, disabled: bool
) -> None:
    notes: list[str] = []
    benchmark = FakeBenchmark(enabled=not disabled)
    with pytest.raises(type(error)) as raised:
        fixture(noted("yield-from", notes), tasks=2, benchmark=benchmark).pedantic(
            late_failure(error), rounds=5, iterations=1
        )
    assert raised.value is error
    assert notes[-1] == "close"
    assert benchmark.has_error


def test_what_is_timed_is_each_run_of_the_session_once_for_each_iteration() -> None:
    notes: list[str] = []
    marks: list[int] = []

    class Marking(FakeBenchmark):
        def pedantic(self, target: Any, **asked: Any) -> None:
            def marked() -> None:
                before = len(notes)
                target()
                marks.append(len(notes) - before)

            super().pedantic(marked, **asked)

    benchmark = Marking()
    fixture(noted("yield-from", notes), benchmark=benchmark).pedantic(counting, rounds=5, iterations=7)
    assert benchmark.asked == {"rounds": 5, "iterations": 7, "warmup_rounds": 0}
    assert marks == [1] * 35


def test_every_result_of_every_run_is_checked() -> None:
    ran: list[int] = []
    checked: list[int] = []

    async def task() -> int:
        ran.append(len(ran))
        return ran[-1]

    case = fixture(tasks=2)
    case.pedantic(task, check=checked.append, rounds=5, iterations=7, warmup_rounds=1)
    assert checked == ran
    assert case.extra_info["runs_checked"] == len(ran) / 2 > 42


def test_a_result_that_is_wrong_in_a_late_round_fails_the_test_and_spoils_the_benchmark() -> None:
    timed: list[int] = []

    class Timing(FakeBenchmark):
        def pedantic(self, target: Any, **asked: Any) -> None:
            def noted() -> None:
                timed.append(1)
                target()

            super().pedantic(noted, **asked)

    async def turning() -> bool:
        return len(timed) < 10

    benchmark = Timing()
    with pytest.raises(WrongRun, match="task 0 of 1 returned False instead of True"):
        fixture(tasks=1, benchmark=benchmark).pedantic(turning, expected=True, rounds=20, iterations=1)
    assert len(timed) == 10, "it failed at once"
    assert benchmark.has_error


def test_a_benchmark_that_is_disabled_runs_twice_and_checks_both() -> None:
    benchmark = FakeBenchmark(enabled=False)
    case = fixture(tasks=2, benchmark=benchmark)
    torn_down: list[int] = []
    assert case.pedantic(counting, expected=1, teardown=lambda: torn_down.append(1)) == [1, 1]
    assert case.extra_info["runs_checked"] == len(torn_down) == 2
    assert not {"cpu_s_per_run", "cpu_share", "wall_s_per_task"} & set(case.extra_info)


def test_extra_info_says_what_was_done() -> None:
    case = fixture(index.get("asyncio"), tasks=4)
    case(echo)
    info = dict(case.extra_info)
    assert info.pop("cpu_s_per_run") > 0
    assert 0 < info.pop("cpu_share") < 10
    assert info.pop("runs_checked") > 2
    assert info == {
        "concbench": concbench.__version__,
        "outcome": "ok",
        "model": "asyncio",
        "model_version": index.get("asyncio").version(),
        "dialect": "coroutine",
        "kind": "coroutine",
        "function": "echo",
        "tasks": 4,
        "started": 4,
        "finished": 4,
        "peak_live": 4,
        "suspensions": 4,
        "overlapped": True,
        "wall_s_per_task": 0.25,
    }


def test_setup_and_teardown_surround_each_run_and_share_its_arguments() -> None:
    notes: list[str] = []

    def setup() -> tuple[tuple[Any, ...], dict[str, Any]]:
        notes.append("setup")
        return (len(notes),), {"key": 1}

    def teardown(value: int, key: int) -> None:
        assert notes[value - 1 :] == ["setup", "run"]
        notes.append("teardown")

    fixture(noted("asyncio", notes)).pedantic(echo, setup=setup, teardown=teardown, rounds=3)
    runs = len(notes) // 3
    assert runs > 5, "one is checked, several say what a run costs, and three are timed"
    assert notes == ["open", *["setup", "run", "teardown"] * runs, "close"]


@pytest.mark.timing
def test_the_cost_of_a_run_is_without_what_surrounds_it() -> None:
    def busy() -> None:
        ends = time.process_time() + 0.02
        while time.process_time() < ends:
            pass

    def waits() -> int:
        time.sleep(0.02)
        return 1

    case = fixture(tasks=1)
    case.pedantic(waits, setup=busy, teardown=busy)
    assert case.extra_info["cpu_share"] < 0.4, "a run that sleeps, between two that keep a core busy"


def test_the_clocks_are_read_beside_a_run_that_is_prepared_and_nothing_else_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []

    def reading(name: str, clock: Callable[[], int]) -> None:
        def read() -> int:
            said.append(name)
            return clock()

        monkeypatch.setattr(runs, clock.__name__, read)

    reading("wall", time.perf_counter_ns)
    reading("cpu", time.process_time_ns)
    fixture(noted("generator", said), tasks=1).pedantic(counting, setup=lambda: said.append("setup"))
    (place, *_) = [at for at, one in enumerate(said) if one == "cpu"]
    assert said[place - 1 : place + 5] == ["setup", "cpu", "wall", "run", "wall", "cpu"]


@pytest.mark.parametrize(
    ("timer", "named"),
    [
        (time.perf_counter, "wall_s_per_task"),
        (time.monotonic, "wall_s_per_task"),
        (time.time, "wall_s_per_task"),
        (timeit.default_timer, "wall_s_per_task"),
        (time.process_time, "cpu_s_per_task"),
        (time.thread_time, None),
        (time.perf_counter_ns, None),
        (lambda: 1.0, None),
    ],
)
def test_the_figure_per_task_is_called_what_the_timer_measures(
    timer: Callable[[], float], named: str | None
) -> None:
    case = fixture(tasks=4, benchmark=FakeBenchmark(timer=timer))
    case(counting)
    said = {name: value for name, value in case.extra_info.items() if name.endswith("_per_task")}
    assert said == ({named: 0.25} if named else {})


def test_setup_and_teardown_may_be_written_as_the_function_is() -> None:
    loops: list[object] = []

    async def setup() -> None:
        loops.append(asyncio.get_running_loop())

    async def teardown() -> None:
        loops.append(asyncio.get_running_loop())

    fixture().pedantic(echo, setup=setup, teardown=teardown)
    assert len(loops) > 4
    assert len(set(loops)) == 1


def test_a_setup_that_is_written_otherwise_is_refused() -> None:
    with pytest.raises(Refused, match=r"echo is a coroutine function; .* as plain is, plain functions"):
        fixture().pedantic(plain, setup=echo)


@pytest.mark.parametrize("returned", [1, (1,), [(), {}]], ids=repr)
def test_a_setup_that_returns_something_else_is_refused(returned: object) -> None:
    with pytest.raises(Refused, match=r"returns nothing, or \(args, kwargs\)"):
        fixture().pedantic(plain, setup=lambda: returned)


def test_arguments_come_from_one_place() -> None:
    with pytest.raises(Refused, match="not both"):
        fixture().pedantic(plain, args=[1], setup=lambda: ((1,), {}))


@pytest.mark.parametrize("around", ["setup", "teardown"])
def test_runs_with_something_between_them_are_not_timed_together(around: str) -> None:
    benchmark = FakeBenchmark()
    between: dict[str, Any] = {around: lambda: None}
    fixture(benchmark=benchmark).pedantic(counting, **between)
    assert benchmark.asked["iterations"] == 1
    with pytest.raises(Refused, match="iterations= cannot be given with"):
        fixture().pedantic(counting, iterations=2, **between)


@pytest.mark.parametrize("wrong", ["result", "task"])
def test_what_was_set_up_is_torn_down_whatever_happens(wrong: str) -> None:
    notes: list[str] = []

    def task() -> int:
        if wrong == "task":
            raise LookupError
        return 1

    with pytest.raises(WrongRun if wrong == "result" else LookupError):
        fixture().pedantic(
            task, expected=2, setup=lambda: notes.append("up"), teardown=lambda: notes.append("down")
        )
    assert notes == ["up", "down"]


def test_tasks_that_never_overlap_are_caught() -> None:
    async def never_waits() -> None:
        """End at once."""

    with pytest.raises(WrongRun, match="at most 1 of 3 tasks were alive at once under asyncio"):
        fixture().pedantic(never_waits, overlap=2)


def test_a_coroutine_in_disguise_is_refused() -> None:
    def disguised() -> Any:
        return echo()

    with pytest.raises(
        Refused, match="task 0 returned a coroutine that nobody has run: disguised is a plain"
    ):
        fixture()(disguised)


def test_a_fixture_is_used_once() -> None:
    case = fixture()
    case(plain)
    with pytest.raises(Refused, match="used already"):
        case(plain)


def test_an_error_of_the_function_s_own_is_no_exhaustion() -> None:
    def out_of_files() -> None:
        raise OSError(24, "Too many open files")

    with pytest.raises(OSError, match="Too many open files"):
        fixture()(out_of_files)


def lending(session: Any) -> Model:
    return replace(index.get("threads"), open=lambda: nullcontext(session))


def test_what_is_no_session_is_told_of_the_model() -> None:
    with pytest.raises(
        TypeError, match=r"open of threads must lend a session, .* None, has no rt and no run"
    ):
        fixture(lending(None), tasks=2)(plain)


@pytest.mark.parametrize("returned", [5, None, "results"])
def test_a_run_that_returns_no_list_is_told_of_the_model(returned: Any) -> None:
    class Session:
        rt = BlockingRuntime()

        def run(self, _factories: Any) -> Any:
            return returned

    told = f"threads did not return the results of the tasks: run returned {returned!r}"
    with pytest.raises(WrongRun, match=told):
        fixture(lending(Session()), tasks=2)(plain)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"rounds": 0}, "rounds= takes a whole number from 1, not 0"),
        ({"iterations": "3"}, "iterations= takes a whole number from 1, not '3'"),
        ({"warmup_rounds": -1}, "warmup_rounds= takes a whole number from 0, not -1"),
        ({"args": "home"}, r"args= takes a list or a tuple of arguments, not 'home': args=\['home'\]"),
        ({"args": 5}, "args= takes a list or a tuple"),
        ({"kwargs": ["key"]}, "kwargs= takes arguments by their names"),
    ],
)
def test_what_is_no_number_and_no_arguments_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        fixture().pedantic(plain, **given)


def test_what_is_said_to_be_a_coroutine_function_and_makes_none_is_refused() -> None:
    made: Any = lambda: asyncio.get_running_loop().create_future()  # noqa: E731
    with pytest.raises(
        Refused, match=r"and it returned a Future: hand over a coroutine function that awaits"
    ):
        fixture().pedantic(made, kind="coroutine")


@pytest.mark.parametrize("name", ["asyncio", "asyncio-gather", "anyio-asyncio"])
def test_the_current_loop_of_the_thread_is_left_alone(name: str) -> None:
    model = index.get(name)
    if model.unavailable():
        pytest.skip(f"{name}: {model.unavailable()}")
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        fixture(model)(asyncio.sleep, 0)
        assert asyncio.get_event_loop() is loop
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def test_a_run_in_which_a_task_was_cancelled_is_wrong() -> None:
    model, runs = index.get("anyio-asyncio"), []
    if model.unavailable():
        pytest.skip(f"anyio-asyncio: {model.unavailable()}")

    async def cancelled_later() -> None:
        runs.append(1)
        if len(runs) > 30:
            raise asyncio.CancelledError

    with pytest.raises(WrongRun, match=r"task 0 of 3 returned nothing, and raised nothing: it was cancelled"):
        fixture(model).pedantic(cancelled_later, rounds=100, iterations=1)
