"""Finding workloads by name, as models are found: modules with ``WORKLOAD``, and entry points."""

from typing import Any

import concbench.workloads
from concbench.models.index import Index
from concbench.workloads.base import Workload

INDEX: Index[Workload[Any]] = Index(
    concbench.workloads,
    "WORKLOAD",
    first=("timers", "spawn", "parked", "switch", "chain"),
    unlisted=("tutorial",),
)
names, get, entries = INDEX.names, INDEX.get, INDEX.entries
