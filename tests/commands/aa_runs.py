"""Run files of ``concbench aa`` without its hour: the plan and the header are real, the pairs made up."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from concbench.drive.pairing import PairedCell
from concbench.results.records import LookRecord
from concbench.results.writer import RunWriter
from concbench.runs.comparison_request import ComparisonRequest
from concbench.runs.pair_planning import Sides, header_of, plan_of
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
        request: ComparisonRequest,
        sides: Sides,
        _watcher: Any,
        *,
        enough: Callable[[PairedCell], int] | None = None,
    ) -> bool:
        self.paths.append(path.name)
        complete = path.name not in self.interrupted
        catalogue = Catalogue((), ())
        plan = plan_of(request, sides, catalogue)
        header = header_of(request, sides, plan, catalogue, lambda _contender: NoWorker())
        with RunWriter.create(path, header) as writer:
            made: list[dict[str, Any]] = []
            for cell in plan.cells:
                pairs = enough(cell) if enough else LIVE_PAIRS
                made += _records(cell, pairs if complete else pairs // 2, request.seed)
            for record in introduced(plain(header), made):
                writer.append(typed(record))
            if complete and not enough:
                writer.append(LookRecord(pairs=LIVE_PAIRS, open=[]))
            writer.append(made_record("end", finished=NOW, complete=complete))
        return complete


class NoWorker:
    """Greets as a worker does, and is none."""

    def __init__(self) -> None:
        self.greeting: dict[str, Any] = {"unavailable": None, "version": "3.13.0"}

    def request(self, message: dict[str, Any], _seconds: float) -> dict[str, Any]:
        raise AssertionError(f"nobody is to be asked {message}")

    def close(self) -> dict[str, Any]:
        return {}

    def kill(self) -> None:
        """End nothing."""


def _records(cell: PairedCell, pairs: int, seed: int) -> list[dict[str, Any]]:
    about = {"cells": list(cell.ids)}
    if cell.purpose == "memory":
        return [weighed_of(about, number, number % 3) for number in range(pairs)]
    return [pair_of(about, number, ratio) for number, ratio in enumerate(ratios(1.0, pairs, seed=seed))]
