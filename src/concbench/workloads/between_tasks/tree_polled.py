"""The polled nodes of ``tree``: who polls a node polls its children by it, down to the leaves.

Their classes are the same for every run (see ``spawn``), so what belongs to a run stands in a Grove.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from concbench.models.base import Factory, PollingRuntime
from concbench.workloads.base import numbers
from concbench.workloads.between_tasks.leaves import found_by


@dataclass(frozen=True, slots=True)
class Grove:
    """What all nodes of a run know: the classes of nodes, what a leaf finds, and how long (s) it sleeps."""

    node: Any
    leaf: Any
    join: Callable[[Sequence[Factory]], Any]
    sleep: Callable[[], Any] | None
    find: Callable[..., tuple[int, bool]]
    branch: int


@cache
def leaf_class(task: Any) -> Any:
    """Return the class of leaves."""

    class Leaf(task):  # type: ignore[misc]
        def __init__(self, grove: Grove, number: int, place: int, memo: dict[int, int]) -> None:
            super().__init__()
            self.grove, self.number, self.place, self.memo = grove, number, place, memo
            self.begun = False
            self.sleep: Any = None

        def run(self) -> None:
            if not self.begun:
                self.begun = True
                self.result, waits = self.grove.find(self.number, self.place, self.memo)
                self.ready = not waits
                if waits and self.grove.sleep is not None:
                    self.sleep = self.grove.sleep()
                    self.sleep.run()
            elif self.sleep is None:
                self.ready = True
            else:
                self.sleep.run()
                self.ready = self.sleep.ready

    return Leaf


@cache
def node_class(task: Any) -> Any:
    """Return the class of nodes that have children."""

    class Node(task):  # type: ignore[misc]
        def __init__(self, grove: Grove, depth: int, number: int, place: int, memo: dict[int, int]) -> None:
            super().__init__()
            self.grove, self.depth, self.number, self.place, self.memo = grove, depth, number, place, memo
            self.children: Any = None

        def run(self) -> None:
            if self.children is None:
                grove, depth = self.grove, self.depth
                child = partial(grove.leaf, grove) if depth == 1 else partial(grove.node, grove, depth - 1)
                places = range(grove.branch * self.place, grove.branch * (self.place + 1))
                self.children = grove.join([partial(child, self.number, at, self.memo) for at in places])
            self.children.run()
            if self.children.ready:
                self.result = 1 + sum(self.children.result)
                self.ready = True

    return Node


@cache
def root_class(task: Any) -> Any:
    """Return the class of the root, which grows its trees one after another."""

    class Root(task):  # type: ignore[misc]
        def __init__(self, grove: Grove, depth: int, trees: range) -> None:
            super().__init__()
            self.grove, self.depth, self.trees = grove, depth, iter(trees)
            self.last = trees[-1]
            self.result: list[int] = []
            self.grow()

        def grow(self) -> None:
            self.number = next(self.trees)
            self.top = self.grove.node(self.grove, self.depth, self.number, 0, {})

        def run(self) -> None:
            self.top.run()
            if self.top.ready:
                self.result.append(self.top.result)
                if self.number == self.last:
                    self.ready = True
                else:
                    self.grow()

    return Root


def polling(rt: PollingRuntime, p: Any) -> list[Factory]:
    """Poll children by the library's Join, and in a leaf its Sleep, or come back once."""
    sleep = None if p.leaf == "switch" else partial(rt.Sleep, p.delay)
    grove = Grove(
        node_class(rt.Task), leaf_class(rt.Task), rt.Join, sleep, found_by(p.leaf, p.work), p.branch
    )
    return [partial(root_class(rt.Task), grove, p.depth, numbers(rt.salt, p.rounds))]
