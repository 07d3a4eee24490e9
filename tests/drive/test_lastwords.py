"""Last words: of a fault handler's report the cause, whatever each version of CPython adds to it."""

import io

import pytest

from concbench.drive.workers.lastwords import cause, chosen, last_words, place_in, waiting_in, with_words

ON_311 = """\
Fatal Python error: Segmentation fault

Current thread 0x00007f2b4c3d5740 (most recent call first):
  File "/lib/python3.11/ctypes/__init__.py", line 519 in string_at
  File "/tmp/odd.py", line 12 in run
  File "<string>", line 3 in <module>
"""
ON_314 = """\
Fatal Python error: Segmentation fault

Current thread 0x00007f1f0a2b3740 [python] (most recent call first):
  File "/tmp/odd.py", line 12 in run
  File "<string>", line 3 in <module>

Current thread's C stack trace (most recent call first):
  Binary file "/usr/bin/python3.14", at _Py_DumpStack+0x35 [0x5f3a8c]
  Binary file "/lib/x86_64-linux-gnu/libc.so.6", at +0x40a70 [0x7f1f0a2f2a70]
  Binary file "/usr/bin/python3.14", at _start+0x25 [0x421a95]
"""
THREADS = """\
Fatal Python error: Aborted

Thread 0x00007f2b4b1ff6c0 (most recent call first):
  File "/tmp/other.py", line 99 in waits

Current thread 0x00007f2b4c3d5740 (most recent call first):
  File "/tmp/odd.py", line 7 in hangs
  File "<string>", line 3 in <module>

Extension modules: one, two (total: 2)
"""
NO_FRAME = "Fatal Python error: Bus error\n\n<no Python frame>\n"


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (
            ON_311,
            "Fatal Python error: Segmentation fault, in string_at at /lib/python3.11/ctypes/__init__.py:519",
        ),
        (ON_314, "Fatal Python error: Segmentation fault, in run at /tmp/odd.py:12"),
        (THREADS, "Fatal Python error: Aborted, in hangs at /tmp/odd.py:7"),
        (NO_FRAME, "Fatal Python error: Bus error"),
        ("Traceback:\nValueError: no\n", None),
        ("", None),
    ],
)
def test_the_cause_is_the_fatal_error_and_the_innermost_python_line(report: str, expected: str) -> None:
    assert cause(report) == expected
    assert cause(chosen("printed before\n" + report)) == expected


def test_c_frames_are_left_out_and_what_was_printed_before_is_kept() -> None:
    words = chosen("printed before\n" + ON_314)
    assert words.startswith("printed before\nFatal Python error")
    assert "Binary file" not in words
    assert words.endswith('File "<string>", line 3 in <module>\n')


def test_the_cause_is_kept_however_many_threads_there_are() -> None:
    others = "".join(
        f'Thread 0x{n:016x} (most recent call first):\n  File "x", line {n} in w\n\n' for n in range(200)
    )
    report = THREADS.replace("Thread 0x00007f2b4b1ff6c0", others + "Thread 0x00007f2b4b1ff6c0")
    words = chosen("x" * 5000 + report)
    assert len(words) == 2000
    assert cause(words) == "Fatal Python error: Aborted, in hangs at /tmp/odd.py:7"
    assert place_in(words) == "in hangs at /tmp/odd.py:7"


def test_without_a_fatal_error_the_end_is_kept() -> None:
    assert chosen("x" * 5000 + " the end") == "x" * 1992 + " the end"


def test_words_are_read_from_the_end_of_a_log() -> None:
    log = io.BytesIO(b"\xff" + b"x" * 5000 + ON_311.encode())
    assert cause(last_words(log)) == cause(ON_311)


@pytest.mark.parametrize(
    ("reason", "words", "expected"),
    [
        ("it ended", "Traceback:\n  File x\nValueError: no\n", "it ended: ValueError: no"),
        ("it ended: ValueError: no", "ValueError: no", "it ended: ValueError: no"),
        ("it ended", None, "it ended"),
        ("it ended", " \n", "it ended"),
        ("ended by SIGBUS", NO_FRAME, "ended by SIGBUS: Fatal Python error: Bus error"),
        ("ended by SIGSEGV: Fatal Python error: Segmentation fault", ON_311,
         "ended by SIGSEGV: Fatal Python error: Segmentation fault"),
        ("it hangs, in hangs at /tmp/odd.py:7", THREADS, "it hangs, in hangs at /tmp/odd.py:7"),
        ("it hangs", THREADS, "it hangs: Fatal Python error: Aborted, in hangs at /tmp/odd.py:7"),
    ],
)  # fmt: skip
def test_a_reason_tells_what_last_words_add(reason: str, words: str | None, expected: str) -> None:
    assert with_words(reason, words) == expected


def test_coroutines_that_nobody_awaited_are_not_why_a_worker_ended() -> None:
    warned = (
        "/lib/base_events.py:726: RuntimeWarning: coroutine 'one' was never awaited\n  self._ready.clear()\n"
        "sys:1: RuntimeWarning: coroutine 'two' was never awaited\n"
        "RuntimeWarning: Enable tracemalloc to get the object allocation traceback"
    )
    assert with_words("the worker ended", f"Traceback\nSystemExit: 3\n{warned}") == (
        "the worker ended: SystemExit: 3"
    )
    assert with_words("the worker ended", warned).endswith("to get the object allocation traceback")


def test_where_a_process_waits_is_told_by_the_line_that_waits_and_not_by_a_library_s() -> None:
    assert waiting_in(ON_311) == "in run at /tmp/odd.py:12"
    assert waiting_in(THREADS) == "in hangs at /tmp/odd.py:7"
    ours_alone = ON_311.replace("/tmp/odd.py", "/usr/lib/python3.11/queue.py")  # noqa: S108  (a text)
    assert waiting_in(ours_alone) == place_in(ours_alone)
    installed = ON_311.replace("/lib/python3.11/ctypes", "/lib/python3.11/site-packages/lib")
    assert waiting_in(installed) == "in string_at at /lib/python3.11/site-packages/lib/__init__.py:519"
    assert waiting_in("nothing") is None
