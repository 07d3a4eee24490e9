"""How often the verdicts are wrong, and how often they find a slowdown: as data, for ``concbench aa``."""

from dataclasses import dataclass

from concbench.stats.proportion import Proportion


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """How often ``factor`` times the work in one cell was found, over the cells of a model.

    ``found`` is of no trials where there are too few pairs to judge a series. ``pairs`` is the median number
    of pairs until it was found. ``counted`` is the work that head did for base's, as
    the witness counted it.
    """

    model: str
    factor: float
    counted: float
    cells: int
    found: Proportion
    pairs: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What recorded pairs say in the order in which they came, which replays change.

    ``alarms`` are the series that one whole comparison in that order calls slower or faster. Of ``series``
    the ranks of neighbouring pairs correlate by ``lowest`` to ``highest``, and ``dependent`` ones more than
    chance explains: of these replays promise too much.
    """

    series: int
    alarms: int
    lowest: float
    highest: float
    dependent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What recorded pairs and live runs of identical sides say of the verdicts.

    ``series`` are cells times metrics of which a pair was recorded, ``recorded`` is the least number of pairs
    of one, ``live`` how many whole live runs have pairs. What follows is of runs in which a series was
    judged: one with fewer pairs than the first look takes could not raise an alarm, and is no trial.

    ``false_series`` and ``false_runs`` are the shares of series, and of whole runs, in which anything was
    called slower or faster, in replays. ``same`` is the share of series that are called the same, after
    ``pairs_to_same`` pairs (median). ``live_runs`` is the share of whole live runs with a false alarm; each
    took ``live_seconds`` (median). ``order`` is None where too few pairs were recorded.
    """

    cells: int
    series: int
    recorded: int
    live: int
    replays: int
    false_series: Proportion
    false_runs: Proportion
    same: Proportion
    pairs_to_same: float
    live_runs: Proportion
    live_series: Proportion
    live_same: Proportion
    live_seconds: float
    powers: tuple[Power, ...]
    order: Order | None = None
