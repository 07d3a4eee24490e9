"""The steps of the standard library, from a kernel of one's own to asyncio and uvloop, and their predictions.

Signs are of wall time, CPU time, memory and lateness, at the largest size of each workload's preset.
"""

from collections.abc import Sequence

from concbench.analysis.ladder.steps import LadderStep, expected

ASYNCIO_PY = LadderStep(
    below="async-await",
    rung="asyncio-py",
    adds="futures, handles, contexts and call_soon",
    usual=expected(
        "more more more more",
        "each step is a handle run in a context, each wait a future with callbacks, all of it interpreted",
    ),
    others={
        "mix interference": expected(
            "same same more same", "what is computed between the steps takes the time, in both"
        ),
        "parallel": expected("same same same same", "what is computed takes the time"),
    },
    changes=(
        "The kernel of one's own gives way to the standard library's: asyncio/base_events.py has the loop"
        " (a queue of handles, a heap of timer handles, a selector), asyncio/tasks.py the task, whose __step"
        " sends into the coroutine and waits for the future that it yields, asyncio/futures.py what is"
        " waited for, with its callbacks, each called by call_soon in a context of its own. The traps are"
        " gone: a task yields futures."
    ),
)

ASYNCIO = LadderStep(
    below="asyncio-py",
    rung="asyncio",
    adds="tasks and futures in C",
    usual=expected("less less less less", "the same steps, futures and callbacks, compiled"),
    others={
        "mix interference": expected(
            "same same less same", "what is computed between the steps takes the time, in both"
        ),
        "parallel": expected("same same same same", "what is computed takes the time"),
        "broadcast": expected(
            "same less less same", "messages go out when they are due; to send them takes fewer instructions"
        ),
    },
    learned={
        "timers lateness": "the median sleeper waits for epoll's millisecond, whatever the tasks are made of",
    },
    changes=(
        "Task and Future are those of the module _asyncio, in C, in place of their twins in"
        " asyncio/tasks.py and asyncio/futures.py. The loop, its handles and its selector stay as they are,"
        " in Python."
    ),
)

ASYNCIO_EAGER = LadderStep(
    below="asyncio",
    rung="asyncio-eager",
    adds="eager tasks",
    usual=expected(
        "same same same same", "only the first step of a task comes sooner, and these tasks have many more"
    ),
    others={
        "spawn": expected(
            "less less less same",
            "a task that never waits is over as it is made: no handle, no turn of the loop",
        ),
        "parked cancel tree": expected(
            "less less same same", "of a task's two or three turns of the loop the first is saved"
        ),
        "timers tutorial": expected(
            "less less same same", "a task is armed as it is made, and saves its first turn of the loop"
        ),
    },
    changes=(
        "The loop's task factory is asyncio.eager_task_factory: create_task takes the first step of the"
        " coroutine before it returns, and a task that is over by then is never scheduled. All else is"
        " asyncio's."
    ),
    learned={"timers CPU": "the turn that is saved is little beside a timer's handle, future and waking"},
)

UVLOOP = LadderStep(
    below="asyncio-eager",
    rung="uvloop",
    adds="libuv's loop in Cython, without eager tasks",
    usual=expected(
        "less less same less", "handles, timers and the selector's turn are compiled; the tasks are asyncio's"
    ),
    others={
        "spawn": expected(
            "more more more same",
            "tasks are not eager here: each has a handle and a turn of the loop again",
        ),
        "parked tree cancel": expected(
            "same same same same", "the first turn of each task is back, and each turn costs less"
        ),
        "chain": expected("same same same same", "the frames cost what they did"),
        "mix interference": expected(
            "same same same less", "what is computed takes the time; timers are rounded down, too"
        ),
        "parallel": expected("same same same same", "what is computed takes the time"),
        "broadcast": expected(
            "same less same less", "messages go out when they are due; to send them takes fewer instructions"
        ),
    },
    learned={
        "timers memory": "each timer is one of libuv's, with objects of its own, not a handle in a heap",
        "parked wall": "a turn of this loop costs so much less that one more is paid for",
        "parked CPU": "a turn of this loop costs so much less that one more is paid for",
    },
    changes=(
        "The event loop is uvloop's: queue, timers and sockets are served by libuv and Cython in place of"
        " asyncio/base_events.py and asyncio/selector_events.py. Task and Future stay those of _asyncio, and"
        " are not eager."
    ),
)

LIBRARY: Sequence[LadderStep] = (ASYNCIO_PY, ASYNCIO, ASYNCIO_EAGER, UVLOOP)
"""From the pure-Python asyncio up."""
