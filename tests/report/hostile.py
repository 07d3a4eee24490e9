"""Runs whose every name, reason and value was chosen to break a page, and the same with harmless ones."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from concbench.results.reader import Run
from tests.report.made_up import Cell, always, growing, run_of
from tests.report.traces import lane
from tests.results.examples import IDENTITY, header_with, made

NAMES = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    r"$\frac{",
    "{{7*7}}{% raw %}",
    "</svg></style></title>",
    "--> ]]> <!--",
    "&lt;b&gt;&amp;",
    "\x00\x1b[31m\x7f\x85\ufffe",
    "a\N{RIGHT-TO-LEFT OVERRIDE}b\N{RIGHT-TO-LEFT MARK}c",
    "x" * 300,
    "\N{HEBREW LETTER ALEF}\N{CJK UNIFIED IDEOGRAPH-4E2D}\N{GRINNING FACE}",
    "new\nline\ttab",
    "lone \ud800 surrogate",
    "%s %d {0} \\",
    "_hidden",
)


def hostile_run() -> Run:
    """Return a run that has every name of ``NAMES`` in every place where a file can have one."""
    numbered = count()
    return _run(lambda: f"{NAMES[(number := next(numbered)) % len(NAMES)]}{number}")


def harmless_run() -> Run:
    """Return the same run with names that mean no harm."""
    numbered = count()
    return _run(lambda: f"name{next(numbered)}")


def _run(name: Callable[[], str]) -> Run:
    contenders = [name() for _ in NAMES]
    run = run_of(*_cells(name, contenders), about={one: _about(name) for one in contenders})
    changes = {
        "settings": {name(): name() for _ in NAMES} | {"baseline": contenders[1]},
        "environment": {
            "identity": {**{key: name() for key in IDENTITY}, **{name(): name() for _ in NAMES}},
            **{name(): {name(): [name()]} for _ in NAMES},
            "machine": {"id": name(), name(): [name()]},
        },
        "gc": name(),
        "traces": list(_traces(name, contenders)),
    }
    warnings = tuple(
        made("warning", **{key: name() for key in ("name", "seen", "why", "todo")}) for _ in NAMES
    )
    header = header_with(run.header, **changes)
    return replace(run, path=Path(f"{name()}.jsonl"), header=header, records=(*warnings, *run.records))


def _about(name: Callable[[], str]) -> dict[str, str]:
    return {key: name() for key in ("model", "dialect", "python", "version", "release")}


def _cells(name: Callable[[], str], contenders: list[str]) -> Iterator[Cell]:
    workload, version, parameter = name(), name(), name()
    for place, contender in enumerate(contenders):
        for tasks in (10, 1000):
            yield Cell(contender=contender, cost=growing(900.0 + place, 20.0), workload="timers", tasks=tasks,
                       floor_ns=20_000_000, late=1000 + place, generations=6, rounds=1)  # fmt: skip
            yield Cell(contender=contender, cost=growing(90.0 + place, 2.0), workload=workload, tasks=tasks,
                       version=version, more=((parameter, name()),), generations=6, rounds=1)  # fmt: skip
        yield Cell(contender=contender, cost=always(10.0), workload="parked", tasks=1000, generations=6,
                   heavy=[200 + place] * 6, rounds=1)  # fmt: skip
    outcome: dict[str, Any] = {"outcome": "crashed", "at": 3}
    for contender in contenders:
        yield Cell(contender=contender, cost=always(0.0), workload="spawn",
                   outcome=outcome | {"reason": name(), "last_words": name()})  # fmt: skip


def _traces(name: Callable[[], str], contenders: list[str]) -> Iterator[dict[str, Any]]:
    shown = {"span_ns": 1000, "lanes": [lane(0, (0, 10), (500, 1000))]}
    for contender in contenders[:3]:
        for workload in ("timers", name()):
            yield {"contender": contender, "workload": workload, "params": {name(): name()}, **shown}
    yield {
        "contender": contenders[3],
        "workload": "timers",
        "params": {},
        "outcome": name(),
        "reason": name(),
    }
