"""A survey: one worker of each contender says what there is, before anything is measured."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from concbench.drive.host.interpreter_info import probe
from concbench.drive.plan import Contender
from concbench.drive.workers.client import WorkerClient
from concbench.drive.workers.launch import Link
from concbench.results.header import HeaderContender, HeaderTrace
from concbench.results.lines import converted
from concbench.runs.tracing import Scene, record_of, trace_of


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What a contender's worker tells: its place in headers, its traces, why it is unavailable or None."""

    about: HeaderContender
    traces: list[HeaderTrace]
    unavailable: str | None


def survey(
    contenders: Sequence[Contender], start: Callable[[Contender], Link], scenes: Sequence[Scene] = ()
) -> list[Surveyed]:
    """Return what is told of each contender, with a trace of it in each scene.

    One worker of each contender tells it, and the version of its model; none of those that are timed later
    has a part in it.
    """
    interpreters = dict.fromkeys(contender.interpreter for contender in contenders)
    releases = {interpreter: probe(Path(interpreter)).release for interpreter in interpreters}
    return [_surveyed(one, releases[one.interpreter], start, scenes) for one in contenders]


def _surveyed(
    contender: Contender, release: str, start: Callable[[Contender], Link], scenes: Sequence[Scene]
) -> Surveyed:
    with WorkerClient(start, contender) as client:
        greeting = client.greet()
        about = _contender(contender, release, greeting.get("version"))
        if "outcome" in greeting:
            return Surveyed(about, [record_of(contender.id, scene, greeting) for scene in scenes], None)
        return Surveyed(about, [trace_of(client, scene) for scene in scenes], greeting["unavailable"])


def _contender(contender: Contender, release: str, version: str | None) -> HeaderContender:
    about = {name: getattr(contender, name) for name in ("id", "model", "dialect", "runs_on")}
    place = {"python": contender.python or release, "release": release, "cpus": list(contender.cpus)}
    return converted({**about, **place, "version": version}, HeaderContender)
