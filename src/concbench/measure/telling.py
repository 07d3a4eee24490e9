"""A process that imports one plug-in, or one event loop, and tells the command line about it.

What a plug-in does to the process that imports it (patching the standard library, say) ends with this one.
It is asked by one JSON object a line, and answers by one, on pipes of its own. An error is the last that it
says.
"""

import faulthandler
import json
import resource
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from functools import partial
from os import _exit, read, write  # the system's, whatever a plug-in puts in their places later
from typing import Any

from concbench.errors import RequestError, UserError
from concbench.lifeline import hold
from concbench.measure.misspelt import misspelt
from concbench.measure.plugin_trial import OF_MODELS, Broken, drawn_from, facts_of, memory_points, told
from concbench.measure.sayings import wrong_saying
from concbench.models.base import Model
from concbench.places import worded
from concbench.traits import traits_of
from concbench.words import cut, error_told
from concbench.workloads.base import params_from_dict
from concbench.workloads.catalogue import Catalogue, loop_name

Message = dict[str, Any]


def describe(catalogue: Catalogue, named: Mapping[str, Iterable[str]] | None = None) -> Message:
    """Return what is defined under the names, or by plug-ins; raises Broken, naming the workload.

    What plug-ins define is what a catalogue has that one without plug-ins has not: the catalogue of an older
    checkout cannot tell otherwise.
    """
    bare = Catalogue()
    own = named or {
        "models": [name for name in catalogue.model_names() if name not in bare.model_names()],
        "workloads": [name for name in catalogue.workload_names() if name not in bare.workload_names()],
    }
    return {
        "models": [_as_said(_found(catalogue.model, name)) for name in own["models"]],
        "workloads": [_of(catalogue, name, told) for name in own["workloads"]],
    }


def _found(look: Callable[[str], Any], name: str) -> Any:
    """Return what is called so; raises Broken where there is none: no distribution here has it."""
    try:
        return look(name)
    except KeyError as error:
        if error.args != (name,):
            raise
        raise Broken(
            f"there is no {name} in the interpreter {sys.executable}; install there what brings it"
        ) from None


def _as_said(model: Model) -> Message:
    lends = getattr(model, "lends", None)  # models of an older checkout do not say
    return {
        **{name: getattr(model, name) for name in OF_MODELS},
        "family": getattr(model, "family", None),
        "sized": getattr(model, "sized", None) is not None,
        "traits": asdict(traits_of(model)),
        "lends": None if lends is None else sorted(map(str, lends)),
    }


def _of(catalogue: Catalogue, name: str, ask: Callable[[Any], Any]) -> Any:
    try:
        return ask(_found(catalogue.workload, name))
    except Broken as broken:
        raise Broken(f"{name}: {broken}") from None


def answer(catalogue: Catalogue, question: Message, loops: Iterable[str] = ()) -> Message:
    """Return the answer to a question; raises Broken, naming the model or workload."""
    what = question["ask"]
    if what == "description":
        return describe(catalogue, question["named"])
    if what == "about":
        return about(catalogue.model(question["of"]), loops)
    if what == "sized":
        return _sized(catalogue, question["of"])
    said: Message = _of(catalogue, question["of"], partial(ASKED[what], question))
    return said


def _sized(catalogue: Catalogue, name: str) -> Message:
    """Return what a model with a number of workers says of itself, or why there is none."""
    try:
        return _as_said(catalogue.model(name))
    except RequestError as error:
        return {"refused": _tellable(str(error))}


def about(model: Model, loops: Iterable[str] = ()) -> Message:
    """Return why a model is ``unavailable``, or None, and its ``version`` where it is available.

    Raises Broken, also where it is one of the event loops ``loops``, and misspelt.
    """
    unavailable = _said_by(model, "unavailable")
    if unavailable is None:
        return {"unavailable": None, "version": _said_by(model, "version")}
    for spec in loops:
        if loop_name(spec) == model.name and (slip := misspelt(spec)):
            raise Broken(slip)
    return {"unavailable": unavailable, "version": None}


def _said_by(model: Model, field: str) -> str | None:
    """Return what a function of a model returns; raises Broken."""
    try:
        value: str | None = getattr(model, field)()
    except BaseException as error:  # nobody else interrupts or ends this process so
        raise Broken(worded(error, f"{model.name}: {field}() raises {error_told(error)}")) from error
    if wrong := wrong_saying(field, value):
        raise Broken(f"{model.name}: {field}() {wrong}")
    return value


def _accepted(asked: Message, workload: Any) -> Message:
    """Return what holds with parameters, or why the workload refuses them."""
    try:
        params = params_from_dict(workload, asked["params"])
    except ValueError as error:
        return {"refused": _tellable(str(error).removeprefix(f"{workload.name}: "))}
    return {"sets": [facts_of(workload, params)]}


ASKED: Mapping[str, Callable[[Message, Any], Message]] = {
    "facts": _accepted,
    "small": lambda asked, workload: {"sets": drawn_from(workload, asked["seed"])},
    "memory_points": lambda asked, workload: {"sets": memory_points(workload, asked["sets"])},
}
"""What a workload may be asked."""


def _tellable(words: str) -> str:
    """Return an error's words so that they can be told, whatever a plug-in put into them."""
    return cut(words).encode(errors="replace").decode()


def answers(setup: Message, questions: Iterable[Message]) -> Iterator[Message]:
    """Import what ``setup`` names, and yield the answers to questions, or what is wrong."""
    try:
        catalogue = Catalogue(setup["plugins"], setup["loops"])
        for question in questions:
            yield answer(catalogue, question, setup["loops"])
    except GeneratorExit:
        raise
    except BaseException as error:  # noqa: BLE001  (nobody else interrupts or ends this process so)
        yield error_of(setup["source"], error)


def error_of(source: str, error: BaseException) -> Message:
    """Return what is told of a mistake, or of what the code of ``source`` raised as it was looked at."""
    known = isinstance(error, Broken | UserError)
    words = str(error) if known else worded(error, error_told(error))
    return {"error": _tellable(words if words.startswith(source) else f"{source}: {words}")}


def _lines(fd: int) -> Iterator[bytes]:
    buffer = b""
    while data := read(fd, 1 << 16):
        *lines, buffer = (buffer + data).split(b"\n")
        yield from lines


def _send(fd: int, message: Message) -> None:
    """Write a message; raises TypeError, ValueError or RecursionError for what JSON cannot say."""
    data = json.dumps(message, allow_nan=False).encode() + b"\n"
    while data:
        data = data[write(fd, data) :]


def main(arguments: list[str]) -> None:
    """Import and tell; ``arguments``: what to import, as JSON, then the file descriptors."""
    setup = json.loads(arguments[0])
    requests, replies, lifeline = map(int, arguments[1:4])
    faulthandler.enable()  # one that hangs is aborted, and tells where
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    hold(lifeline)
    sys.path[:0] = setup["roots"]
    sys.path += setup["after"]
    try:
        for message in answers(setup, map(json.loads, _lines(requests))):
            _send(replies, message)
    except (TypeError, ValueError, RecursionError) as error:  # what a field holds is another each time
        _send(replies, error_of(setup["source"], error))
    _exit(0)  # threads that a plug-in has started must not hold up anybody
