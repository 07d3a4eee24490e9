"""tree: a task that makes tasks, each of which makes more, down to leaves; and each waits for its own.

What it measures is the price of fan-out and fan-in in the library's own idiom (a TaskGroup, a nursery, a list
that is yielded, threads that are joined): making a child, and collecting what it returns, level by level. A
node returns what its children add up to, and one for itself; a leaf a number that is drawn for the run. So
the root's sum shows that every node was there. The root grows R trees, one after another.

A leaf is one of five (``leaves``). pyperformance's ``async_tree`` has such kinds, of which each says
something else: a library that runs a child as soon as it is made gains most where leaves return at once, and
nothing where they sleep.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from concbench.models.base import BlockingRuntime, CoroutineRuntime, DelegatingRuntime, Dialect, Factory
from concbench.models.capabilities import Capability
from concbench.promised import Promised
from concbench.promises import Delays, Overlap, Spawned
from concbench.workloads.base import NotExpressible, Preset, Version, Workload, at_least, judge_equal, numbers
from concbench.workloads.basics.timers import EARLY_TOLERANCE, SURE_DELAY, SURE_TASKS
from concbench.workloads.between_tasks.leaves import LEAVES, SHARE, Memo, found_by, value_of
from concbench.workloads.between_tasks.tree_polled import polling
from concbench.workloads.questions import Lanes, Question

MOST_NODES = 1_000_000
"""More than any model makes while somebody waits for it."""


@dataclass(frozen=True, slots=True)
class Params:
    """``branch``: how many children a node has. ``depth``: how many levels there are below the root.

    ``leaf``: what a leaf does. ``rounds``: how many trees grow, one after another. ``delay``: how long (s) a
    leaf sleeps, ``work``: how many steps it computes, where it does.
    """

    branch: int = 6
    depth: int = 3
    leaf: str = "none"
    rounds: int = 2
    delay: float = 0.02
    work: int = 100

    def __post_init__(self) -> None:
        at_least(1, branch=self.branch, depth=self.depth, rounds=self.rounds, work=self.work)
        at_least(0.001, delay=self.delay)
        if _nodes(self.branch, self.depth) > MOST_NODES:
            raise ValueError(
                f"branch and depth must be such that a tree has at most {MOST_NODES} nodes, which it has not"
                f" with {self.branch} children each and {self.depth} levels"
            )
        if self.leaf not in LEAVES:
            raise ValueError(f"leaf must be one of {', '.join(LEAVES)}, not {self.leaf!r}")

    @property
    def leaves(self) -> int:
        """How many leaves a tree has."""
        return int(self.branch**self.depth)

    @property
    def inner(self) -> int:
        """How many nodes a tree has that are no leaves, the root among them."""
        return sum(int(self.branch**level) for level in range(self.depth))

    @property
    def sleepers(self) -> int:
        """How many leaves of a tree sleep."""
        return {"sleep": self.leaves, "memo": -(-self.leaves // SHARE)}.get(self.leaf, 0)


def _nodes(branch: int, depth: int) -> int:
    """Return how many nodes a tree has; where these are too many, a number that is too large as well."""
    if branch == 1:
        return depth + 1
    nodes = level = 1
    for _ in range(depth):
        if nodes > MOST_NODES:
            break
        level *= branch
        nodes += level
    return nodes


def delegating(rt: DelegatingRuntime, p: Params) -> list[Factory]:
    """Delegate to the library's join, and in a leaf to its sleep, or yield."""
    find, branch, sleeps = found_by(p.leaf, p.work), p.branch, p.leaf != "switch"

    def leaf(number: int, place: int, memo: Memo) -> Any:
        value, waits = find(number, place, memo)
        if waits:
            if sleeps:
                yield from rt.sleep(p.delay)
            else:
                yield
        return value

    def node(depth: int, number: int, place: int, memo: Memo) -> Any:
        child = leaf if depth == 1 else partial(node, depth - 1)
        places = range(branch * place, branch * (place + 1))
        values = yield from rt.join([partial(child, number, place, memo) for place in places])
        return 1 + sum(values)

    def root() -> Any:
        sums = []
        for number in numbers(rt.salt, p.rounds):
            sums.append((yield from node(p.depth, number, 0, {})))
        return sums

    return [root]


def coroutine(rt: CoroutineRuntime, p: Params) -> list[Factory]:
    """Await the library's join, and in a leaf its sleep or its switch."""
    find, branch = found_by(p.leaf, p.work), p.branch
    wait = rt.switch if p.leaf == "switch" else partial(rt.sleep, p.delay)

    async def leaf(number: int, place: int, memo: Memo) -> int:
        value, waits = find(number, place, memo)
        if waits:
            await wait()
        return value

    async def node(depth: int, number: int, place: int, memo: Memo) -> int:
        child = leaf if depth == 1 else partial(node, depth - 1)
        places = range(branch * place, branch * (place + 1))
        values: list[int] = await rt.join([partial(child, number, place, memo) for place in places])
        return 1 + sum(values)

    async def root() -> list[int]:
        sums = []
        for number in numbers(rt.salt, p.rounds):
            sums.append(await node(p.depth, number, 0, {}))
        return sums

    return [root]


def blocking(rt: BlockingRuntime, p: Params) -> list[Factory]:
    """Call the library's join, and in a leaf its sleep."""
    if p.leaf == "switch":
        raise NotExpressible("a thread has no call by which it hands over and goes on when its turn comes")
    return _called(rt, p, p.delay)


def gevent(rt: BlockingRuntime, p: Params) -> list[Factory]:
    """gevent's own: ``sleep(0)`` is how a greenlet hands over."""
    return _called(rt, p, 0 if p.leaf == "switch" else p.delay)


def _called(rt: BlockingRuntime, p: Params, pause: float) -> list[Factory]:
    """Return the root of a tree of plain calls, whose leaves sleep as long as they pause."""
    find, branch = found_by(p.leaf, p.work), p.branch

    def leaf(number: int, place: int, memo: Memo) -> int:
        value, waits = find(number, place, memo)
        if waits:
            rt.sleep(pause)
        return value

    def node(depth: int, number: int, place: int, memo: Memo) -> int:
        child = leaf if depth == 1 else partial(node, depth - 1)
        places = range(branch * place, branch * (place + 1))
        values: list[int] = rt.join([partial(child, number, place, memo) for place in places])
        return 1 + sum(values)

    def root() -> list[int]:
        sums = []
        for number in numbers(rt.salt, p.rounds):
            sums.append(node(p.depth, number, 0, {}))
        return sums

    return [root]


def promise(p: Params, _dialect: Dialect) -> tuple[Promised, ...]:
    """Each node is a task, and alive as long as those below it.

    A leaf that hands over is still there when the last one begins. One that sleeps may be over by then, on a
    busy machine, but of a few that sleep long enough two do so at once.
    """
    tasks = 1 + p.rounds * (p.inner + p.leaves - 1)
    sure = p.sleepers >= SURE_TASKS and p.delay >= SURE_DELAY
    overlap = p.inner + p.leaves if p.leaf == "switch" else p.depth + 1 + sure
    root, others = p.rounds * p.delay * (p.sleepers > 0), p.delay * (p.leaf == "sleep")
    return Spawned(tasks), Overlap(overlap), Delays((root, *([others] * (tasks - 1))), EARLY_TOLERANCE)


def judge(results: Sequence[Any], p: Params, salt: int = 0) -> str | None:
    """The root returns for each tree what all its nodes add up to."""
    sums = [
        p.inner + sum(value_of(p.leaf, p.work, number, place) for place in range(p.leaves))
        for number in numbers(salt, p.rounds)
    ]
    return judge_equal(results, [sums])


def counts(_p: Params, ledger: Any) -> dict[str, int]:
    """Count the nodes: the tasks that were seen to end, children of children among them."""
    return {"node": sum(task.finished for task in ledger.tasks)}


def points(preset: Preset) -> list[Params]:
    """Deeper trees of leaves that do nothing; beyond ``quick`` each other kind of leaf."""
    depths = (1, 2, 3, 4) if preset == "thorough" else (1, 2, 3)
    kinds = () if preset == "quick" else LEAVES[1:]
    return [*(Params(leaf=leaf) for leaf in kinds), *(Params(depth=depth, rounds=5) for depth in depths)]


def small(rng: Random) -> list[Params]:
    """An only child, a twig, a wide and a deep tree, and a random one."""
    drawn = Params(rng.randint(1, 4), rng.randint(1, 3), rng.choice(LEAVES), rng.randint(1, 3), 0.02, 50)
    return [Params(1, 1, "none", 2), Params(2, 1, "switch", 1), Params(12, 1, "memo", 1),
            Params(2, 4, "sleep", 1), drawn]  # fmt: skip


WORKLOAD = Workload(
    name="tree",
    version="1",
    family="between-tasks",
    summary="a task that makes b tasks, which make b each, L levels deep, and waits for all of them",
    reading=(
        "Time and CPU per node, from the paired slope between R trees and 2R, above the time for which leaves"
        " sleep: making a task, its end, and the way of its result to whoever made it. It does not tell what"
        " errors or cancelling cost in such a tree, or what a node takes of memory."
    ),
    params=Params,
    units={"delay": "s"},
    versions={
        "polling": Version(polling, needs={Capability.JOIN, Capability.SLEEP}),
        "generator": NotExpressible("the loop takes its tasks when it starts, so a task can make no others"),
        "delegating": Version(delegating, needs={Capability.JOIN, Capability.SLEEP}),
        "coroutine": Version(coroutine, needs={Capability.JOIN, Capability.SLEEP, Capability.SWITCH}),
        "blocking": Version(blocking, needs={Capability.JOIN, Capability.SLEEP}),
        "gevent": Version(gevent, needs={Capability.JOIN, Capability.SLEEP}),
    },
    promise=promise,
    judge=judge,
    points=points,
    small=small,
    smallest=Params(branch=2, depth=1, rounds=1),
    floor=lambda p: p.rounds * p.delay if p.sleepers else 0.0,
    brief=Params(branch=2, depth=2, rounds=100),
    doubled="rounds",
    unit="node",
    counts=counts,
    questions=(
        Question(
            title="Fanning out",
            where="leaf=none",
            metric="wall",
            goal="least time per node of a tree of tasks",
            axis="depth",
            bound=3,
            rank=65,
            price="What a child that fails does to the others is not in it: a TaskGroup looks after them.",
        ),
    ),
    lanes=Lanes(
        params=Params(branch=2, depth=2, leaf="switch", rounds=1),
        reading="Two children and four grandchildren of one task, whose leaves hand over once.",
    ),
)
