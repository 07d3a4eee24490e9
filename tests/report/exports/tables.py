"""Made-up tables, and strategies that draw them: any cells, any processes, any text."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from concbench.results.tidy.schema import Part, frame_of

PART = Part(
    workload="spawn",
    model="asyncio",
    parameters="tasks=10",
    metric="wall",
    unit="s/task",
    values=np.array([1e-6, 2e-6, 3e-6]),
    process=np.array([1, 1, 2]),
    commit="abc",
    python="3.13.0",
    machine="m1",
    source="concbench",
    time=datetime(2026, 11, 25, 12, tzinfo=UTC),
    version="1",
    file="run.jsonl",
)


def part(
    values: Sequence[float] = (1e-6, 2e-6, 3e-6), process: Sequence[int] | None = None, **changes: Any
) -> Part:
    """Return a part with these values, each of a process of its own unless told otherwise."""
    numbers = range(1, len(values) + 1) if process is None else process
    return replace(PART, values=np.array(values), process=np.array(numbers), **changes)


def table(*parts: Part) -> pd.DataFrame:
    return frame_of(parts)


texts = st.text(min_size=1, max_size=8) | st.sampled_from(["=1+1", "-x", "'quoted'", "NA", "nan", 'a,b\n"c"'])
labels = st.none() | texts
times = st.none() | st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
numbers = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def parts(
    draw: st.DrawFn, /, values: st.SearchStrategy[float] = numbers, **fixed: st.SearchStrategy[Any]
) -> Part:
    """Draw a part with any text for labels, and one to four processes or none that is told."""
    drawn = draw(st.lists(values, min_size=1, max_size=6))
    told = draw(st.none() | st.lists(st.integers(0, 3), min_size=len(drawn), max_size=len(drawn)))
    chosen = {name: draw(strategy) for name, strategy in fixed.items()}
    free = {
        name: draw(labels)
        for name in ("model", "parameters", "commit", "python", "machine", "version")
        if name not in chosen
    }
    return replace(
        PART,
        **{"workload": draw(texts), "metric": draw(texts), "file": draw(texts), "time": draw(times)}
        | free
        | chosen,
        values=np.array(drawn, dtype=np.float64),
        process=None if told is None else np.array(told, dtype=np.int64),
    )


def tables(*, max_size: int = 4, **fixed: Any) -> st.SearchStrategy[pd.DataFrame]:
    """Draw tables of one part or more."""
    return st.lists(parts(**fixed), min_size=1, max_size=max_size).map(frame_of)
