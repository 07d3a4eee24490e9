"""Finding workloads by name, as models are found: modules with ``WORKLOAD``, and entry points."""

from typing import Any

import concbench.workloads
from concbench.families import LoadFamily
from concbench.models.index import Index
from concbench.workloads.base import Workload

BASICS = ("timers", "spawn", "parked", "switch", "chain")
"""What is taken where few workloads have to do."""

LOADS = (
    *("queue", "bridge", "pingpong", "ring", "semaphore", "tree", "cancel", "timeout"),
    *("mix", "service", "parallel", "offload", "interference"),
    *("echo", "fanout", "broadcast", "idle"),
)
"""The loads that people have, in the order in which they are listed."""

INDEX: Index[Workload[Any]] = Index(
    concbench.workloads, "WORKLOAD", first=(*BASICS, *LOADS), unlisted=("tutorial",)
)
names, get, entries = INDEX.names, INDEX.get, INDEX.entries


def family_of(name: str) -> LoadFamily | None:
    """Return the family of one of the package's workloads; None for others, which may not be at hand."""
    return get(name).family if name in names() else None
