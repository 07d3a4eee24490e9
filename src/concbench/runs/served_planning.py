"""From a request for a project's own benchmarks to what is tried, planned, and written into the header."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from concbench.analysis.verdicts import TEST
from concbench.analysis.warnings import Warned, record
from concbench.drive.host.interpreter_info import probe
from concbench.drive.pairing import SIDES, PairedCell, PairPlan, Which
from concbench.drive.plan import Contender
from concbench.drive.served.pairs import ServedCell
from concbench.drive.served.source import FEWER, Kind, Source, Starter
from concbench.drive.served.trial import NothingServed, SideTrial, TooMany, Tried, try_side
from concbench.drive.served.turns import pace_of_both
from concbench.drive.sides.fitting import DoesNotFit, HeadDoesNotFit
from concbench.drive.sides.side import Side
from concbench.errors import RequestError, arg
from concbench.results.header import Header, HeaderCell, HeaderContender, HeaderPair
from concbench.results.lines import converted
from concbench.results.records import WarningRecord
from concbench.runs.comparison_request import ComparisonRequest
from concbench.runs.header import environment_of, opening
from concbench.runs.planning import pinned_cpus
from concbench.runs.served_origins import not_as_installed
from concbench.runs.watching import Watcher
from concbench.serving.tests.session import NO_PYTEST
from concbench.words import place_told

Sides = tuple[Side, Side]

TRY_NS, TRY_S = 50_000_000, 30.0
"""Trying a benchmark takes about so many ns; all of a side may take so many s, or as long as the budget."""

FREE = "on all CPUs"
"""What is added to the name of those that are not pinned to one CPU."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedPlan:
    """What a comparison of benchmarks will do: its plan, what was tried, and what starts its processes.

    ``warned``: what is to be known of it before.
    """

    plan: PairPlan
    served: Mapping[str, ServedCell]
    trials: tuple[SideTrial, SideTrial]
    starter: Starter
    warned: tuple[WarningRecord, ...]


def served_plan(request: ComparisonRequest, source: Source, sides: Sides, watcher: Watcher) -> ServedPlan:
    """Try the benchmarks of both sides, and plan to compare what both have.

    Raises RequestError where there is none at all, DoesNotFit for a base and HeadDoesNotFit for a head that
    cannot serve any.
    """
    starter = Starter(source, sides)
    free, pinned = (_contenders(source, sides, cpus) for cpus in ((), tuple(pinned_cpus(request.affinity))))
    trials = _trials(free, sides, starter, request, watcher)
    warned = tuple(_warned(trials, sides))
    served = dict(served_cells(trials))
    if not served:
        raise RequestError(_none(source, trials))
    if source.kind == "call":
        _refuse_unknown(source.paths, trials)
    _tell(trials, watcher)
    groups = {source.kind: pinned, f"{source.kind} {FREE}": free}
    cells = tuple(_cell(name, one, pinned[0].cpus, source.kind) for name, one in served.items())
    met = {cell.model for cell in cells}
    contenders = {name: _renamed(name, both) for name, both in groups.items() if name in met}
    plan = PairPlan(contenders=contenders, cells=cells, seed=request.seed)
    return ServedPlan(plan=plan, served=served, trials=trials, starter=starter, warned=warned)


def _warned(trials: tuple[SideTrial, SideTrial], sides: Sides) -> Iterator[WarningRecord]:
    """Yield what is to be known of what either side imports; raises RequestError for what is not its own."""
    for trial, name, side in zip(trials, SIDES, sides, strict=True):
        for seen in not_as_installed(trial.origins, name, side):
            yield record(Warned.NOT_AS_INSTALLED, f"{seen}.")


def _refuse_unknown(names: Sequence[str], trials: tuple[SideTrial, SideTrial]) -> None:
    """Raise RequestError for a function that neither side has: it is misspelt."""
    known = {test.group for trial in trials for test in trial.tests.values()}
    known.update(*(trial.errors for trial in trials))
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        raise RequestError(f"neither side has {unknown}")


def _tell(trials: tuple[SideTrial, SideTrial], watcher: Watcher) -> None:
    """Say what is not compared, and would not be missed in the tables."""
    options = [trial.addopts for trial in trials if trial.tests]
    if len(set(options)) > 1:
        told = " at base, ".join(f"“{one}”" for one in options)
        watcher.say(
            f"warning: pytest's options (addopts) are {told} at head: that, too, can make a difference"
        )
    left_out = trials[1].left_out
    if left_out:
        kinds = ", ".join(f"{count} {kind}_…" for kind, count in left_out.items())
        watcher.say(f"only time_… is compared; left out: {kinds}")


def _none(source: Source, trials: tuple[SideTrial, SideTrial]) -> str:
    """Return that there is nothing to compare, and what could not be read, if that may be why."""
    unread = [f"{group}: {reason}" for trial in trials for group, reason in trial.errors.items()]
    if unread and not source.keyword:
        return f"there is nothing to compare; {unread[0]}"
    where = ", ".join(source.paths)
    if source.kind == "call":
        return f"neither side has {where}"
    what = (
        "test that uses benchmark or concurrency_benchmark" if source.kind == "pytest" else "time_… benchmark"
    )
    chosen = f" that {arg('keyword', source.keyword)} chooses" if source.keyword else ""
    return f"{where}: there is no {what}{chosen}, on either side"


def _contenders(source: Source, sides: Sides, cpus: tuple[int, ...]) -> tuple[Contender, Contender]:
    base, head = (
        Contender(
            id=f"{source.kind}@{name}",
            model=source.kind,
            python="",
            interpreter=side.interpreter,
            dialect="blocking",
            cpus=cpus,
            runs_on="loop",
            family="library",
            capabilities=frozenset(),
        )
        for name, side in zip(SIDES, sides, strict=True)
    )
    return base, head


def _renamed(name: str, both: tuple[Contender, Contender]) -> tuple[Contender, Contender]:
    base, head = (
        replace(one, id=f"{name}@{side}", model=name) for one, side in zip(both, SIDES, strict=True)
    )
    return base, head


def _trials(
    contenders: tuple[Contender, Contender],
    sides: Sides,
    starter: Starter,
    request: ComparisonRequest,
    watcher: Watcher,
) -> tuple[SideTrial, SideTrial]:
    """Return the trials of both sides, neither of which may take longer than all measuring.

    A side that has no such files at all is asked nothing: benchmarks may be new, or gone.
    """
    found: list[SideTrial] = []
    for which, name in enumerate(SIDES):
        if not starter.source.paths_at(sides[which], sides[not which]):
            watcher.say(f"{name} has no {', '.join(starter.source.paths)}")
            found.append(SideTrial({}, {}, {}, {}, 0.0))
            continue
        watcher.say(f"finding the benchmarks of {name} and running each once")
        try:
            at = watcher.counted(f"trying {name}", TRY_NS)
            until = time.monotonic() + max(TRY_S, request.budget)
            trial = try_side(starter.start, contenders[which], request.timeout, at, until)
        except TooMany as many:
            raise too_many(many, name, starter.source.kind) from many
        except NothingServed as nothing:
            raise _unfit(name, sides, nothing.words) from nothing
        errors = {file: sides[which].told(reason) for file, reason in trial.errors.items()}
        found.append(replace(trial, errors=errors))
    return found[0], found[1]


def too_many(many: TooMany, name: Which, kind: Kind) -> RequestError:
    """Return what is to be said of a side that has more benchmarks than there is time for."""
    return RequestError(
        f"the budget is gone, and only {many.done} of the {many.found} benchmarks of {name} were run"
        f" once: give more ({arg('budget')}), or choose {FEWER[kind]}"
    )


def _unfit(name: Which, sides: Sides, words: str) -> DoesNotFit:
    base, head = (side.label for side in sides)
    side = sides[SIDES.index(name)]
    words = side.told(words)
    where = place_told(words) or (None, None)
    if words.startswith(NO_PYTEST):
        words = f"{words}: {_pytest_from(side)}"
    if name == "base":
        return DoesNotFit(f"{base} cannot be measured: {words}", *where)
    return HeadDoesNotFit(base, head, f"{head} cannot be measured: {words}", *where)


def _pytest_from(side: Side) -> str:
    """Return where a side without pytest can have it from."""
    if side.place.built:
        return f"add it ({arg('packages', 'pytest')}), or the extra that has it ({arg('extras')})"
    return f"install it there, or name the interpreter of your tests ({arg('pythons')})"


def served_cells(trials: tuple[SideTrial, SideTrial]) -> Iterator[tuple[str, ServedCell]]:
    """Yield every benchmark that either side has, with how often it is called where both can be measured.

    After them comes each file or module that head cannot read and that no benchmark of base's stands for:
    what it would have is not known, and is not to be missed without a word.
    """
    names = dict.fromkeys(name for trial in trials for name in trial.tests)
    for name in names:
        group = next(trial.tests[name].group for trial in trials if name in trial.tests)
        base, head = (
            trial.tests.get(name) or Tried(name, "", outcome=trial.lacking(group, side))
            for trial, side in zip(trials, SIDES, strict=True)
        )
        fit = base.outcome is None and head.outcome is None
        yield name, ServedCell((base, head), pace_of_both(base.about, head.about) if fit else None)
    for group in _unread(trials) if names else ():
        base, head = (
            Tried(group, group, outcome=trial.lacking(group, side))
            for trial, side in zip(trials, SIDES, strict=True)
        )
        yield group, ServedCell((base, head), None)


def _unread(trials: tuple[SideTrial, SideTrial]) -> Iterator[str]:
    """Yield the files and modules that head cannot read, but those of which base has a benchmark more."""
    base, head = (trial.tests for trial in trials)
    told = {one.group for name, one in base.items() if name not in head}
    yield from (group for group in trials[1].errors if group not in {*told, *base, *head})


def _cell(name: str, served: ServedCell, cpus: tuple[int, ...], kind: str) -> PairedCell:
    alone = all(side.about.get("alone", True) for side in served.sides)
    return PairedCell(
        id=name,
        ids=(f"{name}@base", f"{name}@head"),
        model=kind if alone or not cpus else f"{kind} {FREE}",
        workload=served.group,
        purpose="time",
        params={TEST: served.label},
        head_params={TEST: served.label},
        smallest={},
        slices=served.pace.slices if served.pace else 1,
        exact=False,
    )


def served_header(request: ComparisonRequest, source: Source, sides: Sides, made: ServedPlan) -> Header:
    """Return the header of a comparison of benchmarks."""
    both = [contender for pair in made.plan.contenders.values() for contender in pair]
    served = {"kind": source.kind, "paths": list(source.paths), "keyword": source.keyword}
    settings = request.to_dict() | {"served": served, "plugins": [], "loops": []}
    return Header(
        **opening(settings, environment_of(both, [])),
        sides={name: {"label": side.label, **side.about} for name, side in zip(SIDES, sides, strict=True)},
        contenders=[
            _header_contender(one, made.trials[which])
            for pair in made.plan.contenders.values()
            for which, one in enumerate(pair)
        ],
        cells=[
            HeaderCell(name, cell.workload, f"{cell.model}@{side}", dict(cell.params), "task", 0, "")
            for cell in made.plan.cells
            for name, side in zip(cell.ids, SIDES, strict=True)
        ],
        paired=[
            HeaderPair(
                cell.id, cell.ids, cell.workload, cell.model, "time", dict(cell.params), dict(cell.params)
            )
            for cell in made.plan.cells
        ],
    )


def _header_contender(contender: Contender, trial: SideTrial) -> HeaderContender:
    release = probe(contender.interpreter.executable, switches=contender.interpreter.switches).name
    told = {name: trial.greeting.get(name) for name in ("version", "gil", "gil_by")}
    about = {"id": contender.id, "model": contender.model, "dialect": "tests", "python": release}
    place = {"release": release, "cpus": list(contender.cpus)}
    return converted({**about, **place, **told}, HeaderContender)
