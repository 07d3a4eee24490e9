"""What the folder of ``concbench aa`` was asked for before: only more of the same may go into it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from concbench.errors import RequestError, arg
from concbench.results.errors import RunFileError
from concbench.results.measured import Measured
from concbench.runs.recordings import LIVE, RECORDED

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
