"""The advice on a load in words: what was asked, who keeps the deadline, at what price, and until when."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from concbench.analysis.advice import AskedLoad, Candidate, LoadAdvice, Own
from concbench.analysis.units import SIZE_UNITS, TIME_UNITS, UNITLESS, scaled
from concbench.analysis.wording import figure
from concbench.report.terminal.tables import bare_table, plain
from concbench.words import grouped

NOT_OF_A_LOAD = (
    "sockets, queues and locks are no part of it (concbench run -w family:sockets, -w family:between-tasks)"
)

COLUMNS = ("model", "keeps it", "rounds in time", "p99", "cores", "memory")

SMALL = 0.1
"""The share of a round's time below which the model hardly matters."""


def load_words(advice: LoadAdvice) -> str:
    """Return what was asked: ``2 000 tasks, each 10 rounds a minute: wait 30 ms, compute 200 µs.``"""
    load, tasks = advice.load, advice.tasks[0]
    did = [f"wait {time_words(load.wait)}"] if load.wait else []
    if load.steps:
        about = time_words(load.compute) if load.compute else f"{grouped(load.steps)} steps"
        did.append(f"compute {about}")
    each = f"{grouped(tasks)} tasks, each {load.rate:g} rounds a minute"
    return f"{each}: {', '.join(did) or 'nothing'}. {wanted_words(load)}"


def wanted_words(load: AskedLoad) -> str:
    """Return what is wanted: ``99 % of rounds must be done within 100 ms.``"""
    return f"{100 * load.share:g} % of rounds must be done within {time_words(load.deadline)}."


def time_words(seconds: float) -> str:
    """Return a time: ``30 ms``."""
    words, unit = scaled(1e9 * seconds, TIME_UNITS).split(" ")
    return f"{float(words):g} {unit}"


def kept_words(one: Candidate) -> str:
    """Return the share of rounds in time: ``99.98 % [99.9–100]``."""
    if one.kept is None:
        return "–"
    low, share, high = (percent(value) for value in (one.kept.low, one.kept.share, one.kept.high))
    return f"{share} % [{low}–{high}]"


def percent(share: float) -> str:
    """Return a share in per cent with as many digits as show how far it is from 0 and from all."""
    rest = min(share, 1 - share)
    digits = 0 if rest == 0 else 1 if rest > 0.01 else 2 if rest > 0.001 else 3
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
    best = advice.cheapest
    tasks = grouped(advice.tasks[0])
    if not advice.at(advice.tasks[0]):
        return f"Nothing was measured at {tasks} tasks."
    if best is None:
        sure = [one for one in advice.at(advice.tasks[0]) if one.keeps(advice.load.share) == "unsure"]
        if sure:
            names = ", ".join(one.contender for one in sure)
            return f"None surely keeps the deadline at {tasks} tasks; it is not sure of {names}."
        return f"None keeps the deadline at {tasks} tasks."
    others = [one for one in advice.at(advice.tasks[0])[1:] if one.keeps(advice.load.share) == "yes"]
    beside = "".join(f"; {one.contender} {_dearer(advice, one)}" for one in others[:3])
    cores = scaled(best.cores.middle, UNITLESS).strip()
    return f"Cheapest that keeps the deadline: {best.contender} ({cores} cores in use{beside})."


def _dearer(advice: LoadAdvice, one: Candidate) -> str:
    """Return how much more CPU than the cheapest another uses: ``× 1.8 [1.7–1.9]``."""
    ratio = advice.dearer(one)
    if ratio is None:
        return "too close to nothing to compare"
    sure = "" if ratio.low > 1 else ", not surely more"
    return f"× {ratio.middle:.2f} [{ratio.low:.2f}–{ratio.high:.2f}]{sure}"


def growth_words(advice: LoadAdvice) -> str | None:
    """Return where each stops to keep the deadline as load grows; None where one number was measured."""
    if len(advice.tasks) == 1:
        return None
    told = []
    for name in dict.fromkeys(one.contender for one in advice.candidates):
        last, stops = advice.keeps_until(name)
        if stops is None:
            told.append(f"{name} keeps it up to {grouped(advice.tasks[-1])}")
        elif last is None:
            told.append(f"{name} not even at {grouped(stops)}")
        else:
            told.append(f"{name} stops between {grouped(last)} and {grouped(stops)}")
    return f"As tasks grow: {'; '.join(told)}."


def own_words(advice: LoadAdvice) -> Iterator[str]:
    """Yield how much of a round is a model's own at all, as Amdahl counts; nothing where nobody knows."""
    load = advice.load
    if not advice.own or not load.compute:
        return
    least, most = min(advice.own, key=_seconds), max(advice.own, key=_seconds)
    shares = [_share(one, load) for one in (least, most)]
    yield (
        f"Of a round's time the model's own is {percent(shares[0])} % ({least.contender},"
        f" {time_words(least.seconds)} of CPU) to {percent(shares[1])} % ({most.contender},"
        f" {time_words(most.seconds)}); the rest is your waiting and computing."
    )
    if shares[1] < SMALL:
        yield f"The model decides {percent(shares[1])} % of it at most: choose by other reasons."


def _seconds(one: Own) -> float:
    return one.seconds


def _share(one: Own, load: AskedLoad) -> float:
    return one.seconds / (one.seconds + load.wait + load.compute)


def missing_words(advice: LoadAdvice) -> str:
    """Return what was not measured: models that could not be, and what is no part of such a load."""
    parts = [f"{name} ({why})" for name, why in advice.failed.items()]
    parts += [f"{', '.join(advice.unasked)} (not asked for: -m)"] if advice.unasked else []
    return f"Not measured: {'; '.join([*parts, NOT_OF_A_LOAD])}."


def sentences(advice: LoadAdvice) -> list[str]:
    """Return the answer in sentences, the one that matters first."""
    found = [answer_words(advice), growth_words(advice), *own_words(advice), missing_words(advice)]
    return [one for one in found if one is not None]


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
    table = bare_table(f"{grouped(tasks)} tasks" if len(advice.tasks) > 1 else None, roomy=False)
    for column in COLUMNS:
        table.add_column(column)
    for row in rows_of(advice, tasks):
        table.add_row(*map(plain, row))
    return table
