"""What is told of workers besides their figures: records of processes, of outcomes, and of warnings."""

from collections.abc import Mapping
from typing import Any

from concbench.drive.workers.lastwords import with_words
from concbench.drive.workers.launch import WorkerLost
from concbench.results.lines import as_record
from concbench.results.records import OutcomeRecord, WarningRecord
from concbench.results.values import Record

OF_A_PROCESS = ("pid", "python", "version", "gil", "startup_ns", "open_ns")
"""What a worker says of itself that its record in a run file has, too."""


def process(
    number: int, contender: str, generation: int, purpose: str, greeting: Mapping[str, Any]
) -> Record:
    """Return the record of a worker."""
    about = {name: greeting.get(name) for name in OF_A_PROCESS}
    place = {"process": number, "contender": contender, "generation": generation}
    return as_record({"type": "process", **place, "purpose": purpose, **about})


def outcome_record(
    cell: str, process: int | None, generation: int | None, answer: Mapping[str, Any]
) -> OutcomeRecord:
    """Return the record of why a cell has no figures."""
    return OutcomeRecord(
        cell=cell,
        process=process,
        generation=generation,
        outcome=answer["outcome"],
        reason=answer["reason"],
        at=answer.get("at"),
        last_words=answer.get("last_words"),
    )


def unclosed(contender: str, lost: WorkerLost) -> WarningRecord:
    """Return the warning about a worker that did not end in order when its model was closed."""
    return WarningRecord(
        name="model-not-closed",
        seen=f"{contender}: {with_words(lost.reason, lost.last_words)}.",
        why="Its figures stand, but how long it takes to close is not known, and it may leave work.",
        todo="See what runs when the model's open() is left; its later workers are ended without closing.",
    )


def left_behind(contender: str, processes: str) -> WarningRecord:
    """Return the warning about processes that were still there after a worker had closed its model."""
    return WarningRecord(
        name="processes-left-behind",
        seen=f"{contender} left {processes}.",
        why="They were ended with its worker, but may have slowed down what was measured beside them.",
        todo="Have the model end what it starts when its open() is left.",
    )
