"""Whether a learner's program answers an exercise: a worker holds it against the witness."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from concbench.drive.workers.client import WorkerClient
from concbench.drive.workers.described import Described
from concbench.drive.workers.launch import Message, ProcessLink
from concbench.drive.workers.place import Place
from concbench.errors import AnswerError
from concbench.lessons import examining
from concbench.lessons.blame import LearnersFailure, split
from concbench.lessons.exercises import EXERCISES
from concbench.lessons.printing import place_beside, printed_in
from concbench.lessons.reading import dropped, step_in
from concbench.lessons.steps import workloads_of
from concbench.lessons.words import HINTS
from concbench.models.files import wrong_file
from concbench.outcomes import CellOutcome
from concbench.runs.lessons import PLUGIN
from concbench.runs.planning import begin, contenders_of, launcher
from concbench.runs.request import RunRequest
from concbench.runs.verifying import Finding, examine
from concbench.runs.watching import SILENT, Watcher
from concbench.workloads.base import Workload, params_to_dict

SECONDS = 10.0
"""How long one run of a learner's loop may take: those of the lesson take some tenths of a second."""

EXAMINERS = str(Path(examining.__file__))

YOURS = "yours"
"""What a learner's loop is called."""

SEED = "lesson"
"""Draws the sizes at which a learner's loop is tried: the same at each time."""


@dataclass(frozen=True, slots=True)
class Held:
    """What came of a learner's loop at one workload: in how many runs it was right, and what was wrong."""

    workload: str
    summary: str
    runs: int
    wrong: Mapping[str, str] = field(default_factory=dict)
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of an answer: at each workload, what is seen of its text besides, and what it printed."""

    held: Sequence[Held]
    notes: Sequence[str] = ()
    printed: Sequence[str] = ()

    @property
    def right(self) -> bool:
        """Whether it is an answer."""
        return not any(one.wrong for one in self.held)


MEANWHILE = {"greeting": " while the file was run", "open": " while the file was run"}


class LearnersLink(ProcessLink):
    """A worker that is not waited for as long as others: what a class writes is small, and may never end."""

    patience = SECONDS

    def __init__(self, place: Place, setup: Message, **asked: Any) -> None:
        super().__init__(place, setup, meanwhile=MEANWHILE, **asked)


def check(step: int, exercise: int, file: Path, *, watcher: Watcher = SILENT) -> Verdict:
    """Hold a learner's program against the witness, at what an exercise asks for and what its step can do.

    It runs in a worker, which is ended when a run takes too long; no workload follows on that. Raises
    AnswerError for a file that is no such program, or that of a step as it is.
    """
    _refuse_unread(step, exercise, file)
    begin()
    held: list[Held] = []
    with _as_plugin(step, exercise, file) as (own, prints):
        request = RunRequest(models=(YOURS,), plugins=(PLUGIN, EXAMINERS, own), timeout=SECONDS)
        catalogue = Described(request.plugins)
        (contender,) = contenders_of(request, catalogue)
        with WorkerClient(launcher(request, LearnersLink), contender) as client:
            _refuse_unfit(client, file, prints)
            for name in _names(step, exercise):
                if held and held[0].wrong and name in EXERCISES[step, exercise].workloads:
                    continue  # it would say the same once more
                watcher.at(f"check {name}")
                held.append(_held(client, catalogue.workload(name)))
                if "completed" in held[-1].wrong:
                    held[-1] = _with_place(held[-1], place_beside(prints))
                    break
        notes = dropped(file, step) if any(one.wrong for one in held) else []
        return Verdict(held, notes, printed_in(prints))


def _names(step: int, exercise: int) -> list[str]:
    """Return the workloads that an answer is held to, its examination first."""
    asked = EXERCISES[step, exercise]
    return list(dict.fromkeys((asked.exam, *asked.workloads, *workloads_of(step))))


def _refuse_unread(step: int, exercise: int, file: Path) -> None:
    """Raise AnswerError for what is no file of code, and for the program of a step as it is."""
    if wrong := wrong_file(file):
        raise AnswerError(f"{file}: {wrong}")
    try:
        own = step_in(file)
    except OSError as error:
        raise AnswerError(f"{file}: cannot be read ({error.strerror})") from error
    if own is not None:
        asks = EXERCISES[step, exercise].asks
        raise AnswerError(
            f"{file.name} is the program of step {own} as it is: right as that step, and no answer yet."
            f" Exercise {exercise} of step {step} asks for: {asks}"
        )


@contextmanager
def _as_plugin(step: int, exercise: int, file: Path) -> Iterator[tuple[str, Path]]:
    """Yield the path of a plug-in whose model is the program in a file, and where its prints are kept."""
    with tempfile.TemporaryDirectory(prefix="concbench-lesson-") as folder:
        path, prints = Path(folder) / "yours.py", Path(folder) / "prints.txt"
        path.write_text(
            '"""A learner\'s program as a model."""\n\n'
            "from concbench.lessons.program import model_of\n\n"
            f"ABOUT = ({YOURS!r}, {str(file.resolve())!r}, {step}, {exercise}, {str(prints)!r})\n"
            "MODELS = [model_of(*ABOUT)]\n",
            encoding="utf-8",
        )
        yield str(path), prints


def _refuse_unfit(client: WorkerClient, file: Path, prints: Path) -> None:
    said = client.greet()
    unfit = said.get("unavailable")
    if unfit is None and "outcome" in said:
        unfit = f"{file.name} cannot be run: {said['reason']}"
    if unfit is not None:
        lines = printed_in(prints)
        raise AnswerError(f"{unfit}\n\nit printed:\n{chr(10).join(lines)}" if lines else unfit)


def _held(client: WorkerClient, workload: Workload[Any]) -> Held:
    """Try a program at all sizes of a workload, up to the first at which it fails."""
    runs = 0
    for params in workload.small(Random(SEED)):
        found = examine(client, workload, params_to_dict(params), SECONDS)
        if found.outcome != CellOutcome.OK:
            wrong, hint = told_apart(workload.name, wrong_with(found))
            return Held(workload.name, workload.summary, runs, wrong, hint)
        runs += 1
    return Held(workload.name, workload.summary, runs)


def _with_place(held: Held, place: str | None) -> Held:
    """Say where a program was when its time was over, if that is known."""
    if place is None:
        return held
    completed = f"{held.wrong['completed']}, and was {place}"
    return replace(held, wrong={**held.wrong, "completed": completed}, hint=HUNG)


HUNG = "is that line, or a `while` around it, come to over and over without a `yield`, or does its call wait?"


def wrong_with(found: Finding) -> dict[str, str]:
    """Return which checks failed, with what they say; any other outcome stands by its own name."""
    failed = {name: words for name, words in found.checks.items() if words}
    if failed.keys() - {"unwatched"}:
        failed.pop("unwatched", None)  # it says the same once more
    if "completed" in failed:
        return {"completed": failed["completed"]}  # that nobody has finished then is no news
    if failed:
        return failed
    name = "completed" if found.outcome == CellOutcome.TIMEOUT else found.outcome
    return {name: (found.reason or "").removeprefix(FAILED).replace("the worker ended", "its process ended")}


FAILED = f"{LearnersFailure.__name__}: "
"""Stands before the words of an error that has been put into a learner's words."""


def told_apart(workload: str, wrong: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Return which checks failed and what they say, and what to look for first: by the first of them.

    What examines an answer says itself what to look for. Of results that are wrong otherwise the workload's
    own words say all that is known.
    """
    said = {name: split(words) for name, words in wrong.items()}
    own = next((look for _, look in said.values() if look), "")
    plain = {"results"} if workload.startswith("lesson-") else set()
    general = next((HINTS[name] for name in wrong if name in HINTS.keys() - plain), "")
    return {name: what for name, (what, _) in said.items()}, own or general
