"""A result file of asv as parts of the tidy table: its samples where they were saved, else its one value."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np

from concbench.results.asv import named
from concbench.results.asv_files import ResultFile
from concbench.results.asv_folders import Declared
from concbench.results.tidy.naming import in_asv
from concbench.results.tidy.schema import Part

SOURCE = "asv"


def parts_of_asv(file: ResultFile, declared: Mapping[str, Declared]) -> Iterator[Part]:
    """Yield what a result file holds, benchmark by benchmark in its order.

    ``declared`` is what ``benchmarks.json`` says of the benchmarks. ``process`` is missing: asv pools the
    samples of its processes. ``time`` is when a benchmark began.
    """
    for row in file.rows:
        about = declared.get(row.name)
        kind, unit = (about.kind, about.unit) if about else (None, None)
        for value in row.values:
            labels = in_asv(row.name, named(value.params, about), kind, unit)
            yield Part(
                **asdict(labels),
                values=np.array(value.samples or (value.value,), dtype=np.float64),
                commit=file.commit,
                python=Path(file.python).name,
                machine=file.machine,
                source=SOURCE,
                time=row.started,
                version=row.version,
                file=str(file.path),
            )
