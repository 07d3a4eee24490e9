"""The advice on a load in words: what was asked, who keeps the deadline, at what price, and until when."""

import math
from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from concbench.analysis.advice import AskedLoad, Candidate, Keeps, LoadAdvice, Own
from concbench.analysis.units import SIZE_UNITS, TIME_UNITS, UNITLESS, scaled, unit_of
from concbench.analysis.wording import figure
from concbench.report.terminal.bare import bare_table, plain
from concbench.words import grouped

NOT_OF_A_LOAD = (
    "sockets, queues and locks are no part of it (concbench run -w family:sockets, -w family:between-tasks)"
)

COLUMNS = ("model", "keeps it", "rounds in time", "p99", "cores", "memory")

MOST_NAMES = 8
"""How many models that nobody asked for are named."""

SMALL = 0.1
"""The share of a round's time below which the model hardly matters."""


def load_words(advice: LoadAdvice) -> str:
    """Return what was asked: ``2 000 tasks, each 10 rounds a minute: wait 30 ms, compute 200 µs.``"""
    load = advice.load
    did = [f"wait {exactly(load.wait)}"] if load.wait else []
    if load.steps:
        about = exactly(load.compute) if load.compute else f"{grouped(load.steps)} steps"
        did.append(f"compute {about}")
    each = f"{tasks_words(advice.tasks)}, each {load.rate:g} rounds a minute"
    return f"{each}: {', '.join(did) or 'nothing'}. {wanted_words(load)}"


def wanted_words(load: AskedLoad) -> str:
    """Return what is wanted: ``99 % of rounds must be done within 100 ms.``"""
    return f"{100 * load.share:g} % of rounds must be done within {exactly(load.deadline)}."


def tasks_words(numbers: Sequence[int]) -> str:
    """Return numbers of tasks: ``2 000 tasks``, ``1 000, 2 000 or 10 000 tasks``."""
    *others, last = map(grouped, numbers)
    some = f"{', '.join(others)} or {last}" if others else last
    return f"{some} task{'' if tuple(numbers) == (1,) else 's'}"


def time_words(seconds: float) -> str:
    """Return a time that was measured: ``30.3 ms``."""
    words, unit = scaled(1e9 * seconds, TIME_UNITS).split(" ")
    return f"{float(words):g} {unit}"


def exactly(seconds: float) -> str:
    """Return a time that was asked for, with all the digits that it has: ``30 ms``, ``1.2345 s``."""
    size, unit = unit_of(1e9 * seconds, TIME_UNITS)
    return f"{1e9 * seconds / size:.10g} {unit}"


def kept_words(one: Candidate) -> str:
    """Return the share of rounds in time: ``99.98 % [99.9–100]``."""
    if one.kept is None:
        return "–"
    low, share, high = (percent(value) for value in (one.kept.low, one.kept.share, one.kept.high))
    return f"{share} % [{low}–{high}]"


def percent(share: float) -> str:
    """Return a share in per cent with as many digits as show how far it is from 0 and from all."""
    rest = 100 * min(share, 1 - share)
    digits = 0 if rest <= 0 else 1 if rest > 1 else 1 + math.ceil(-math.log10(rest))
    return f"{100 * share:.{digits}f}"


def rows_of(advice: LoadAdvice, tasks: int) -> list[tuple[str, ...]]:
    """Return the table's rows at so many tasks, the best first."""
    return [
        (
            one.contender,
            one.keeps(advice.load.share),
            kept_words(one),
            figure(one.latency, TIME_UNITS),
            figure(one.cores, UNITLESS, interval=False).strip(),
            figure(one.memory, SIZE_UNITS, interval=False),
        )
        for one in advice.at(tasks)
    ]


def answer_words(advice: LoadAdvice) -> str:
    """Return the answer: the cheapest that keeps the deadline, and what the next ones cost beside it."""
    found, best, at = advice.at(advice.tasks[0]), advice.cheapest, f"at {tasks_words(advice.tasks[:1])}"
    if not found:
        return f"Nothing was measured {at}."
    if best is None:
        unsure = [one for one in found if one.keeps(advice.load.share) == "unsure"]
        if not unsure:
            return f"None keeps the deadline {at}."
        return f"None surely keeps the deadline {at}; unsure: {_names(unsure)}."
    others = [one for one in found[1:] if one.keeps(advice.load.share) == "yes"]
    beside = "".join(f"; {one.contender} {_dearer(advice, one)}" for one in others[:3])
    cores = scaled(best.cores.middle, UNITLESS).strip()
    return f"Cheapest that keeps the deadline {at}: {best.contender} ({cores} cores in use{beside})."


def doubt_words(advice: LoadAdvice) -> Iterator[str]:
    """Yield why it is not sure of those whose rounds were in time all the same."""
    load, found = advice.load, advice.at(advice.tasks[0])
    slow = {tasks: [one for one in advice.at(tasks) if one.falls_behind] for tasks in advice.tasks}
    if parts := [f"{_names(some)} at {tasks_words([tasks])}" for tasks, some in slow.items() if some]:
        yield (
            f"More came in than was done by {'; '.join(parts)}: rounds were done later and later, and would"
            " be later still if they came in for longer."
        )
    in_time = [one for one in found if one.kept is not None and one.kept.share == 1 and not one.falls_behind]
    if few := [one for one in in_time if one.keeps(load.share) == "unsure"]:
        most = max(one.kept.trials for one in few if one.kept is not None)
        too_few = "no number of them shows" if load.share == 1 else f"{grouped(most)} are too few to show"
        yield f"All rounds of {_names(few)} were in time; {too_few} {100 * load.share:g} %."
    if lone := [one for one in found if one.kept is None]:
        yield f"One process of {_names(lone)} was measured, which tells nothing of others."


def _names(some: Sequence[Candidate]) -> str:
    return ", ".join(one.contender for one in some)


def _dearer(advice: LoadAdvice, one: Candidate) -> str:
    """Return how much more CPU than the cheapest another uses: ``× 1.8 [1.7–1.9]``."""
    ratio = advice.dearer(one)
    if isinstance(ratio, str):
        return ratio
    sure = "" if ratio.low > 1 else ", not surely more" if ratio.high >= 1 else ", less by the mean"
    return f"× {ratio.middle:.2f} [{ratio.low:.2f}–{ratio.high:.2f}]{sure}"


def growth_words(advice: LoadAdvice) -> str | None:
    """Return where each stops to keep the deadline as load grows; None where one number was measured."""
    if len(advice.tasks) == 1:
        return None
    told = []
    for name in dict.fromkeys(one.contender for one in advice.candidates):
        last, stops, how = advice.keeps_until(name)
        if stops is None:
            told.append(f"{name} keeps it up to {grouped(advice.tasks[-1])}")
        elif last is None and (sure := _sure_at(advice, name)):
            told.append(f"{name} keeps it at {sure}, {NOT_AT[how]} {grouped(stops)}")
        elif last is None:
            told.append(f"{name} {NOT_AT[how]} {grouped(stops)}")
        elif how == "no":
            told.append(f"{name} stops between {grouped(last)} and {grouped(stops)}")
        else:
            told.append(f"{name} keeps it up to {grouped(last)}, {NOT_AT[how]} {grouped(stops)}")
    return f"As tasks grow: {'; '.join(told)}."


def _sure_at(advice: LoadAdvice, contender: str) -> str:
    """Return at which numbers of tasks a contender keeps it for sure, though not at the least."""
    of = [one for one in advice.candidates if one.contender == contender]
    sure = sorted(one.tasks for one in of if one.keeps(advice.load.share) == "yes")
    return " and ".join(map(grouped, sure))


NOT_AT: Mapping[Keeps | None, str] = {
    "no": "not even at",
    "unsure": "unsure at",
    None: "not measured at",
}


def own_words(advice: LoadAdvice) -> Iterator[str]:
    """Yield how much of a round is a model's own at all, as Amdahl counts; nothing where nobody knows.

    That is of a round alone: where rounds wait for each other, they wait for what others take of the model's.
    """
    load = advice.load
    if not advice.own or (load.steps and not load.compute):
        return
    ends = sorted(advice.own, key=_seconds)[:: max(1, len(advice.own) - 1)]
    yield (
        f"Of what a round alone takes, the model's own is {' to '.join(_part(one, load) for one in ends)};"
        " the rest is your waiting and computing."
    )
    kept = {one.keeps(load.share) for one in advice.at(advice.tasks[0])}
    time, cpu = _share(ends[-1], load), _share_of_cpu(ends[-1], load)
    if time < SMALL and kept == {"yes"}:
        most = f"The model decides {percent(time)} % of the time at most"
        yield (
            f"{most}, and {percent(cpu)} % of the CPU: choose by other reasons."
            if cpu < SMALL
            else f"{most}, though {percent(cpu)} % of the CPU: choose by that, or by other reasons."
        )
    elif time < SMALL and "no" in kept:
        yield "Yet not all keep the deadline: rounds wait for each other, and for all that those before take."


def _part(one: Own, load: AskedLoad) -> str:
    time, cpu = percent(_share(one, load)), percent(_share_of_cpu(one, load))
    return f"{time} % of the time and {cpu} % of the CPU ({one.contender}, {time_words(one.seconds)})"


def _seconds(one: Own) -> float:
    return one.seconds


def _share(one: Own, load: AskedLoad) -> float:
    return _of(one.seconds, load.wait + load.compute)


def _share_of_cpu(one: Own, load: AskedLoad) -> float:
    return _of(one.seconds, load.compute)


def _of(part: float, rest: float) -> float:
    return part / (part + rest) if part else 0.0


def missing_words(advice: LoadAdvice) -> str:
    """Return what was not measured: models that could not be, and what is no part of such a load."""
    parts = [f"{name} ({why})" for name, why in advice.failed.items()]
    parts += [f"{_unasked_words(advice.unasked)} (not asked for: -m)"] if advice.unasked else []
    return f"Not measured: {'; '.join([*parts, NOT_OF_A_LOAD])}."


def _unasked_words(names: Sequence[str]) -> str:
    """Return the names of models, or their number where a list would hide the answer above it."""
    return ", ".join(names) if len(names) <= MOST_NAMES else f"{len(names)} other models"


def sentences(advice: LoadAdvice) -> list[str]:
    """Return the answer in sentences, the one that matters first."""
    found = [answer_words(advice), *doubt_words(advice), growth_words(advice), *own_words(advice)]
    return [one for one in (*found, missing_words(advice)) if one is not None]


def print_advice(console: Console, advice: LoadAdvice) -> None:
    """Print what was asked, the table at each number of tasks, and the answer."""
    console.print(plain(load_words(advice)))
    for tasks in advice.tasks:
        console.print()
        console.print(_table(advice, tasks))
    console.print()
    first, *others = sentences(advice)
    console.print(Text(first, style="bold"))
    for one in others:
        console.print(plain(one))


def _table(advice: LoadAdvice, tasks: int) -> Table:
    table = bare_table(tasks_words([tasks]) if len(advice.tasks) > 1 else None, roomy=False)
    for column in COLUMNS:
        table.add_column(column)
    for row in rows_of(advice, tasks):
        table.add_row(*map(plain, row))
    return table
