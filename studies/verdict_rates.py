"""Print whether verdicts keep their word under early stopping: ``python studies/verdict_rates.py``.

Whole comparisons of 20 cells are simulated, from slices up, with a known truth and the noise of a shared
virtual machine (simulation/pairs.py), and judged look by look as ``concbench compare`` does. Exits with 1
where a promise is broken, else with 0. docs/STATISTICS.md says how to read the table.
"""

import argparse
import json
import sys
from dataclasses import asdict

import numpy as np

from interval_coverage import Progress, positive
from simulation.pairs import MARGIN, Counts, Family, Noise, count

RATE = 0.01
CONFIDENCE = 0.99

SAME = 20


def families() -> dict[str, Family]:
    """Return what is tried: identical sides, some slower ones, and truths on the edge of the margin."""
    slower = float(np.log(1.05))
    noises = {
        "sd 1 %": Noise(bias=0.006, jitter=0.01),
        "sd 2 %": Noise(bias=0.0124),
        "sd 3 %": Noise(bias=0.020),
        "sd 5 %": Noise(bias=0.035),
    }
    found = {
        f"identical, {name}": Family(truths=(0.0,) * SAME, noise=noise) for name, noise in noises.items()
    }
    for name, noise in noises.items():
        found[f"one × 1.05, {name}"] = Family(truths=(slower, *(0.0,) * (SAME - 1)), noise=noise)
    wild = Noise(bias=0.035)
    found["one × 1.10, sd 5 %"] = Family(truths=(float(np.log(1.1)), *(0.0,) * (SAME - 1)), noise=wild)
    found["half × 1.05, sd 2 %"] = Family(truths=(slower,) * 10 + (0.0,) * 10, noise=noises["sd 2 %"])
    found["all at the margin, sd 2 %"] = Family(truths=(MARGIN,) * SAME, noise=noises["sd 2 %"])
    found["all × 1.02, sd 2 %"] = Family(truths=(float(np.log(1.02)),) * SAME, noise=noises["sd 2 %"])
    found["identical, long bursts"] = Family(truths=(0.0,) * SAME, noise=Noise(stay=4.0))
    found["identical, short bursts"] = Family(truths=(0.0,) * SAME, noise=Noise(stay=0.1))
    found["identical, three metrics"] = Family(truths=(0.0,) * SAME, metrics=3)
    found["at the margin, skewed"] = Family(truths=(MARGIN,) * SAME, noise=Noise(skewed=True))
    found["(median) at it, skewed"] = Family(
        truths=(MARGIN,) * SAME, noise=Noise(skewed=True, centre="median")
    )
    quiet, beyond = Noise(bias=0.0024, jitter=0.004), (MARGIN * (1 + 1e-6),) * SAME
    found["just past the margin, sd 2 %"] = Family(truths=beyond, noise=noises["sd 2 %"])
    found["just past it, sd 0.4 %"] = Family(truths=beyond, noise=quiet)
    found["(spared) at it, sd 0.4 %"] = Family(
        truths=(MARGIN,) * SAME, noise=Noise(bias=0.0024, jitter=0.004, spared=0.29)
    )
    found["identical, half wait"] = Family(truths=(0.0,) * SAME, noise=noises["sd 2 %"], waiting=10)
    found["at the margin, half wait"] = Family(truths=(MARGIN,) * SAME, noise=noises["sd 2 %"], waiting=10)
    return found


def broken(name: str, counts: Counts) -> list[str]:
    """Return the promises that a family breaks; nothing is promised of those with a name in brackets."""
    if name.startswith("("):
        return []
    cells = max(1, counts.cells)
    kept = {
        "false discoveries": counts.false_share / counts.runs <= RATE + _slack(RATE, counts.runs),
        "coverage": counts.covered / counts.series >= CONFIDENCE - _slack(RATE, cells),
        "false same": counts.false_same / counts.series <= RATE + _slack(RATE, cells),
    }
    return [promise for promise, holds in kept.items() if not holds]


def _slack(rate: float, runs: int) -> float:
    """Return three standard errors of a rate over so many independent runs or cells."""
    return 3 * float(np.sqrt(rate * (1 - rate) / runs))


def row(name: str, counts: Counts) -> str:
    """Return a line of the table; shares in per cent."""
    power = f"{100 * counts.found / counts.true_slower:6.1f}" if counts.true_slower else "     –"
    return (
        f"{name:28}{100 * counts.false_runs / counts.runs:8.2f}{100 * counts.false_share / counts.runs:8.2f}"
        f"{power:>8}{100 * counts.same / counts.series:8.1f}{100 * counts.false_same / counts.series:8.2f}"
        f"{100 * counts.covered / counts.series:9.2f}{counts.pairs / counts.series:7.0f}"
    )


HEAD = (
    f"{'20 cells, margin 1 %':28}{'alarms':>8}{'false':>8}{'found':>8}{'same':>8}{'f.same':>8}"
    f"{'covered':>9}{'pairs':>7}"
)


def main(arguments: list[str] | None = None) -> int:
    """Simulate, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--trials", type=positive, default=500, help="comparisons of each kind (500)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the first kind (1)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args(arguments)
    tried = families()
    progress = Progress(asked.trials * len(tried))
    counted = {
        name: count(family, asked.trials, asked.seed + number, progress.tick)
        for number, (name, family) in enumerate(tried.items())
    }
    failures = {name: lost for name, counts in counted.items() if (lost := broken(name, counts))}
    if asked.json:
        kinds = {name: asdict(counts) for name, counts in counted.items()}
        print(json.dumps({"trials": asked.trials, "seed": asked.seed, "kinds": kinds, "broken": failures}))
    else:
        print(HEAD, *(row(name, counts) for name, counts in counted.items()), sep="\n")
        for name, lost in failures.items():
            print(f"BROKEN: {name}: {', '.join(lost)}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
