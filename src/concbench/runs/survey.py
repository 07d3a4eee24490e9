"""A survey: one worker of each contender says what there is, before anything is measured."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from concbench.drive.host.interpreter_info import probe
from concbench.drive.plan import Contender
from concbench.drive.workers.client import WorkerClient
from concbench.drive.workers.launch import Link
from concbench.measure.failures import outcome
from concbench.models import index
from concbench.outcomes import CellOutcome
from concbench.results.header import HeaderContender, HeaderTrace
from concbench.results.lines import converted
from concbench.runs.tracing import Scene, record_of, trace_of

NOTHING_TO_DO = "it can express nothing that was to be measured, so no worker was started for it"


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What a contender's worker tells: its place in headers, its traces, why it is unavailable or None."""

    about: HeaderContender
    traces: list[HeaderTrace]
    unavailable: str | None


def survey(
    contenders: Sequence[Contender],
    start: Callable[[Contender], Link],
    scenes: Sequence[Scene] = (),
    idle: Collection[Contender] = (),
) -> list[Surveyed]:
    """Return what is told of each contender, with a trace of it in each scene.

    One worker of each contender tells it, and the version of its model; none of those that are timed later
    has a part in it. For contenders that are ``idle``, since they can do nothing of a run, none is started.
    """
    interpreters = dict.fromkeys(contender.interpreter for contender in contenders)
    releases = {one: probe(one.executable, switches=one.switches).name for one in interpreters}
    return [
        _idle(one, releases[one.interpreter], scenes)
        if one in idle
        else _surveyed(one, releases[one.interpreter], start, scenes)
        for one in contenders
    ]


def absent(surveyed: Sequence[Surveyed], baseline_model: str) -> dict[str, str]:
    """Return why contenders are not to be had, of the package's models that are measured where they are.

    One of each dialect, the baseline and the user's own models are not among them: their cells say why.
    """
    others = set(index.names()) - {baseline_model, *index.ONE_OF_EACH}
    return {
        one.about.id: one.unavailable for one in surveyed if one.unavailable and one.about.model in others
    }


def _idle(contender: Contender, release: str, scenes: Sequence[Scene]) -> Surveyed:
    unseen = [(scene, scene.impossible(contender) or NOTHING_TO_DO) for scene in scenes]
    traces = [
        record_of(contender.id, scene, outcome(CellOutcome.NOT_EXPRESSIBLE.value, why))
        for scene, why in unseen
    ]
    return Surveyed(_contender(contender, release, {}), traces, None)


def _surveyed(
    contender: Contender, release: str, start: Callable[[Contender], Link], scenes: Sequence[Scene]
) -> Surveyed:
    with WorkerClient(start, contender) as client:
        greeting = client.greet()
        about = _contender(contender, release, greeting)
        if "outcome" in greeting:
            return Surveyed(about, [record_of(contender.id, scene, greeting) for scene in scenes], None)
        return Surveyed(about, [trace_of(client, scene) for scene in scenes], greeting["unavailable"])


def _contender(contender: Contender, release: str, greeting: Mapping[str, Any]) -> HeaderContender:
    about = {name: getattr(contender, name) for name in ("id", "model", "dialect", "runs_on", "family")}
    place = {"python": contender.python or release, "release": release, "cpus": list(contender.cpus)}
    said = {name: greeting.get(name) for name in ("version", "gil", "gil_by")}
    return converted({**about, **place, **said}, HeaderContender)
