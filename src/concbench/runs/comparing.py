"""Carrying out a comparison: its driver, the rule that says when to stop, and what is found."""

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Unpack

from concbench.analysis.comparison import EVERY_CELL, Comparison, Failed
from concbench.analysis.ending import with_caution
from concbench.analysis.stopping import CONFIDENCE, RATE, StoppingRule
from concbench.analysis.verdicts import judged_again
from concbench.drive.host.environment import now
from concbench.drive.instructions import valgrind_path
from concbench.drive.pairing import PairedCell
from concbench.drive.pairs import PairDriver
from concbench.drive.served.pairs import ServedPairDriver
from concbench.drive.served.source import FEWER, Source
from concbench.drive.sides.asked import two_sides
from concbench.drive.sides.fitting import HeadDoesNotFit
from concbench.errors import RequestError, arg
from concbench.metrics import INSTRUCTIONS
from concbench.outcomes import CellOutcome
from concbench.results.header import Header
from concbench.results.measured import read_measured
from concbench.results.pairs import Pairs
from concbench.results.records import EndRecord, WarningRecord
from concbench.results.values import Record
from concbench.results.writer import RunWriter, refuse_taken
from concbench.runs.arguments import asks, made
from concbench.runs.comparison_request import (
    ComparisonOptions,
    ComparisonRequest,
    refuse_no_revisions,
    with_untold,
)
from concbench.runs.details import tell_header, telling
from concbench.runs.instructions import Counter, Records, counter_for
from concbench.runs.pair_planning import Sides, catalogue_of, header_of, launcher_of, plan_of
from concbench.runs.planning import begin
from concbench.runs.result import ComparisonResult, Interrupted
from concbench.runs.running import default_path, make_folder
from concbench.runs.served_planning import served_header, served_plan
from concbench.runs.served_request import source_of
from concbench.runs.side_warnings import side_warnings
from concbench.runs.warner import warn_of, warn_of_gil
from concbench.runs.watching import SILENT, Watcher
from concbench.stats.looks import LOOKS

RESERVE = 0.015
"""The share of the budget that is left for reading, judging and printing, so that the whole keeps to it."""


@asks(ComparisonRequest)
def compare(
    base: str | None = None,
    head: str | None = None,
    *,
    to: Path | str | None = None,
    watcher: Watcher = SILENT,
    **options: Unpack[ComparisonOptions],
) -> ComparisonResult:
    """Say for each cell whether ``head`` is slower than ``base``, measured in interleaved pairs.

    Both are git revisions (a missing head is the working tree); without them two ``pythons`` or ``packages``
    are compared. Arguments that are left out are as ``concbench compare`` has them. Raises RequestError and
    SidesError for what cannot be asked for, RunFileError where the file ``to`` cannot be written, and
    Interrupted, which is a KeyboardInterrupt, with what was found so far.
    """
    request = made(ComparisonRequest, {"base": base, "head": head, **options})
    begin()
    gates, wish = _looked_through(request, to)
    try:
        with two_sides(request, say=watcher.say) as sides:
            path = default_path() if to is None else Path(to)
            make_folder(path)
            complete = measure(path, request, sides, watcher, counter=counter_for(wish, sides))
    except HeadDoesNotFit as error:
        return ComparisonResult(None, True, _without_head(error, request, gates))
    found = replace(judged_again(read_measured(path), request.margins(), gates), fail_on=request.failing())
    result = ComparisonResult(path, complete, with_caution(with_untold(found, request.gates)))
    if not complete:
        raise Interrupted(result, f"interrupted; {path} has what there is, and cannot be gone on with")
    return result


def _looked_through(request: ComparisonRequest, to: Path | str | None) -> tuple[tuple[str, ...], str]:
    """Return what counts, and whether to count instructions, before anything is read.

    Raises RequestError for what cannot be asked for, RunFileError for a file that is there already.
    """
    if to is not None:
        refuse_taken(Path(to), None)
    refuse_no_revisions(request)
    source_of(request)
    return request.gating(), _counting(request)


def _counting(request: ComparisonRequest) -> str:
    """Return whether to count instructions: where they are what counts they are counted anywhere.

    Raises RequestError where they are, and valgrind is missing.
    """
    if INSTRUCTIONS not in request.gates:
        return request.instructions
    if valgrind_path() is None:
        raise RequestError(
            f"{arg('gates', INSTRUCTIONS)} needs valgrind: install it (apt-get install valgrind)"
        )
    return "on"


def _without_head(error: HeadDoesNotFit, request: ComparisonRequest, gates: tuple[str, ...]) -> Comparison:
    """Return the comparison with a head that cannot even be imported: all that is told of it is why."""
    failed = Failed(
        cell=EVERY_CELL,
        workload="",
        model="",
        side="head",
        outcome=CellOutcome.CRASHED,
        reason=str(error),
        file=error.file,
        line=error.line,
    )
    return Comparison(
        base=error.base,
        head=error.head,
        failed=(failed,),
        rate=RATE,
        confidence=CONFIDENCE,
        budget=request.budget,
        gates=gates,
        fail_on=request.failing(),
        about={"base": {}, "head": {}},
    )


def measure(
    path: Path,
    request: ComparisonRequest,
    sides: Sides,
    watcher: Watcher = SILENT,
    *,
    counter: Counter | None = None,
    enough: Callable[[PairedCell], int] | None = None,
) -> bool:
    """Carry out a comparison into a new run file; return whether it came to its end.

    ``enough``: how many pairs to measure of each cell, decided or not. Raises RunFileError and RequestError.
    """
    end = time.monotonic() + request.budget * (1 - RESERVE)
    refuse_taken(path, None)
    source = source_of(request)
    if source is not None:
        return _measure_served(path, request, source, sides, watcher, end, enough)
    catalogue = catalogue_of(sides)
    plan = plan_of(request, sides, catalogue)
    header = header_of(request, sides, plan, catalogue, launcher_of(sides))
    fixed = FixedPairs({cell.id: enough(cell) for cell in plan.cells}) if enough else None
    count = partial(counter, plan, catalogue, watcher) if counter else None
    drive = partial(PairDriver, plan, launcher_of(sides), seconds=request.timeout)
    opened = partial(_opened, header, watcher, side_warnings(request, sides))
    made = partial(driver_of, drive, end=end, fixed=fixed)
    return _written(path, header, request, watcher, opened, made, count)


def _measure_served(
    path: Path,
    request: ComparisonRequest,
    source: Source,
    sides: Sides,
    watcher: Watcher,
    end: float,
    enough: Callable[[PairedCell], int] | None,
) -> bool:
    """Carry out a comparison of a project's own benchmarks; raises what ``served_plan`` does."""
    made = served_plan(request, source, sides, watcher)
    header = served_header(request, source, sides, made)
    fixed = FixedPairs({cell.id: enough(cell) for cell in made.plan.cells}) if enough else None
    start, begin = made.starter.start, made.starter.begin
    drive = partial(
        ServedPairDriver,
        made.plan,
        start,
        seconds=request.timeout,
        served=made.served,
        begin=begin,
        fewer=FEWER[source.kind],
        start_s=max(trial.start_s for trial in made.trials),
    )
    opened = partial(_opened, header, watcher, chain(side_warnings(request, sides), made.warned))
    driver = partial(driver_of, drive, end=end, fixed=fixed)
    return _written(path, header, request, watcher, opened, driver, None)


def _written(
    path: Path,
    header: Header,
    request: ComparisonRequest,
    watcher: Watcher,
    opened: Callable[[RunWriter], None],
    drive: Callable[..., PairDriver],
    count: Callable[[], Records] | None,
) -> bool:
    """Measure into a new run file, until a rule is content; return whether it came to its end."""
    with RunWriter.create(path, header) as writer:
        opened(writer)
        rule = StoppingRule(Pairs(header), request.margins(), writer.append)
        sink = telling(partial(_take, writer, rule), watcher)
        driver = drive(sink=sink, watcher=watcher, rule=rule, request=request)
        complete = _carried_out(driver, count, sink, watcher)
        rule.look_at_the_rest()
        writer.append(EndRecord(finished=now(), complete=complete))
    return complete


def _opened(header: Header, watcher: Watcher, warned: Iterable[WarningRecord], writer: RunWriter) -> None:
    """Tell what is worth knowing before anything is measured, and have the writer tell, too."""
    writer.say = watcher.say
    for warning in warned:
        warn_of(warning, writer.append, watcher.say)
    warn_of_gil(header, writer.append, watcher.say)
    tell_header(header, watcher)


def _take(writer: RunWriter, rule: StoppingRule, record: Record) -> None:
    writer.append(record)
    rule.take(record)


def driver_of(
    drive: Callable[..., PairDriver],
    *,
    end: float,
    fixed: "FixedPairs | None",
    sink: Callable[[Record], None],
    watcher: Watcher,
    rule: StoppingRule,
    request: ComparisonRequest,
) -> PairDriver:
    """Return what measures until the ``rule`` is content, or the clock at its ``end``."""
    budget = end - time.monotonic()
    if fixed is not None:
        return drive(
            sink=sink, watcher=watcher, open_cells=fixed.open_cells, budget=budget, rounds=fixed.rounds
        )
    return drive(
        sink=sink,
        watcher=watcher,
        open_cells=rule.open_cells,
        budget=budget,
        looks=LOOKS.pairs,
        counting={one.id for one in rule.pairs.cells if set(one.metrics).intersection(request.gating())},
        prepared=max(0.0, request.budget * (1 - RESERVE) - budget),
        warn=lambda words: watcher.say(f"warning: {words}"),
    )


def _carried_out(
    driver: PairDriver, count: Callable[[], Records] | None, sink: Callable[[Record], None], watcher: Watcher
) -> bool:
    """Time, weigh and count; return whether it came to its end."""
    try:
        driver.run()
        if count:
            with closing(count()) as records:
                for record in records:
                    sink(record)
    except KeyboardInterrupt:
        watcher.say("interrupted")
        return False
    return True


class FixedPairs:
    """Asks for a number of pairs of every cell.

    ``pairs`` are by cell. Rounds are counted, not values: a metric that a system does not tell never has any.
    """

    def __init__(self, pairs: Mapping[str, int]) -> None:
        self._pairs = pairs
        self._begun = 0
        self.rounds = max(pairs.values())

    def open_cells(self) -> set[str]:
        """Return the ids of the cells that have not had their pairs; called once before each round."""
        self._begun += 1
        return {cell for cell, pairs in self._pairs.items() if pairs >= self._begun}
