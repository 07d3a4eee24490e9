"""Layers: what a function belongs to, as tables of patterns. To explain one more library is a few lines here.

Each pattern is looked for in the path of the function's file, and its name has to begin with the other one.
The first that fits counts.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

WORKLOAD, INTERPRETER, UNNAMED = "the workload's tasks", "interpreter", "no name"


def any_of(names: str) -> str:
    """Return a pattern of what begins as any of these, with white space between them."""
    return f"({'|'.join(names.split())})"


class Pattern(NamedTuple):
    """Functions that belong to a layer: a pattern of their file, and one of the beginning of their names."""

    layer: str
    file: str
    name: str = ""


HEAP, QUEUE, SELECTOR = "timer heap", "ready queue", "selector"
LOOP, HANDLE, CONTEXT, FUTURE, STEP = "event loop", "handle", "context", "future", "task step"
COLLECTOR, CLOCK, SYSTEM = "garbage collector", "clock", "system calls"
TASKS, REGISTRY, SUSPENDING, WAITING, CANCELLING = (
    "task objects",
    "registry of tasks",
    "suspending",
    "waiting for others",
    "cancelling and time limits",
)
SWITCHING = "switch of stacks"

PYTHON = r"/(lib)?python[^/]*$"
"""The interpreter's own file: the program, or the library that it is in."""

LIBC = r"/libc[.-]"
ASYNCIO = rf"/_asyncio\.|{PYTHON}"
"""asyncio's functions in C; some interpreters have them built in."""

OF_C: Sequence[Pattern] = (
    Pattern(FUTURE, ASYNCIO, any_of("future_ Future(Obj|Iter) _asyncio_Future")),
    Pattern(HANDLE, ASYNCIO, "call_soon"),
    Pattern(LOOP, ASYNCIO, r"(_asyncio_)?_?(get_(event|running)_loop|set_running_loop)"),
    Pattern(
        STEP, ASYNCIO, any_of("task_ Task(Obj|Step) _asyncio_ (enter|leave|swap_current|(un)?register)_task")
    ),
    Pattern(STEP, r"/_asyncio\."),
    Pattern(
        CONTEXT,
        rf"{PYTHON}|/_contextvars\.",
        any_of("context_ contextvar_ _?PyContext _?PyHamt hamt_ token_"),
    ),
    Pattern(QUEUE, rf"{PYTHON}|/_collections\.", "_?(collections_)?deque"),
    Pattern(
        HEAP, rf"{PYTHON}|/_heapq\.", any_of("_?heapq heap(pop|push|ify|replace) siftup siftdown cmp_lt")
    ),
    Pattern(SELECTOR, rf"{PYTHON}|/select\.", any_of("select_ poll_ epoll pyepoll kqueue")),
    Pattern(SELECTOR, LIBC, r"_*(epoll_|poll|ppoll|select|pselect)"),
    Pattern(CLOCK, rf"{LIBC}|vdso", r"_*(vdso_)?(clock_|gettimeofday|time)"),
    Pattern(
        CLOCK,
        rf"{PYTHON}|/time\.",
        any_of("_?PyTime pymonotonic py_get_monotonic time_(monotonic|perf|time)"),
    ),
    Pattern(SYSTEM, r"/_socket\.|/_ssl\.|/_posixsubprocess\."),
    Pattern(
        SYSTEM, LIBC, r"_*(libc_)?(read|write|send|recv|accept|connect|close|open|futex|sched|nanosleep)"
    ),
    Pattern(
        COLLECTOR,
        PYTHON,
        any_of(
            """gc_collect gc_list _?PyGC_ deduce_ update_refs subtract_refs move_un
            visit_(decref|reachable|move) handle_weakrefs delete_garbage untrack_ mark_ _Py_RunGC"""
        ),
    ),
    Pattern(SWITCHING, r"/greenlet/"),
    Pattern("gevent", r"/gevent/"),
    Pattern("uvloop", r"/uvloop/"),
    Pattern("rloop", r"/rloop/"),
    Pattern("zuvloop", r"/zuvloop/"),
)
"""C functions that belong to a part of a library, whichever Python function has called them."""

OF_THE_INTERPRETER: Sequence[Pattern] = (
    Pattern(
        "evaluation loop",
        PYTHON,
        any_of(
            """_PyEval_ _PyEvalFrame eval_ initialize_locals get_eval _?PyFrame frame_ _Py_Specialize
            _PyThreadState_Pop"""
        ),
    ),
    Pattern(
        "generators and coroutines",
        PYTHON,
        any_of(
            """_?gen_ _?PyGen _?PyCoro coro_ PyIter_Send PyIter_Next async_gen _PyAsyncGen coroutine_
            make_gen"""
        ),
    ),
    Pattern(
        "memory",
        PYTHON,
        any_of(
            """_?PyObject_(Malloc|Free|Realloc|Calloc|Del|GC_|New|Init|ClearWeak) _?PyMem_ pymalloc _PyMem
            arena new_arena _Py_(NewRef|Dealloc|IncRef|DecRef|Free)
            _?PyType_(Alloc|GenericAlloc|GenericNew) .*dealloc .*_free free_ gc_alloc _PyTrash"""
        ),
    ),
    Pattern(
        "calls",
        PYTHON,
        any_of(
            """.*[vV]ectorcall _?PyObject_(Call|MakeTpCall|FastCall) _?PyFunction_ func_ function_
            cfunction_ _?PyC?Method _?PyCFunction method_ partial_ _PyStack _Py_CheckFunction slot_tp_
            type_call object_(init|new) wrap_ _?PyArg .*_impl$ .*unpack_keywords _PyCall PyCell cell_
            builtin_ meth_"""
        ),
    ),
    Pattern(
        "attributes, names and dicts",
        PYTHON,
        any_of(
            """_?PyObject_(Generic)?(Get|Set|Lookup|Has|Is|Hash)(?!Item|Iter) _?PyType_ type_ _?PyDict dict
            _Py_dict lookdict insert delitem unicodekeys find_empty new_keys free_keys build_ind object_
            getset_ member_ PyMember property_ slot_ module_ _?PyModule descr_ _?PyDescr clone_"""
        ),
    ),
    Pattern(
        "lists, tuples and sets",
        PYTHON,
        any_of(
            """list _?PyList tuple _?PyTuple set_ _?PySet PyIter range _?PySlice seqiter PySequence weakref
            _?PyWeak PyObject_(Size|GetIter|GetItem|SetItem|DelItem) enum_ zip_ map_"""
        ),
    ),
    Pattern(
        "numbers and text",
        PYTHON,
        any_of(
            """long_ _?PyLong float_ _?PyFloat PyNumber binary_ x_(add|sub) k_ bool_ _?PyBool unicode_
            _?PyUnicode bytes_ _?PyBytes PyObject_(RichCompare|IsTrue|Not) do_richcompare hash siphash"""
        ),
    ),
    Pattern(
        "exceptions",
        PYTHON,
        any_of("_?PyErr _?PyExc BaseExc StopIter exception PyException PyTraceBack tb_ _?PyTrace"),
    ),
    Pattern("other of the interpreter", PYTHON),
    Pattern("C library", rf"{LIBC}|libpthread|libm[.-]|/ld-|ld-linux|libstdc"),
    Pattern("other extension modules", r"/lib-dynload/|\.so"),
)
"""What C functions do for whatever Python function runs."""

HARNESS = "harness"
LADDER = r"/concbench/models/ladder/"
OF_PYTHON: Sequence[Pattern] = (
    Pattern(WORKLOAD, r"/concbench/workloads/"),
    Pattern(HARNESS, r"/concbench/(measure/|models/inside\.py)"),
    Pattern(LOOP, LADDER, r"Kernel\.(run|__init__)"),
    Pattern(SELECTOR, LADDER, r"Kernel\.(poll|pause|wait_for)"),
    Pattern(HEAP, LADDER, r"Kernel\.wake_at"),
    Pattern(TASKS, LADDER, r"(Task\b|Group|Kernel\.(start|gather|end|cancel|join|finish)|join|cancel)"),
    Pattern(SUSPENDING, LADDER, r"(Kernel\.|switch|sleep|readable|writable|start)"),
    Pattern(WAITING, rf"{LADDER}(calls|handles)\.py"),
    Pattern(LOOP, LADDER),
    Pattern(SUSPENDING, r"/concbench/models/", r".*(sleep|switch)"),
    Pattern(LOOP, r"/concbench/models/"),
    Pattern(HANDLE, r"/asyncio/base_events\.py", r"BaseEventLoop\.(_?call_|_add_callback|_timer_handle)"),
    Pattern(TASKS, r"/asyncio/base_events\.py", r"BaseEventLoop\.(create_task|create_future)"),
    Pattern(HANDLE, r"/asyncio/events\.py", r"(Timer)?Handle"),
    Pattern(FUTURE, r"/asyncio/futures\.py"),
    Pattern(SUSPENDING, r"/asyncio/tasks\.py", r"(sleep|__sleep0)"),
    Pattern(
        REGISTRY, r"/asyncio/tasks\.py", r"(_(un)?register_|_(enter|leave|swap)_|current_task|all_tasks)"
    ),
    Pattern(STEP, r"/asyncio/tasks\.py", r"Task\.__(step|wakeup)"),
    Pattern(TASKS, r"/asyncio/tasks\.py", r"(Task|create_|ensure_|_ensure)"),
    Pattern(WAITING, r"/asyncio/(tasks|taskgroups|locks|queues|mixins)\.py"),
    Pattern(CANCELLING, r"/asyncio/timeouts\.py"),
    Pattern(SELECTOR, r"/asyncio/selector_events\.py|/selectors\.py"),
    Pattern(LOOP, r"/asyncio/"),
    Pattern(REGISTRY, r"/_?weakref(set)?\.py"),
    Pattern(HEAP, r"/heapq\.py"),
    Pattern(SELECTOR, r"/trio/_core/_io_"),
    Pattern(HANDLE, r"/trio/_core/_run\.py", r"Runner\.(reschedule|spawn_)"),
    Pattern(
        CANCELLING, r"/trio/_core/_run\.py", r"(Cancel|Deadlines|Task\._(attempt|activate|cancel)|.*cancel)"
    ),
    Pattern(TASKS, r"/trio/_core/_run\.py", r"(Task|Nursery|Runner\.(spawn|task_exited))"),
    Pattern(
        SUSPENDING, r"/trio/_core/_(traps|run)\.py", r"(.*checkpoint|wait_task|_async_yield|_real_async)"
    ),
    Pattern(SUSPENDING, r"/trio/_timeouts\.py"),
    Pattern(LOOP, r"/trio/_core/_run\.py"),
    Pattern(WAITING, r"/trio/_(sync|channel|core/_parking_lot)"),
    Pattern("outcomes", r"/outcome/|<attrs generated methods outcome"),
    Pattern("sorted containers", r"/sortedcontainers/"),
    Pattern(SELECTOR, r"/gevent/.*(hub|loop|libev|libuv)"),
    Pattern(TASKS, r"/gevent/.*greenlet"),
)
"""Functions in Python; of others, the package that they are in."""

PACKAGE = re.compile(r"/site-packages/(\w+)|/lib/python3[^/]*/(?!site-packages)(\w+)")


@cache
def layer_in(patterns: Sequence[Pattern], file: str, name: str) -> str | None:
    """Return the layer of a function, None where no pattern fits."""
    for one in patterns:
        if re.search(one.file, file) and re.match(one.name, name):
            return one.layer
    return None


def layer_of_python(file: str, name: str) -> str:
    """Return the layer of a function in Python: by the tables, else its package, else its file."""
    known = layer_in(OF_PYTHON, file, name)
    if known is not None:
        return known
    found = PACKAGE.search(file)
    return (found[1] or found[2]) if found else file.rpartition("/")[2] or UNNAMED


def part_of_c(file: str, function: str) -> str:
    """Return what a function in C does: it is a part of a library, or the interpreter does it for any."""
    if not file:
        return UNNAMED
    return layer_in(OF_C, file, function) or layer_in(OF_THE_INTERPRETER, file, function) or UNNAMED
