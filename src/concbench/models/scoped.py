"""What trio and anyio lend: primitives under cancel scopes, which take the place of a timeout that raises."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from concbench.models.base import CoroutineRuntime
from concbench.models.capabilities import Capability


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopedRuntime(CoroutineRuntime):
    """``coroutine``, and ``with move_on_after(seconds) as scope:``, for wordings of these libraries' own.

    A time limit is entered by a plain ``with`` and raises nothing: ``scope.cancelled_caught`` says whether it
    was passed.
    """

    move_on_after: Callable[[float], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrioRuntime(ScopedRuntime):
    """``coroutine``, and what wordings of trio's own use.

    ``open_nursery()``; ``serve_listeners(handler, listeners)`` with ``SocketListener(socket)``;
    ``open_tcp_stream(host, port)``; ``from_stdlib_socket(socket)``, which makes one of ``trio.socket``'s;
    ``open_memory_channel(capacity)``; ``current_trio_token()``, which lets other threads in.
    """

    open_nursery: Callable[[], Any]
    serve_listeners: Callable[..., Any]
    SocketListener: Callable[[Any], Any]
    open_tcp_stream: Callable[..., Any]
    from_stdlib_socket: Callable[[Any], Any]
    open_memory_channel: Callable[[int], Any]
    current_trio_token: Callable[[], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyioRuntime(ScopedRuntime):
    """``coroutine``, and what wordings of anyio's own use.

    ``create_task_group()``; ``await listener_from(socket)``, with ``serve(handler)`` and ``accept()``;
    ``await connect_tcp(host, port)``.
    ``create_memory_object_stream(capacity)``; ``run_sync_from_thread(function, *arguments)``, which a thread
    that was offloaded to has the loop call.
    """

    create_task_group: Callable[[], Any]
    listener_from: Callable[[Any], Any]
    connect_tcp: Callable[..., Any]
    create_memory_object_stream: Callable[[int], Any]
    run_sync_from_thread: Callable[..., Any]


SCOPED = frozenset(
    {
        Capability.SLEEP,
        Capability.SWITCH,
        Capability.EVENT,
        Capability.JOIN,
        Capability.SEMAPHORE,
        Capability.QUEUE,
        Capability.CANCEL,
        Capability.OFFLOAD,
    }
)
"""What they lend of the primitives that all coroutines may have."""
