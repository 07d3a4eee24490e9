"""What lies in the folder of ``concbench aa``: recorded pairs and live runs, and what they were asked for."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from concbench.analysis.resampling import Recording
from concbench.analysis.stopping import StoppingRule, judge_again
from concbench.analysis.verdicts import seconds_of
from concbench.errors import RequestError, UserError, arg
from concbench.metrics import margins
from concbench.results import queries
from concbench.results.errors import RunFileError
from concbench.results.measured import Measured, read_measured
from concbench.results.pairs import Key, collected
from concbench.results.places import refuse_irregular

RECORDED, LIVE = "pairs", "live"
"""How the names of the two kinds of run files begin."""

TOLERANCE = 0.1
"""How far the work that was counted may be from what was asked for, as a share of what was added: a keeper
task among the hundred of ``parked`` is not multiplied."""


def recorded(folder: Path) -> list[Measured]:
    """Return the recordings in a folder, finished or not, in the order of their numbers."""
    return _read(folder, RECORDED)


def whole_live_runs(folder: Path) -> list[Measured]:
    """Return the live runs in a folder that came to their end."""
    return [run for run in _read(folder, LIVE) if queries.is_complete(run)]


def judged_live(runs: Sequence[Measured]) -> list[tuple[StoppingRule, float]]:
    """Return live runs as judged, and the seconds that each took."""
    return [(judge_again(run.header, run.records, margins()), seconds_of(run)) for run in runs]


def _read(folder: Path, kind: str) -> list[Measured]:
    """Return the files of a kind; raises RunFileError for one that is of another, or there twice."""
    runs: dict[str, Measured] = {}
    for path in sorted(folder.glob(f"{kind}-*.jsonl")):
        refuse_irregular(path)
        run = read_measured(path)
        _refuse_other_kind(run, kind)
        other = runs.setdefault(run.header.run, run)
        if other is not run:
            reason = f"it is the same run as {other.path.name}, and would count twice; move one of them away"
            raise RunFileError(reason, path)
    return list(runs.values())


def _refuse_other_kind(run: Measured, kind: str) -> None:
    """Raise RunFileError for a file that ``concbench aa`` did not write, not as this kind, or not whole."""
    settings = run.header.asked
    if not queries.is_comparison(run) or settings.command != "aa":
        raise RunFileError("concbench aa did not write it; move it out of this folder", run.path)
    is_live = settings.memory is True  # recorded pairs are only timed
    if is_live is not (kind == LIVE):
        found = "a live run" if is_live else "a recording of pairs"
        reason = f"it is {found}, whatever its name says; move it out of this folder, or name it as it was"
        raise RunFileError(reason, run.path)


def recording_of(files: Sequence[Measured]) -> Recording:
    """Return all pairs of some recordings together; raises UserError for recordings of different machines."""
    identities = {str(sorted(run.header.about.identity.items())) for run in files}
    if len(identities) > 1:
        names = ", ".join(run.path.name for run in files)
        raise UserError(f"{names} were not recorded in the same environment: keep one of them in the folder")
    parts = [collected(run.header, run.records) for run in files]
    values: dict[Key, list[float]] = {}
    for part in parts:
        for key, series in part.series.items():
            values.setdefault(key, []).extend(series.values)
    cells = {one.id: one for part in parts for one in part.cells}
    return Recording(tuple(cells.values()), {key: np.array(one) for key, one in values.items()})


def work_done(files: Sequence[Measured]) -> dict[str, float]:
    """Return, for each cell with more work, how many times base's work its head was seen to do.

    Raises UserError where that is not what its parameters say: then nothing was injected, or too much.
    """
    done: dict[str, float] = {}
    for run in files:
        witnessed = queries.witnesses(run)
        for one in collected(run.header, ()).cells:
            if one.params == one.head_params or not all(name in witnessed for name in one.cells):
                continue
            base, head = (witnessed[name].legs[0].counts for name in one.cells)
            axis = "suspension" if base.get("task") == head.get("task") else "task"
            asked = one.factor
            seen = head.get(axis, 0) / max(1, base.get(axis, 0))
            if abs(seen - asked) > TOLERANCE * (asked - 1):
                raise UserError(
                    f"{run.path}: {one.id}: head was seen to do {seen:.4f} times the {axis}s of base: at this"
                    f" size that is not the work that was asked for; choose another with {arg('params')}"
                )
            done[one.id] = seen
    return done


SEED_STEP = {RECORDED: (1, 0), LIVE: (1000, -1)}
"""The seed of the file of a kind with number n is factor × seed + n + offset."""


def seed_of(kind: str, number: int, seed: int) -> int:
    """Return the seed of the file of that kind and number, of an experiment with ``seed``."""
    factor, offset = SEED_STEP[kind]
    return factor * seed + number + offset


def refuse_other_request(runs: Sequence[Measured], asked: Mapping[str, Any], python: str, seed: int) -> None:
    """Raise RequestError where a run was asked for otherwise, naming each argument and both its values.

    ``asked`` are settings as headers have them, ``python`` is the release of both sides.
    """
    for run in runs:
        now = _arguments(asked, python) | {"seed": str(seed)}
        then = _then(run, seed)
        if "none" in (now["more"], then["more"]):  # pairs with more work may still be added
            now["more"] = then["more"]
        changed = [name for name in then if then[name] != now[name]]
        if changed:
            raise RequestError(_changed(run.path, changed, then, now))


def _changed(path: Path, changed: Sequence[str], then: Mapping[str, str], now: Mapping[str, str]) -> str:
    told = (f"{arg(name)} {then[name]} then, {now[name]} now" for name in changed)
    return (
        f"{path} was asked for otherwise ({'; '.join(told)}): ask for the same, or choose another folder with"
        f" {arg('to')}"
    )


def _then(run: Measured, seed: int) -> dict[str, str]:
    """Return what a run in a folder was asked for; raises RunFileError for settings that are not aa's."""
    settings = run.header.settings
    try:
        told = _arguments(settings, str((run.header.sides or {})["base"]["python"]))
        return told | {"seed": _seed_then(run.path, int(settings["seed"]), seed)}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        reason = f"its settings are not those of concbench aa ({error}); move it out of this folder"
        raise RunFileError(reason, run.path, 1) from error


def _arguments(settings: Mapping[str, Any], python: str) -> dict[str, str]:
    params = [f"{name}={','.join(sorted(values))}" for name, values in sorted(settings["params"].items())]
    return {
        "models": ",".join(sorted(set(settings["models"]))) or "all",
        "workloads": ",".join(sorted(set(settings["workloads"]))) or "all",
        "params": " ".join(params) or "none",
        "python": python,
        "affinity": str(settings["affinity"]),
        "more": ",".join(f"{factor:.15g}" for factor in sorted(settings["more"])) or "none",
    }


def _seed_then(path: Path, its_seed: int, seed: int) -> str:
    """Return the seed of the experiment that a file is part of; a name without a number says nothing."""
    kind, _, number = path.name.removesuffix(".jsonl").partition("-")
    if not number.isdecimal() or its_seed == seed_of(kind, int(number), seed):
        return str(seed)
    factor, offset = SEED_STEP[kind]
    return str((its_seed - int(number) - offset) // factor)
