"""The steps between loops of one's own, from the tutorial's to one that can cancel, and their predictions.

Signs are of wall time, CPU time, memory and lateness, at the largest size of each workload's preset.
"""

from collections.abc import Sequence

from concbench.analysis.ladder.steps import LadderStep, expected

IDLE_SLEEP = LadderStep(
    below="yield-from",
    rung="idle-sleep",
    adds="sleeping until the next deadline",
    usual=expected(
        "more more same more", "each round also looks at the deadline of every task, and finds the first"
    ),
    others={
        "timers tutorial": expected(
            "more less same more",
            "the loop sleeps while all tasks do; the system wakes it later than a loop that never slept",
        ),
        "service": expected(
            "same less same more", "nearly always all tasks sleep, and what a round computes stays what it is"
        ),
        "mix interference": expected(
            "same same same more", "the processor is taken by what is computed; only the waking comes later"
        ),
        "chain": expected(
            "same same same same",
            "a resume is paid for by the frames that it passes through, not by the loop",
        ),
        "echo fanout idle broadcast": expected(
            "same same same same",
            "tasks that poll sockets keep the loop awake, and a call on a socket costs more"
            " than a look at a deadline",
        ),
        "offload bridge parallel": expected(
            "same same same same",
            "what is waited for happens in a thread, or is computed before the first step",
        ),
    },
    learned={
        "switch memory": (
            "who is pending stands in a list, made anew each round, of numbers that a range only passes"
            " through: 48 bytes for each task"
        ),
    },
)

TIMER_HEAP = LadderStep(
    below="idle-sleep",
    rung="timer-heap",
    adds="the timer heap",
    usual=expected(
        "less less same less", "a round keeps no list of deadlines, and looks at nobody who is not stepped"
    ),
    others={
        "timers": expected(
            "same less same less",
            "n wakings cost n pushes and pops in place of n looks each; the last is as late",
        ),
        "tutorial": expected(
            "same same same same", "all wake together, so a push and a pop take the place of two looks"
        ),
        "service": expected("same less same less", "each waking no longer looks at every other sleeper"),
        "mix interference": expected(
            "same same same same", "few tasks sleep, and what they compute takes the time"
        ),
        "chain": expected("same same same same", "the frames cost what they did"),
        "echo fanout idle broadcast": expected(
            "same same same same", "sockets are asked as often as before, which takes nearly all the time"
        ),
        "offload bridge parallel": expected("same same same same", "no task sleeps in the loop"),
    },
    learned={
        "parked memory": (
            "when the keeper looks, in the first round, who goes on is listed, where the rung below still"
            " goes through a range"
        ),
        "timers memory": (
            "from the second run on the heap's tuples come from the interpreter's free list, which holds"
            " 2,000; what is saved is the list of deadlines"
        ),
        "timers wall": (
            "with seed 1 the longest sleeper is the 422nd that is armed; those before it are pushed onto the"
            " heap first, so it is armed some 40 µs later"
        ),
        "timers lateness": (
            "the median sleeper waits for the system to wake the loop, beside which a round of looks"
            " is little"
        ),
    },
)

READY_QUEUE = LadderStep(
    below="timer-heap",
    rung="ready-queue",
    adds="the ready queue and its requests",
    usual=expected(
        "more more more same",
        "a pop and a push for each step; a task is an entry in two dictionaries until it is joined",
    ),
    others={
        "parked": expected(
            "more more more same",
            "to wait at a gate is a generator of its own and two requests, where a look at a flag did",
        ),
        "timers tutorial": expected(
            "more more more same",
            "each sleep is a request that is looked up by name, and each task is joined by one",
        ),
        "ring semaphore": expected(
            "less less more same", "who waits for a turn is no longer stepped in every round to find out"
        ),
        "pingpong queue": expected(
            "more more more same",
            "somebody can nearly always go on here, so a put and a get of semaphores cost more than looking",
        ),
        "chain": expected("same same same same", "the frames cost what they did"),
        "service mix interference": expected(
            "same same same same", "requests are few beside what is computed between them"
        ),
        "echo fanout idle broadcast": expected(
            "same same same same",
            "without a selector a socket is still polled: tasks yield, and are always ready",
        ),
        "offload bridge parallel": expected(
            "same same same same", "what happens in a thread is still polled for, a step a round"
        ),
    },
    learned={
        "switch wall": "who goes on is stepped from the list itself, not looked up by number in another",
        "switch CPU": "who goes on is stepped from the list itself, not looked up by number in another",
    },
)

SELECTOR = LadderStep(
    below="ready-queue",
    rung="selector",
    adds="the selector",
    usual=expected(
        "same same same same",
        "one system call for each round is shared by all the tasks that are stepped in it",
    ),
    others={
        "timers": expected(
            "more less same more",
            "epoll counts in milliseconds: tasks wake up to one late, but many at once, so it wakes less",
        ),
        "tutorial": expected(
            "more same same more", "all wake together as before, rounded up to the next millisecond"
        ),
        "service": expected(
            "more less same more",
            "sleepers wake in milliseconds, several at once: fewer wakings, and later ones",
        ),
        "mix": expected("same same same more", "what is computed takes the time; wakings are rounded up"),
        "ring": expected(
            "more more same same",
            "one task can go on at a time, so each hop has a round, and a call, to itself",
        ),
        "queue semaphore": expected(
            "more more same same",
            "a round steps few tasks here, and its system call is shared by those alone",
        ),
        "echo": expected(
            "more more same same",
            "ten connections that are never silent: to register, select, unregister costs more than a look",
        ),
        "fanout": expected(
            "same less same same", "all wait for answers at once, and the loop sleeps until they come"
        ),
        "offload bridge": expected(
            "less less same same",
            "the call of each round lets go of the interpreter's lock, which the thread waits for",
        ),
    },
    learned={
        "switch memory": (
            "both allocate the same, to the byte; a peak is counted in pages, and this is five pages lower"
        ),
        "broadcast CPU": "tasks wait until a socket takes more, where those below try again in every round",
        "broadcast lateness": "the loop sleeps now, and wakes by epoll's millisecond",
        "offload CPU": "tasks wait for the thread's byte; it was to be less, though for another reason",
        "bridge CPU": "tasks wait for the thread's byte; it was to be less, though for another reason",
        "echo CPU": "at 0.8 of a closed loop's rate there is silence now and then, and the loop sleeps then",
    },
)

TASK_OBJECTS = LadderStep(
    below="selector",
    rung="task-objects",
    adds="task objects",
    usual=expected(
        "more more more same",
        "an object, a list and a bound method for each task, which is stepped by that, and an answer to each"
        " request",
    ),
    others={
        "timers": expected(
            "more more more same",
            "tasks take longer to make, so the last is armed later; a waking is as before",
        ),
        "chain": expected("same same same same", "the frames cost what they did"),
        "service mix interference": expected(
            "same same same same", "an object for each task is little beside what is computed"
        ),
        "echo fanout idle broadcast": expected(
            "same same same same", "system calls cost what they did, and a request has few steps"
        ),
        "offload bridge parallel": expected(
            "same same same same", "one task polls for what happens in a thread; its step is a little dearer"
        ),
    },
)

CANCELLATION = LadderStep(
    below="task-objects",
    rung="cancellation",
    adds="cancellation",
    usual=expected("same same same same", "two more fields for each task, and nothing at a step"),
    others={
        "timers": expected(
            "more more more same",
            "each deadline is a list of its own, and each waking a call that empties it",
        ),
        "parked ring pingpong queue semaphore": expected(
            "more more same same",
            "each wait is noted on the task, and who is woken is gone through to take the note back",
        ),
        "cancel": expected(
            "more more more same",
            "a request for each task, an exception in it, and a wait for its end, where it was closed before",
        ),
    },
    learned={
        "spawn wall": "two fields to fill, and an end that goes through those it wakes: some 50 ns of 1 µs",
        "spawn CPU": "two fields to fill, and an end that goes through those it wakes: some 50 ns of 1 µs",
        "spawn memory": "two fields more, 29 bytes here, are just over 5 % of a task that does nothing",
        "timers memory": "it is more, by a list of one, but that is less than 5 % of what a task takes",
    },
)

ASYNC_AWAIT = LadderStep(
    below="cancellation",
    rung="async-await",
    adds="async and await",
    usual=expected(
        "same same same same", "a coroutine is stepped as a generator is, by the very same kernel"
    ),
    others={
        "switch": expected(
            "more more same same", "a coroutine has no bare yield: each turn awaits a generator made for it"
        ),
    },
    learned={
        "switch memory": "the generator that a turn awaits lives while the task is suspended: 192 bytes",
    },
)

KERNELS: Sequence[LadderStep] = (
    IDLE_SLEEP,
    TIMER_HEAP,
    READY_QUEUE,
    SELECTOR,
    TASK_OBJECTS,
    CANCELLATION,
    ASYNC_AWAIT,
)
"""From the tutorial's loop up."""
