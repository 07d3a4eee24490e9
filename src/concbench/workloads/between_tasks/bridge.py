"""bridge: threads hand items to a task of a loop, and wait for its answers: across the boundary between both.

What it measures is the way from a thread into a loop and back, by what each library has for it. Each thread
has at most ``window`` items on their way, so no queue grows: with one it is a round trip, with more the loop
can take several at a time. Each side looks at the system's clock: ``latency`` is from just before a thread
puts an item to just after the loop's task has it. It is no wording of ``queue``, since who asks is no task.
"""

from collections import deque
from collections.abc import Callable
from functools import cache, partial
from queue import SimpleQueue
from threading import get_native_id
from time import perf_counter
from typing import Any

from concbench.models.base import BlockingRuntime, CoroutineRuntime, Factory, PollingRuntime
from concbench.models.capabilities import Capability
from concbench.workloads.base import Version, Workload
from concbench.workloads.between_tasks import bridge_waiting, bridging
from concbench.workloads.between_tasks.bridging import AskingThread, Params, Told, ask, numbered
from concbench.workloads.between_tasks.passing import Ends, made_once
from concbench.workloads.questions import Lanes, Question


@cache
def sender_class(task: Any) -> Any:
    """Return the class of the polled tasks that wait for a thread, the same for every run (see ``spawn``)."""

    class Sending(task):  # type: ignore[misc]
        def __init__(self, function: Callable[[], Told]) -> None:
            super().__init__()
            self.thread: AskingThread | None = None
            self.function = function

        def run(self) -> None:
            if self.thread is None:
                self.thread = AskingThread(self.function)
                self.thread.start()
            elif not self.thread.is_alive():
                self.result, self.ready = self.thread.told(), True

    return Sending


@cache
def answerer_class(task: Any) -> Any:
    """Return the class of the polled task that answers."""

    class Answering(task):  # type: ignore[misc]
        def __init__(self, p: Params, salt: int, inbox: deque[int], boxes: list[Any]) -> None:
            super().__init__()
            self.p, self.salt, self.inbox, self.boxes = p, salt, inbox, boxes
            self.result = get_native_id(), list[float](), list[int]()

        def run(self) -> None:
            _, got, items = self.result
            while self.inbox:
                items.append(item := self.inbox.popleft())
                got.append(perf_counter())
                self.boxes[(item - self.salt) // self.p.items].put(item + self.p.total)
            self.ready = len(items) == self.p.total

    return Answering


def polling(rt: PollingRuntime, p: Params) -> list[Factory]:
    """Start a thread, and look at every poll whether a deque has items: to append to one needs no lock."""
    asking, inbox = numbered(rt.salt, p, SimpleQueue), deque[int]()
    sender, answerer = sender_class(rt.Task), answerer_class(rt.Task)
    answers = partial(answerer, p, rt.salt, inbox, [box for _, box in asking])
    return [
        *(partial(sender, partial(ask, p, first, inbox.append, box.get)) for first, box in asking),
        answers,
    ]


def generator(rt: Any, p: Params) -> list[Factory]:
    """Start a thread, and yield until a deque has items: to append to one needs no lock."""
    asking, inbox = numbered(rt.salt, p, SimpleQueue), deque[int]()

    def send(first: int, box: Any) -> Any:
        thread = AskingThread(partial(ask, p, first, inbox.append, box.get))
        thread.start()
        while thread.is_alive():
            yield
        return thread.told()

    def answer() -> Any:
        got, items = list[float](), list[int]()
        while len(items) < p.total:
            while not inbox:
                yield
            items.append(item := inbox.popleft())
            got.append(perf_counter())
            asking[(item - rt.salt) // p.items][1].put(item + p.total)
        return get_native_id(), got, items

    return [*(partial(send, *one) for one in asking), answer]


def awaited(rt: CoroutineRuntime, p: Params, inbox: Callable[[int], Ends]) -> list[Factory]:
    """Offload who asks to a thread, and await its items; ``inbox`` makes what it puts them into."""
    asking, ends = numbered(rt.salt, p, SimpleQueue), made_once(inbox, p.threads * p.window)

    async def send(first: int, box: Any) -> Any:
        put, _ = ends()
        return await rt.offload(partial(ask, p, first, put, box.get))

    async def answer() -> Told:
        _, get = ends()
        got, items = list[float](), list[int]()
        for _ in range(p.total):
            items.append(item := await get())
            got.append(perf_counter())
            asking[(item - rt.salt) // p.items][1].put(item + p.total)
        return get_native_id(), got, items

    return [*(partial(send, *one) for one in asking), answer]


def coroutine(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """asyncio's, on whatever loop: call put_nowait of a queue soon, in the loop's own thread."""
    import asyncio  # noqa: PLC0415  (a worker of another model need not load it)

    def inbox(_capacity: int) -> Ends:
        queue: asyncio.Queue[int] = asyncio.Queue()
        return partial(rt.loop().call_soon_threadsafe, queue.put_nowait), queue.get

    return awaited(rt, p, inbox)


def trio(rt: Any, p: Params) -> list[Factory]:
    """trio's: run send_nowait of a memory channel soon, by the token of the run."""

    def inbox(capacity: int) -> Ends:
        sending, receiving = rt.open_memory_channel(capacity)
        return partial(rt.current_trio_token().run_sync_soon, sending.send_nowait), receiving.receive

    return awaited(rt, p, inbox)


def anyio(rt: Any, p: Params) -> list[Factory]:
    """anyio's: have the loop run send_nowait of a stream. Its threads wait for that, and cannot do less."""

    def inbox(capacity: int) -> Ends:
        sending, receiving = rt.create_memory_object_stream(capacity)
        return partial(rt.run_sync_from_thread, sending.send_nowait), receiving.receive

    return awaited(rt, p, inbox)


def curio(rt: Any, p: Params) -> list[Factory]:
    """curio's: a queue of which tasks await the end that threads call."""

    def inbox(_capacity: int) -> Ends:
        queue = rt.UniversalQueue()
        return queue.put, queue.get

    return awaited(rt, p, inbox)


def tinyio(rt: Any, p: Params) -> list[Factory]:
    """tinyio's: a deque, and an event, which threads may set."""
    asking, inbox, event = numbered(rt.salt, p, SimpleQueue), deque[int](), rt.Event()

    def put(item: int) -> None:
        inbox.append(item)
        event.set()

    def send(first: int, box: Any) -> Any:
        return (yield from rt.offload(partial(ask, p, first, put, box.get)))

    def answer() -> Any:
        got, items = list[float](), list[int]()
        while len(items) < p.total:
            yield from event.wait()
            event.clear()
            while inbox:
                items.append(item := inbox.popleft())
                got.append(perf_counter())
                asking[(item - rt.salt) // p.items][1].put(item + p.total)
        return get_native_id(), got, items

    return [*(partial(send, *one) for one in asking), answer]


def watched_event(rt: Any) -> tuple[Any, Callable[[], Any]]:
    """Return an event of gevent's, and what makes, once, the watcher that sets it."""
    event = rt.Event()

    @cache
    def watcher() -> Any:
        made = rt.async_watcher()
        made.start(event.set)
        return made

    return event, watcher


def gevent(rt: Any, p: Params) -> list[Factory]:
    """gevent's: a deque, and a watcher of the hub's loop, to which any thread may send."""
    asking, inbox, told = numbered(rt.salt, p, rt.NativeQueue), deque[int](), list[Told]()
    event, watcher = watched_event(rt)

    def put(item: int) -> None:
        inbox.append(item)
        watcher().send()

    def send(first: int, box: Any) -> Told:
        watcher()
        told.append(rt.offload(partial(ask, p, first, put, box.get)))
        if len(told) == p.threads:
            watcher().close()
        return told[-1]

    def answer() -> Told:
        got, items = list[float](), list[int]()
        while len(items) < p.total:
            event.wait()
            event.clear()
            while inbox:
                items.append(item := inbox.popleft())
                got.append(perf_counter())
                asking[(item - rt.salt) // p.items][1].put(item + p.total)
        return get_native_id(), got, items

    return [*(partial(send, *one) for one in asking), answer]


def blocking(rt: BlockingRuntime, p: Params) -> list[Factory]:
    """Threads among themselves, which need no bridge: two queues that are lent."""
    asking = numbered(rt.salt, p, partial(rt.queue, p.window))
    put, get = rt.queue(p.threads * p.window)

    def answer() -> Told:
        got, items = list[float](), list[int]()
        for _ in range(p.total):
            items.append(item := get())
            got.append(perf_counter())
            asking[(item - rt.salt) // p.items][1][0](item + p.total)
        return get_native_id(), got, items

    return [*(partial(ask, p, first, put, box[1]) for first, box in asking), answer]


SHARED = {Capability.SHARED_MEMORY}
ON_SOCKETS = Version(bridge_waiting.delegating, needs={Capability.READINESS, *SHARED})
WORKLOAD = Workload(
    name="bridge",
    version="1",
    family="between-tasks",
    summary="threads that hand items to a task of a loop, and wait for its answers",
    reading=(
        "Time and CPU per item, there and back, and latency (p50, p99) of the way there alone. A loop that"
        " polls lets go of the interpreter’s lock only when its time is over: the way there is short, and the"
        " thread waits long for its answer. Threads among themselves need no bridge."
    ),
    params=Params,
    versions={
        "polling": Version(polling, needs=SHARED),
        "generator": Version(generator, needs=SHARED),
        "delegating": Version(generator, needs=SHARED, preferred=ON_SOCKETS),
        "async-await": Version(bridge_waiting.awaiting, needs=SHARED),
        "coroutine": Version(coroutine, needs={Capability.OFFLOAD, Capability.LOOP, *SHARED}),
        "blocking": Version(blocking, needs={Capability.QUEUE, *SHARED}),
        "trio": trio,
        "anyio-asyncio": anyio,
        "anyio-trio": anyio,
        "curio": curio,
        "tinyio": tinyio,
        "gevent": gevent,
    },
    promise=bridging.promise,
    judge=bridging.judge,
    points=bridging.points,
    small=bridging.small,
    smallest=Params(threads=1, window=1, items=2),
    brief=Params(threads=1, window=10, items=100),
    memory_points=lambda _points: [],
    records=bridging.records,
    doubled="items",
    unit="item",
    counts=bridging.counts,
    questions=(
        Question(
            title="Items from a thread to a loop",
            metric="latency_p50",
            axis="window",
            many=False,
            bound=1,
            goal="soonest there",
            rank=64,
            price="Where a loop keeps the interpreter’s lock, the thread waits long for its answer.",
        ),
    ),
    lanes=Lanes(params=Params(1, 1, 4), reading="One lane waits for its thread, the other for items."),
)
