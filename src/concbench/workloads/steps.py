"""Pure computing: a fixed amount of work in plain Python, whose result anybody can check without doing it.

A step is one turn of a linear congruential generator: a multiplication, an addition and a remainder of whole
numbers that are too large to be kept ready, so each step makes and drops objects as programs do. Every
interpreter does the same steps, and takes the time that it takes. Where so many steps lead is also told by
a formula in a few multiplications (:func:`after`), so a judge can check a run of any length at once.

``steps_for`` says how many steps take a wanted time in the interpreter that runs it.
"""

from collections.abc import Callable, Sequence
from time import perf_counter

MODULUS, FACTOR, SHIFT = 2**31 - 1, 48_271, 11

TRIED = 1_000
"""Steps that are tried first, to find out how many are worth timing."""

WORTH_S = 0.005
"""How long (s) a try has to take: a hundred times what a clock and a call cost, and less than what the
system leaves a busy process at a time."""

TRIES = 7


def compute(value: int, steps: int) -> int:
    """Do so many steps from ``value`` on, and return where they lead. It neither waits nor hands over."""
    for _ in range(steps):
        value = (value * FACTOR + SHIFT) % MODULUS
    return value


def compute_in(cells: list[int], place: int, steps: int) -> None:
    """Do so many steps on the number at a place of a list, which each step reads from there and puts there.

    Tasks that share the list have places of their own in it, so none is in another's way, whatever locks an
    interpreter has.
    """
    for _ in range(steps):
        cells[place] = (cells[place] * FACTOR + SHIFT) % MODULUS


def start_of(number: int) -> int:
    """Return where a task begins that was given a number of any size."""
    return number % MODULUS


def after(value: int, steps: int) -> int:
    """Return where so many steps from ``value`` on lead, by doubling: in the time of some multiplications."""
    factor, shift = FACTOR, SHIFT
    while steps:
        if steps & 1:
            value = (value * factor + shift) % MODULUS
        factor, shift = factor * factor % MODULUS, shift * (factor + 1) % MODULUS
        steps >>= 1
    return value


def steps_for(
    seconds: float,
    now: Callable[[], float] = perf_counter,
    work: Callable[[int, int], object] = compute,
) -> int:
    """Return how many steps take so long (s) in this interpreter, where nobody else wants the CPU: 1 or more.

    The quickest of some tries counts, since whatever comes between makes a try longer and none shorter.
    Raises ValueError for a time that is not positive and finite.
    """
    if not 0 < seconds < float("inf"):
        raise ValueError(f"seconds must be positive and finite, not {seconds!r}")
    return max(1, round(seconds / seconds_each(now, work)))


def seconds_each(
    now: Callable[[], float] = perf_counter, work: Callable[[int, int], object] = compute
) -> float:
    """Return how long (s) a step takes in this interpreter, on a CPU that nobody else wants."""
    steps = TRIED
    while (took := _took(steps, now, work)) < WORTH_S:
        steps *= 2
    tries: Sequence[float] = [took, *(_took(steps, now, work) for _ in range(TRIES - 1))]
    return min(tries) / steps


def _took(steps: int, now: Callable[[], float], work: Callable[[int, int], object]) -> float:
    began = now()
    work(1, steps)
    return now() - began
