"""Made-up comparisons whose true ratios are known."""

from collections.abc import Callable, Mapping, Sequence
from math import exp
from pathlib import Path
from typing import Any

import numpy as np

from concbench.results.consistency import Consistency
from concbench.results.header import Header
from concbench.results.measured import Measured, measured_of
from concbench.results.reader import Run
from tests.results.examples import NOW, SLICES, WEIGHED, Plain, example, typed

RUN_NS = 1_000_000
FLOOR_NS = 10_000_000


def cell_id(number: int, model: str = "asyncio") -> str:
    return f"w[tasks={number}]/{model}"


def header_of(cells: Sequence[tuple[str, Mapping[str, Any]]], more: Mapping[str, int] | None = None) -> Plain:
    """Return a header of cells (id → changes of their paired entry); ``more`` are the heads' tasks."""
    paired, listed, contenders = [], [], {}
    for name, changes in cells:
        model = name.rpartition("/")[2]
        tasks = int(name.partition("=")[2].partition("]")[0])
        extra = (more or {}).get(name, tasks)
        ids = [f"{name}@base", f"w[tasks={extra}]/{model}@head"]
        one: Plain = {"id": name, "cells": ids, "workload": "w", "model": model, "purpose": "time"}
        one |= {"params": {"tasks": tasks}, "head_params": {"tasks": extra}}
        paired.append(one | {key: value for key, value in changes.items() if key != "floor_ns"})
        for side, cell in zip(("base", "head"), ids, strict=True):
            contenders[f"{model}@{side}"] = model
            about: Plain = {"workload": "w", "contender": f"{model}@{side}"}
            about["params"] = one["params" if side == "base" else "head_params"]
            listed.append({"id": cell, **about, "unit": "task", "floor_ns": changes.get("floor_ns", 0)})
            listed[-1]["workload_version"] = "1"
    about = {"dialect": "coroutine", "python": "3.13.0", "version": "3.13.0"}
    return example(
        "header",
        schema=3,
        settings={"command": "compare", "budget": 60.0, "margins": {}},
        sides={"base": {"label": "v0", "python": "3.13.0"}, "head": {"label": "v1", "python": "3.13.0"}},
        contenders=[{"id": name, "model": model, **about} for name, model in contenders.items()],
        cells=list({one["id"]: one for one in listed}.values()),
        paired=paired,
    )


def pair_of(one: Plain, number: int, ratio: float, floor_ns: int = 0) -> Plain:
    """Return a pair whose head takes ``ratio`` times base's time above the floor."""
    times = [[floor_ns + RUN_NS] * 2, [floor_ns + round(RUN_NS * ratio)] * 2]
    sides = [SLICES | {"wall_ns": wall, "cpu_ns": wall} for wall in times]
    if floor_ns:
        sides = [side | {"records": [{"lateness_p50_ns": 5}] * 2} for side in sides]
    return example("pair", cells=one["cells"], pair=number, number=1, sides=sides)


def weighed_of(one: Plain, number: int, extra: int) -> Plain:
    """Return weights of which head's is ``extra`` bytes a task more."""
    more = {"observed_bytes": WEIGHED["observed_bytes"] + extra * WEIGHED["tasks"]}
    return example("weighed", cells=one["cells"], pair=number, sides=[WEIGHED, WEIGHED | more])


def ratios(true: float, pairs: int, spread: float = 0.01, seed: int = 1) -> list[float]:
    """Return head / base of so many pairs, symmetric about the true one on the scale of logarithms."""
    noise = np.random.default_rng(seed).normal(0, spread, pairs)
    return [true * exp(one) for one in noise]


def introduced(header: Plain, records: Sequence[Plain]) -> list[Plain]:
    """Return records, each pair and weighing with two processes of its own before it."""
    owners = {cell["id"]: cell["contender"] for cell in header["cells"]}
    told: list[Plain] = []
    number = 0
    for record in records:
        if record["type"] in ("pair", "weighed"):
            about = {
                "generation": record["pair"],
                "purpose": "time" if record["type"] == "pair" else "memory",
            }
            for cell in record["cells"]:
                number += 1
                told.append(example("process", process=number, contender=owners.get(cell, cell), **about))
            told.append(record | {"processes": [number - 1, number]})
        else:
            told.append(record)
    return told


def measured(header: Plain, records: Sequence[Plain], complete: bool = True) -> Measured:
    """Return a comparison as it is read, held to the rules of a run file."""
    ended = [*introduced(header, records), example("end", finished=NOW, complete=complete)]
    first, *records_read = map(typed, (header, *ended))
    consistency = Consistency()
    for record in (first, *records_read):
        assert consistency.complaint_about(record) is None, consistency.complaint_about(record)
        consistency.note(record)
    assert isinstance(first, Header)
    return measured_of(Run(path=Path("compare.jsonl"), header=first, records=tuple(records_read), torn=None))


def comparison_with(
    true: Mapping[str, float], pairs: int = 24, spread: float = 0.005
) -> tuple[Plain, list[Plain]]:
    """Return header and records of a comparison of cells (id → true ratio), looked at once at its end."""
    header = header_of([(name, {}) for name in true])
    records: list[Plain] = []
    drawn: dict[str, Callable[[int], float]] = {}
    for seed, (name, ratio) in enumerate(true.items()):
        drawn[name] = ratios(ratio, pairs, spread, seed).__getitem__
    for number in range(pairs):
        records += [pair_of(one, number, drawn[one["id"]](number)) for one in header["paired"]]
    return header, [*records, {"type": "look", "pairs": pairs, "open": []}]
