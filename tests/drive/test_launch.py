"""Real workers that misbehave: each becomes a typed outcome with its last words, and the pipe stays clean."""

import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from concbench.drive.workers import child
from concbench.drive.workers import launch as launching
from concbench.drive.workers.launch import ProcessLink, WorkerLost, launch
from tests.measure.odd import is_running, odd_model, turn, wait_until

pytestmark = pytest.mark.measured_side
HERE = Path(sys.executable)
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def odd(folder: Path, body: str) -> ProcessLink:
    return launch(HERE, "odd", plugins=[odd_model(folder, body)])


def lose(folder: Path, body: str, seconds: float = 60.0) -> WorkerLost:
    """Return how a worker was lost whose model does ``body``."""
    with pytest.raises(WorkerLost) as caught:
        odd(folder, body).request(turn(), seconds)
    return caught.value


def test_a_worker_that_segfaults_has_crashed_and_says_where(tmp_path: Path) -> None:
    lost = lose(tmp_path, "ctypes.string_at(0)")
    assert lost.outcome == "crashed"
    assert lost.reason.startswith(
        "the worker was ended by SIGSEGV: Fatal Python error: Segmentation fault, in string_at at "
    )
    assert "Segmentation fault" in lost.last_words
    assert 'odd.py", line' in lost.last_words


def test_a_worker_that_exits_has_crashed_with_its_exit_code(tmp_path: Path) -> None:
    lost = lose(tmp_path, "print('that was it', flush=True)\nos._exit(7)")
    assert (lost.outcome, lost.reason) == ("crashed", "the worker ended with exit code 7")
    assert lost.last_words == "that was it\n"


@pytest.mark.parametrize("hang", ["time.sleep(600)", "while True: pass"])
def test_a_worker_that_hangs_has_timed_out_and_says_where(tmp_path: Path, hang: str) -> None:
    lost = lose(tmp_path, f"print('here I stand', flush=True)\n{hang}", seconds=0.5)
    assert lost.outcome == "timeout"
    assert lost.reason == f"no answer within 0.5 s, in run at {tmp_path / 'odd.py'}:12"
    assert lost.last_words.startswith("here I stand\n")
    assert "odd.py" in lost.last_words
    assert "in run" in lost.last_words


@LINUX
def test_a_worker_that_ended_of_the_abort_is_not_reaped_before_its_group_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = []
    really = os.killpg

    def killpg(pid: int, number: int) -> None:
        states.append(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0])
        really(pid, number)

    monkeypatch.setattr(os, "killpg", killpg)
    assert lose(tmp_path, "time.sleep(600)", seconds=0.2).outcome == "timeout"
    assert states[-1] == "Z"  # it has ended, and its number is still taken


def test_a_worker_that_does_not_hear_the_abort_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launching, "ABORT_SECONDS", 0.2)
    deaf = "import signal\nsignal.signal(signal.SIGABRT, signal.SIG_IGN)\ntime.sleep(600)"
    assert lose(tmp_path, deaf, seconds=0.2).outcome == "timeout"


def test_only_the_end_of_what_a_worker_wrote_is_kept(tmp_path: Path) -> None:
    lost = lose(tmp_path, "print('x' * 100_000 + ' the end', flush=True)\nos._exit(7)")
    assert len(lost.last_words) == 2000
    assert lost.last_words.endswith("x the end\n")


def test_what_a_model_prints_does_not_disturb_the_answers(tmp_path: Path) -> None:
    link = odd(
        tmp_path,
        r"""
        print('{"outcome": 1}', flush=True)
        os.write(1, b'\xff\n{]\n')
        os.write(2, b'garbage\n')
        """,
    )
    try:
        for _ in range(2):
            assert [leg["leg"] for leg in link.request(turn(), 60.0)["legs"]] == ["single"]
        assert link.close()["left"] is None
    finally:
        link.kill()


def test_a_model_that_writes_into_the_pipe_of_answers_has_crashed(tmp_path: Path) -> None:
    lost = lose(
        tmp_path,
        """
        for fd in range(3, 1000):
            with contextlib.suppress(OSError):
                os.write(fd, b"no answer\\n")
        """,
    )
    assert lost.outcome == "crashed"
    assert lost.reason == "the worker sent what is no JSON (b'no answer')"


def test_a_worker_that_crashes_is_noticed_although_its_children_hold_the_pipes(tmp_path: Path) -> None:
    lost = lose(
        tmp_path,
        """
        child = os.fork()
        if not child:
            time.sleep(600)
        print(child, flush=True)
        os._exit(7)
        """,
    )
    assert (lost.outcome, lost.reason) == ("crashed", "the worker ended with exit code 7")
    wait_until(lambda: not is_running(int(lost.last_words)))


def test_a_model_may_have_children_of_its_own(tmp_path: Path) -> None:
    link = odd(
        tmp_path,
        """
        child = os.fork()
        if not child:
            os._exit(0)
        os.waitpid(child, 0)
        """,
    )
    assert link.request(turn(), 60.0)["legs"][0]["number"] == 1
    assert link.close()["left"] is None


def test_an_exception_that_is_no_text_still_makes_an_outcome(tmp_path: Path) -> None:
    link = odd(tmp_path, "raise LookupError('\\udc80')")
    answer = link.request(turn(), 60.0)
    link.kill()
    assert (answer["outcome"], answer["reason"]) == ("crashed", "LookupError: ?, in run at odd.py:11")


def test_an_interpreter_that_is_not_there_is_an_outcome() -> None:
    with pytest.raises(WorkerLost, match=r"/no/such/python cannot be started: No such file") as caught:
        launch(Path("/no/such/python"), "generator")
    assert caught.value.outcome == "crashed"


def test_a_plugin_that_does_not_load_is_an_outcome_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "broken.py"
    path.write_text("import no_such_module_at_all\n")
    with pytest.raises(WorkerLost) as caught:
        launch(HERE, "odd", plugins=[str(path)])
    assert caught.value.outcome == "crashed"
    assert "no_such_module_at_all" in caught.value.last_words


def test_a_worker_that_cannot_open_its_model_is_an_outcome_with_its_reason(tmp_path: Path) -> None:
    path = Path(odd_model(tmp_path, "pass"))
    path.write_text(path.read_text().replace("yield Session()", "raise OSError('no reactor'); yield"))
    with pytest.raises(WorkerLost) as caught:
        launch(HERE, "odd", plugins=[str(path)])
    assert caught.value.outcome == "crashed"
    assert "no reactor" in caught.value.last_words


def open_files() -> set[str]:
    return {entry.name for entry in Path("/proc/self/fd").iterdir()}


@LINUX
def test_no_file_descriptor_and_no_process_is_left_of_a_worker(tmp_path: Path) -> None:
    before = open_files()
    link = launch(HERE, "generator")
    link.request(turn(), 60.0)
    link.close()
    pid = link.greeting["pid"]
    with pytest.raises(WorkerLost):
        odd(tmp_path, "os._exit(7)").request(turn(), 60.0)
    with pytest.raises(WorkerLost):
        launch(Path("/no/such/python"), "generator")
    assert open_files() <= before
    assert not is_running(pid)


def test_a_worker_works_where_there_is_no_proc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("concbench.drive.workers.strays.PROC", str(tmp_path / "proc"))
    link = launch(HERE, "generator")
    assert link.request(turn(), 60.0)["legs"][0]["number"] == 1
    assert link.close()["left"] is None


@LINUX
def test_nothing_is_left_of_a_worker_that_starts_and_cannot_be_watched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def fail(process: subprocess.Popen[bytes], _ours: object) -> list[int]:
        started.append(process)
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(child, "end_of", fail)
    before = open_files()
    with pytest.raises(WorkerLost, match="cannot be started: Too many open files") as caught:
        launch(HERE, "generator")
    assert caught.value.outcome == "exhausted"
    assert [process.returncode for process in started] == [-signal.SIGKILL]
    assert open_files() <= before


def test_killing_twice_is_harmless_and_a_killed_worker_answers_no_more() -> None:
    link = launch(HERE, "generator")
    link.kill()
    link.kill()
    assert link.close() == {}
    with pytest.raises(WorkerLost, match="has been ended"):
        link.request(turn(), 60.0)


def test_killing_from_another_thread_ends_the_wait_for_an_answer(tmp_path: Path) -> None:
    link = odd(tmp_path, "time.sleep(600)")
    lost: list[WorkerLost] = []

    def wait() -> None:
        try:
            link.request(turn(), 600.0)
        except WorkerLost as error:
            lost.append(error)

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.05)
    link.kill()
    waiting.join()
    assert [error.outcome for error in lost] == ["crashed"]


def test_a_worker_is_pinned_to_the_cpus_that_it_is_given(tmp_path: Path) -> None:
    if not hasattr(os, "sched_getaffinity"):
        pytest.skip("this system pins no process")
    cpu = max(os.sched_getaffinity(0))
    plugin = odd_model(tmp_path, "raise LookupError(os.sched_getaffinity(0))")
    link = launch(HERE, "odd", plugins=[plugin], cpus=[cpu])
    answer = link.request(turn(), 60.0)
    link.kill()
    assert answer["reason"] == f"LookupError: {{{cpu}}}, in run at odd.py:11"


def limited(folder: Path, kilobytes: int) -> Path:
    """Return an interpreter whose address space is limited: root is above a limit of processes."""
    wrapper = folder / "python"
    wrapper.write_text(f'#!/bin/sh\nulimit -v {kilobytes}\nexec "{sys.executable}" "$@"\n')
    wrapper.chmod(0o755)
    return wrapper


@LINUX
def test_threads_that_cannot_start_are_exhausted_at_their_number(tmp_path: Path) -> None:
    without_gil = "t" in sys.abiflags  # a heap for each thread: below that limit it hangs in a collection
    link = launch(limited(tmp_path, 2_000_000 if without_gil else 800_000), "threads")
    request = {"op": "witness", "workload": "parked", "params": {"tasks": 2000}, "seconds": 60.0}
    answer = link.request(request, 300.0)
    link.kill()
    assert answer["outcome"] == "exhausted"
    assert 1 < answer["at"] < 2000


@pytest.mark.parametrize("model", ["yield-from", "asyncio", "threads"])
@pytest.mark.parametrize("operation", ["witness", "turn"])
def test_a_chain_deeper_than_the_recursion_limit_is_exhausted(model: str, operation: str) -> None:
    link = launch(HERE, model)
    deep = turn("chain", tasks=2, depth=2000, suspensions=3)
    answer = link.request({**deep, "op": operation, "seconds": 60.0}, 300.0)
    link.kill()
    assert (answer["outcome"], answer["at"]) == ("exhausted", sys.getrecursionlimit())


FAT = """
import json, sys
from pathlib import Path
ballast = b"x" * (200 << 20)
from concbench.drive.workers.launch import launch
link = launch(Path(sys.executable), "generator")
about = {"workload": "spawn", "params": {"tasks": 10}, "smallest": {"tasks": 2}}
print(json.dumps(link.request({"op": "weigh", **about}, 60.0)))
link.kill()
"""


@LINUX
def test_the_peak_of_a_worker_has_no_floor_from_a_fat_parent() -> None:
    said = subprocess.run([sys.executable, "-c", FAT], capture_output=True, text=True, check=True).stdout
    answer: dict[str, Any] = json.loads(said)
    assert answer["baseline_bytes"] <= answer["peak_bytes"] < 150 << 20


def test_the_cpu_time_of_children_that_were_waited_for_is_the_models(tmp_path: Path) -> None:
    used = tmp_path / "used"
    burn = f"import time; sum(range(10**6)); open({str(used)!r}, 'w').write(str(time.process_time_ns()))"
    link = odd(tmp_path, f"subprocess.run([sys.executable, '-S', '-E', '-c', {burn!r}], check=True)")
    (leg,) = link.request(turn(), 60.0)["legs"]
    link.kill()
    assert leg["cpu_ns"] >= int(used.read_text())
    assert leg["user_ns"] + leg["system_ns"] >= int(used.read_text()) * 0.9  # these have a resolution of 1 µs


LEAVES_A_THREAD = """
    import threading
    def burn():
        while True:
            pass
    if not any(thread.name == "left" for thread in threading.enumerate()):
        threading.Thread(target=burn, name="left", daemon=True).start()
"""


@LINUX
def test_what_a_run_leaves_at_work_takes_no_cpu_time_between_two_turns(tmp_path: Path) -> None:
    link = odd(tmp_path, LEAVES_A_THREAD)
    link.request(turn(), 60.0)
    pid = link.greeting["pid"]
    wait_until(lambda: set(states_of_threads(pid)) == {"T"})
    before = cpu_ns(pid)
    time.sleep(0.05)
    assert cpu_ns(pid) == before
    assert link.request(turn(), 60.0)["legs"]  # and it goes on when its turn comes
    link.kill()


def states_of_threads(pid: int) -> list[str]:
    """Return the state of each thread of a process: each is stopped by itself, some time after the signal."""
    threads = Path(f"/proc/{pid}/task").glob("*/stat")
    return [stat.read_text().rpartition(")")[2].split()[0] for stat in threads]


def cpu_ns(pid: int) -> int:
    """Return the CPU time that another process has used (Linux: MAKE_PROCESS_CPUCLOCK of its headers)."""
    return time.clock_gettime_ns((~pid << 3) | 2)


def test_a_module_that_turned_the_gil_on_as_a_model_was_opened_is_named(tmp_path: Path) -> None:
    plugin = Path(odd_model(tmp_path, ""))
    warning = (
        "The global interpreter lock (GIL) has been enabled to load module 'greenlet._greenlet', which has"
        " not declared that it can run safely without the GIL."
    )
    more = f"    import warnings; warnings.warn({warning!r}, RuntimeWarning); print('and more')\n"
    plugin.write_text(plugin.read_text().replace("    yield Session()", more + "    yield Session()"))
    link = launch(HERE, "odd", plugins=[str(plugin)])
    try:
        assert link.greeting["gil_by"] == ("greenlet._greenlet" if link.greeting["gil"] else None)
        assert "legs" in link.request(turn(), 60)
    finally:
        link.kill()
