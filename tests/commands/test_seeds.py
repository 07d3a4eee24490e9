"""``concbench seeds``, with workers that answer as the test says, and with real ones at a small scale."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from concbench.commands.seeds import brief, life, seeds
from concbench.drive.workers.launch import WorkerLost
from concbench.runs import seeds as replaying
from concbench.runs.replays import REPLAYS, SEEDS

Answer = Callable[[dict[str, Any]], dict[str, Any]]
TICKS = (0.0, 0.3, 0.6)


def good(request: dict[str, Any]) -> dict[str, Any]:
    delay = request.get("params", request)["delay"]
    figures = {"wall_ns": round(1e9 * delay) + 41_000, "cpu_ns": 2_900_000_000}
    if request["op"] == "step":
        return {"figures": figures, "ticks_ns": [round(1e9 * tick) for tick in TICKS]}
    records = {"lateness_p50_ns": 5_000, "lateness_max_ns": 11_000}
    collected = {"collected": 100} if request["workload"] == "tutorial" else {}
    return {"figures": figures, "results": 100, "records": records | collected}


class FakeLink:
    """A worker that answers as the test says; ``log`` takes what it is asked and when it is ended."""

    def __init__(self, model: str, answer: Answer, log: list[Any], unavailable: str | None) -> None:
        self.model, self.answer, self.log = model, answer, log
        self.greeting = {"unavailable": unavailable}

    def request(
        self, message: dict[str, Any], seconds: float, tick: Callable[[float], None]
    ) -> dict[str, Any]:
        self.log.append((self.model, message))
        if message["op"] == "step":
            for moment in TICKS:
                tick(moment)
        return self.answer(message)

    def kill(self) -> None:
        self.log.append("ended")


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Any]]:
    def answering(answer: Answer, unavailable: str | None = None) -> list[Any]:
        log: list[Any] = []
        monkeypatch.setattr(
            replaying, "start_worker", lambda model: FakeLink(model, answer, log, unavailable)
        )
        return log

    return answering


def run(*arguments: str) -> Result:
    return CliRunner().invoke(seeds, arguments, catch_exceptions=False)


def test_the_tutorials_examples_come_at_its_sizes_then_asyncio_and_threads(workers: Any) -> None:
    log = workers(good)
    assert run().exit_code == 0
    asked = [entry for entry in log if entry != "ended"]
    sizes = [(model, request["op"], request.get("params", request)["delay"]) for model, request in asked]
    others = [("once", 3.0), ("step", 2.0), ("once", 2.0)]
    assert sizes == [
        ("polling", "once", 3.0),
        ("generator", "once", 3.0),
        ("generator", "step", 2.0),
        ("yield-from", "once", 2.0),
        *(("asyncio", op, delay) for op, delay in others),
        *(("threads", op, delay) for op, delay in others),
    ]
    assert {request["params"]["tasks"] for _, request in asked if "params" in request} == {100}
    assert {request["pause"] for _, request in asked if request["op"] == "step"} == {0.3}


def test_each_system_has_a_worker_of_its_own_which_is_ended(workers: Any) -> None:
    log = workers(good)
    run()
    assert log[1::2] == ["ended"] * len(REPLAYS)


def test_the_tutorials_figure_stands_beside_ours_with_cpu_time_and_lateness(workers: Any) -> None:
    workers(good)
    lines = run("--model", "polling").stdout.splitlines()
    (figures,) = [line for line in lines if line.startswith("  polling")]
    words = " ".join(figures.split())
    assert words == "polling 3.000041 3.0000043 41 µs 4 µs 2.900 5 µs 11 µs slept: 100 of 100"
    assert lines[0].startswith("The tutorial: “Asyncronous in depth”")


def test_the_value_that_the_tutorial_drops_is_shown_collected(workers: Any) -> None:
    workers(good)
    assert "123 from 100 of 100" in run("--model", "yield-from").stdout


def test_ticks_are_shown_with_the_tutorials_beside_them(workers: Any) -> None:
    workers(good)
    output = run("--model", "generator").stdout
    assert "loading 0.300000    tutorial 0.300513" in output
    assert "3 ticks (tutorial: 7)" in output


def test_scale_shortens_every_delay_and_says_what_can_be_compared(workers: Any) -> None:
    log = workers(good)
    output = run("--scale", "0.1", "--model", "polling,generator").stdout
    requests = [entry[1] for entry in log if entry != "ended"]
    assert [request.get("params", request)["delay"] for request in requests] == pytest.approx([0.3, 0.3, 0.2])
    assert requests[-1]["pause"] == pytest.approx(0.03)
    assert "Scaled: every delay here × 0.1" in output
    assert "compare what is above the delay" in output
    assert " 41 µs " in output


def test_the_json_form_is_one_object_with_figures_quotations_and_ticks(workers: Any) -> None:
    workers(good)
    result = run("--json")
    found = json.loads(result.stdout)
    assert found["scale"] == 1
    assert [replay["model"] for replay in found["replays"]] == [replay.model for replay in REPLAYS]
    first, _, stepped, chain = found["replays"][:4]
    assert first["quoted_s"] == 3.000004291534424
    assert (first["wall_ns"], first["lateness_max_ns"], first["outcome"]) == (3_000_041_000, 11_000, "ok")
    assert stepped["ticks_ns"] == [0, 300_000_000, 600_000_000]
    assert len(stepped["quoted_ticks_s"]) == 7
    assert chain["results"] == 100


def test_what_is_running_is_told_on_standard_error(workers: Any) -> None:
    workers(good)
    result = run("--json", "--model", "threads")
    assert result.stderr.splitlines()[0] == "running threads for about 3.0 s"
    assert result.stdout.startswith("{")


def test_every_beat_gives_a_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    with life("running", beat=0.01):
        while stream.getvalue().count("\n") < 4:
            time.sleep(0.001)
    assert stream.getvalue().startswith("running\nrunning, 0 s so far\n")


def test_in_a_terminal_the_sign_of_life_is_wiped_away(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", stream)
    with life("running") as quiet:
        quiet()
        assert stream.getvalue() == "\r\x1b[2Krunning\r\x1b[2K"
    assert stream.getvalue().endswith("\x1b[2K")


def test_a_wrong_result_is_shown_and_exits_with_3_after_the_rest(workers: Any) -> None:
    def answer(request: dict[str, Any]) -> dict[str, Any]:
        if request.get("workload") == "tutorial":
            return {"outcome": "invalid", "reason": "results: task 3 returned None", "at": None}
        return good(request)

    log = workers(answer)
    result = run()
    assert result.exit_code == 3
    assert "yield-from  invalid: results: task 3 returned None" in result.stdout
    assert log.count("ended") == len(REPLAYS)


def test_a_crashed_worker_is_shown_with_its_last_words_and_exits_with_3(workers: Any) -> None:
    def answer(request: dict[str, Any]) -> dict[str, Any]:
        raise WorkerLost("crashed", "the worker was ended by SIGSEGV", "Traceback\nlast line")

    log = workers(answer)
    result = run("--model", "polling")
    assert result.exit_code == 3
    assert "crashed: the worker was ended by SIGSEGV: last line" in result.stdout
    assert log[-1] == "ended"


def test_a_model_that_cannot_run_here_is_no_failure_unless_none_can(workers: Any) -> None:
    log = workers(good, unavailable="no threads here")
    result = run("--model", "threads")
    assert result.exit_code == 4
    assert "unavailable: no threads here" in result.stdout
    assert log == ["ended"] * 3


@pytest.mark.parametrize("scale", ["0", "-1", "10.1", "nan", "inf", "fast"])
def test_a_scale_out_of_range_is_refused(scale: str) -> None:
    result = run("--scale", scale)
    assert result.exit_code == 2
    assert "--scale" in result.stderr


def test_a_model_that_takes_no_part_is_refused_with_those_that_do() -> None:
    result = run("--model", "uvloop")
    assert result.exit_code == 2
    assert "'uvloop' takes no part; choose from polling, generator, yield-from, asyncio" in result.stderr


def test_the_help_has_examples() -> None:
    assert "concbench seeds --scale 0.1 --json" in run("--help").stdout


@pytest.mark.parametrize(
    ("nanoseconds", "words"),
    [(None, "–"), (41_400, "41 µs"), (-2_000, "-2 µs"), (12_340_000, "12.3 ms")],
)
def test_short_times_are_in_the_unit_that_fits(nanoseconds: float | None, words: str) -> None:
    assert brief(nanoseconds) == words


def test_the_quotations_are_the_tutorials() -> None:
    quoted = [replay.quoted_s for replay in SEEDS]
    assert quoted == [3.000004291534424, 3.0000505447387695, None, 2.000169038772583]


@pytest.mark.nightly
def test_real_workers_replay_everything_at_a_small_scale() -> None:
    result = run("--scale", "0.02", "--json")
    assert result.exit_code == 0, result.stdout
    for replay in json.loads(result.stdout)["replays"]:
        assert replay["outcome"] == "ok"
        assert replay["wall_ns"] >= 1e9 * (replay["delay"] - 0.002)
        assert (replay["results"] == 100) == bool(replay["workload"])
        assert bool(replay["ticks_ns"]) != bool(replay["workload"])


def test_an_interrupt_ends_with_130_and_one_word(tmp_path: Path) -> None:
    code = [sys.executable, "-m", "concbench", "seeds", "--model", "asyncio", "--scale", "10"]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(code, **pipes, start_new_session=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("running asyncio")
        os.kill(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert errors.splitlines()[-1] == "interrupted"
    assert "Traceback" not in errors
