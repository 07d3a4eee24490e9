"""A process that imports one plug-in, or one event loop, and tells the command line about it.

What a plug-in does to the process that imports it (patching the standard library, say) ends with this one.
It answers one JSON object a line on a pipe of its own: first what the plug-in defines, then what it is asked.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

from concbench.errors import UserError
from concbench.measure.lifeline import hold
from concbench.measure.misspelt import misspelt
from concbench.measure.plugin_trial import Broken, drawn_from, facts_of, memory_points, told
from concbench.models.base import Model
from concbench.places import worded
from concbench.traits import traits_of
from concbench.words import cut, shown
from concbench.workloads.base import params_from_dict
from concbench.workloads.catalogue import Catalogue, loop_name

Message = dict[str, Any]

OF_MODELS = ("name", "dialect", "summary", "cost", "source")
"""What is told of a model as it stands there, beside its traits and what it lends."""


def describe(catalogue: Catalogue, source: str, named: Mapping[str, Iterable[str]] | None = None) -> Message:
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
        "source": source,
    }


def _found(look: Callable[[str], Any], name: str) -> Any:
    """Return what is called so; raises Broken where there is none: no distribution here has it."""
    try:
        return look(name)
    except KeyError as error:
        if error.args != (name,):
            raise
        raise Broken(f"there is no {name} in this interpreter") from None


def _as_said(model: Model) -> Message:
    lends = getattr(model, "lends", None)  # models of an older checkout do not say
    return {
        **{name: getattr(model, name) for name in OF_MODELS},
        "traits": asdict(traits_of(model)),
        "lends": None if lends is None else sorted(map(str, lends)),
    }


def answer(catalogue: Catalogue, question: Message, loops: Iterable[str] = ()) -> Message:
    """Return the answer to a question; raises Broken, naming the model or workload.

    One of the event loops ``loops`` that is misspelt is Broken, too.
    """
    name, what = question["of"], question["ask"]
    match what:
        case "about":
            said = about(catalogue.model(name))
            lacking = None if said["unavailable"] is None else _slip_in(name, loops)
            if lacking is not None:
                raise Broken(lacking)
            return said
        case "facts":
            facts: Message = _of(catalogue, name, lambda workload: _facts(workload, question["params"]))
            return facts
        case "small":
            return {"sets": _of(catalogue, name, lambda one: drawn_from(one, question["seed"]))}
        case "memory_points":
            return {"sets": _of(catalogue, name, lambda one: memory_points(one, question["sets"]))}
        case _:
            raise ValueError(f"no such question: {what}")


def _slip_in(name: str, loops: Iterable[str]) -> str | None:
    return next(filter(None, (misspelt(spec) for spec in loops if loop_name(spec) == name)), None)


def about(model: Model) -> Message:
    """Return why a model is ``unavailable``, or None, and its ``version`` where it is available."""
    said: Message = {"unavailable": None, "version": None}
    for field, ask in (("unavailable", model.unavailable), ("version", model.version)):
        try:
            value = ask()
        except Exception as error:
            said_so = f"{model.name}: {field}() raises {type(error).__name__}: {error}"
            raise Broken(worded(error, said_so)) from error
        if type(value) is not str and not (field == "unavailable" and value is None):
            raise Broken(f"{model.name}: {field}() must return text, not {shown(value)}")
        said[field] = value
        if value is not None:
            break
    return said


def _said(words: str) -> str:
    """Return an error's words so that they can be told, whatever a plug-in put into them."""
    return cut(words).encode(errors="replace").decode()


def _facts(workload: Any, values: Message) -> Message:
    try:
        params = params_from_dict(workload, values)
    except ValueError as error:
        return {"refused": _said(str(error).removeprefix(f"{workload.name}: "))}
    return facts_of(workload, params)


def _of(catalogue: Catalogue, name: str, ask: Callable[[Any], Any]) -> Any:
    try:
        return ask(_found(catalogue.workload, name))
    except Broken as broken:
        raise Broken(f"{name}: {broken}") from None


def main(arguments: list[str], read: Any = os.read, write: Any = os.write, leave: Any = os._exit) -> None:
    """Import and tell; ``arguments``: what to import, as JSON, then the file descriptors.

    ``read``, ``write`` and ``leave`` are those of the system, whatever a plug-in puts in their places later.
    """
    setup = json.loads(arguments[0])
    requests, replies, lifeline = map(int, arguments[1:4])
    hold(lifeline)
    sys.path[:0] = setup["roots"]
    sys.path += setup["after"]
    source = setup["source"]

    def say(make: Callable[[], Message]) -> None:
        try:
            message = make()
        except (Broken, UserError) as error:
            message = {"error": _said(str(error) if str(error).startswith(source) else f"{source}: {error}")}
        data = json.dumps(message, allow_nan=False).encode() + b"\n"
        while data:
            data = data[write(replies, data) :]

    opened: list[Catalogue] = []

    def begin() -> Message:
        opened.append(Catalogue(setup["plugins"], setup["loops"]))
        return describe(opened[0], source, setup.get("named"))

    say(begin)
    buffer = b""
    while opened and (data := read(requests, 1 << 16)):
        *lines, buffer = (buffer + data).split(b"\n")
        for question in map(json.loads, lines):
            say(partial(answer, opened[0], question, setup["loops"]))
    leave(0)  # threads that a plug-in has started must not hold up anybody
