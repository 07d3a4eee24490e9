"""Run files of ``concbench aa`` without its hour: the plan and the header are real, the pairs made up."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from concbench.commands import comparing
from concbench.commands.comparing import Sides, Wanted, header_of, plan_of
from concbench.measure.pairing import PairedCell
from concbench.measure.plan import Contender
from concbench.results.lines import converted
from concbench.results.records import HeaderContender, LookRecord
from concbench.results.writer import RunWriter
from concbench.workloads.catalogue import Catalogue
from tests.report.paired import introduced, pair_of, ratios, weighed_of
from tests.results.examples import NOW, plain, typed
from tests.results.examples import made as made_record

LIVE_PAIRS = 16


class Measure:
    """Stands for ``measure``: writes made-up pairs of all that is wanted.

    ``paths`` are the files that were asked for. ``interrupted`` are the names of those that only have half
    of their pairs, and no end.
    """

    def __init__(self, *interrupted: str) -> None:
        self.interrupted = interrupted
        self.paths: list[str] = []

    def __call__(
        self,
        path: Path,
        wanted: Wanted,
        sides: Sides,
        _console: Any,
        *,
        enough: Callable[[PairedCell], int] | None = None,
    ) -> bool:
        self.paths.append(path.name)
        complete = path.name not in self.interrupted
        catalogue = Catalogue((), ())
        plan = plan_of(wanted, sides, catalogue)
        with patch.object(comparing, "_contender", _contender):
            header = header_of(wanted, sides, plan, catalogue)
        with RunWriter.create(path, header) as writer:
            made: list[dict[str, Any]] = []
            for cell in plan.cells:
                pairs = enough(cell) if enough else LIVE_PAIRS
                made += _records(cell, pairs if complete else pairs // 2, wanted.seed)
            for record in introduced(plain(header), made):
                writer.append(typed(record))
            if complete and not enough:
                writer.append(LookRecord(pairs=LIVE_PAIRS, open=[]))
            writer.append(made_record("end", finished=NOW, complete=complete))
        return complete


def _contender(contender: Contender, _release: str, _start: Any) -> HeaderContender:
    """Describe a contender without starting a worker of it."""
    about = {"id": contender.id, "model": contender.model, "dialect": contender.dialect}
    told = {**about, "python": "3.13.0", "release": "3.13.0", "cpus": [], "version": "3.13.0"}
    return converted(told, HeaderContender)


def _records(cell: PairedCell, pairs: int, seed: int) -> list[dict[str, Any]]:
    about = {"cells": list(cell.ids)}
    if cell.purpose == "memory":
        return [weighed_of(about, number, number % 3) for number in range(pairs)]
    return [pair_of(about, number, ratio) for number, ratio in enumerate(ratios(1.0, pairs, seed=seed))]
