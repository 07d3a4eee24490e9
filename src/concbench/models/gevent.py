"""gevent: greenlets, whose plain blocking calls hand over to a loop in C instead of blocking the thread.

Code is written as for threads, with the standard library's own ``sleep``, ``Lock`` and ``Condition``, which
gevent replaces throughout the process ("monkey patching"), and a task may suspend at any depth of calls. All
greenlets share one thread, so none is ever preempted, and no interpreter lock is handed over. The price: a
switch goes by way of the hub, a greenlet of its own, and copies the part of the C stack that another greenlet
needs; a greenlet takes long to make and start; and every library in the process has to live with the patches.

Patches come when the model is opened: before any primitive is lent and any task is made, and in the worker of
this model alone, which is what its manual asks for. A process in which it was opened stays patched.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from concbench.models.base import BlockingRuntime, Factory, Model
from concbench.models.capabilities import Capability
from concbench.models.packages import lacking, released
from concbench.traits import Traits


@dataclass(frozen=True, slots=True, kw_only=True)
class GeventRuntime(BlockingRuntime):
    """``blocking``, and ``with Timeout(seconds, False) as limit:``, for wordings of gevent's own.

    Its second argument False: it leaves the block in silence when the time is over. ``async_watcher()``, with
    ``start(callback)``, ``send()``, which any thread may call, and ``close()``; ``Event()``;
    ``NativeQueue()``, the standard library's SimpleQueue as it was before the patches, where threads wait.
    """

    Timeout: Callable[..., Any]
    async_watcher: Callable[[], Any]
    Event: Callable[[], Any]
    NativeQueue: Callable[[], Any]


def join(factories: Sequence[Factory]) -> list[Any]:
    """Run tasks in greenlets, and return their results."""
    import gevent  # noqa: PLC0415

    greenlets = [gevent.spawn(factory) for factory in factories]
    gevent.joinall(greenlets, raise_error=True)
    return [greenlet.value for greenlet in greenlets]


def cancel(factories: Sequence[Factory], ready: Callable[[], object]) -> None:
    """Start tasks in greenlets, kill all when ``ready()`` returns, and wait until they have ended.

    To be killed is no exception of a greenlet's; what its clean-up raised is.
    """
    import gevent  # noqa: PLC0415

    greenlets = [gevent.spawn(factory) for factory in factories]
    ready()
    gevent.killall(greenlets)
    for greenlet in greenlets:
        if greenlet.exception is not None:
            raise greenlet.exception


def queue(capacity: int) -> tuple[Callable[[Any], Any], Callable[[], Any]]:
    """Return the methods of one of gevent's queues."""
    from gevent.queue import Queue  # noqa: PLC0415

    made = Queue(capacity)
    return made.put, made.get


class _Session:
    run = staticmethod(join)

    def __init__(self) -> None:
        import threading  # noqa: PLC0415  (as they are now, patched)
        import time  # noqa: PLC0415

        import gevent  # noqa: PLC0415
        from gevent.event import Event  # noqa: PLC0415
        from gevent.lock import Semaphore  # noqa: PLC0415
        from gevent.monkey import get_original  # noqa: PLC0415

        self.rt = GeventRuntime(
            sleep=time.sleep,
            Lock=threading.Lock,
            Condition=threading.Condition,
            join=join,
            Semaphore=Semaphore,
            queue=queue,
            cancel=cancel,
            offload=gevent.get_hub().threadpool.apply,
            Timeout=gevent.Timeout,
            async_watcher=gevent.get_hub().loop.async_,
            Event=Event,
            NativeQueue=get_original("queue", "SimpleQueue"),
        )


@contextmanager
def open_session() -> Iterator[_Session]:
    """Open the model: patch the process, and start the hub, which ends with the process."""
    from gevent import get_hub, monkey  # noqa: PLC0415

    monkey.patch_all()
    get_hub()
    yield _Session()


def current() -> object:
    """Return the running greenlet."""
    import gevent  # noqa: PLC0415

    return gevent.getcurrent()


MODEL = Model(
    name="gevent",
    dialect="blocking",
    family="library",
    summary="greenlets: plain blocking calls, switched in one thread by a loop in C",
    cost="a greenlet per task and two switches of the stack per hand-over; the process is monkey-patched",
    source="gevent: spawn and joinall, on its default loop, after monkey.patch_all()",
    version=lambda: f"{released('gevent')}, {released('greenlet')}",
    open=open_session,
    traits=Traits(runs_on="greenlets", patches=True),
    lends=frozenset(
        {
            Capability.SLEEP,
            Capability.LOCK,
            Capability.CONDITION,
            Capability.JOIN,
            Capability.SEMAPHORE,
            Capability.QUEUE,
            Capability.CANCEL,
            Capability.OFFLOAD,
        }
    ),
    current=current,
    unavailable=lambda: lacking("gevent"),
)
