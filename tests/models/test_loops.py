"""Event loops of the user's choice: named ``module:factory``, loaded only where they run."""

import asyncio
import sys
from pathlib import Path

import pytest

from concbench.errors import UserError
from concbench.models.files import module_of
from concbench.models.loops import load_loop_factory, loop_model

pytestmark = pytest.mark.measured_side


def test_a_loop_is_loaded_by_module_and_factory() -> None:
    assert load_loop_factory("asyncio:new_event_loop") is asyncio.new_event_loop


def test_a_factory_may_be_an_attribute_of_an_attribute() -> None:
    assert load_loop_factory("asyncio:events.new_event_loop") is asyncio.new_event_loop


@pytest.mark.parametrize("spec", ["asyncio", "asyncio:", ":new_event_loop", ""])
def test_another_form_is_refused_with_an_example(spec: str) -> None:
    with pytest.raises(ValueError, match="module:factory"):
        load_loop_factory(spec)


def test_what_cannot_be_called_is_refused() -> None:
    with pytest.raises(TypeError, match="not callable"):
        load_loop_factory("sys:maxsize")


@pytest.mark.parametrize("spec", ["no_such_module_here:loop", "asyncio:no_such_loop", "nonsense"])
def test_a_loop_that_cannot_be_loaded_is_unavailable_with_the_reason(spec: str) -> None:
    reason = loop_model(spec, "mine").unavailable()
    assert reason is not None
    assert spec in reason


def test_a_factory_that_makes_no_event_loop_is_told_so_when_it_is_opened() -> None:
    model = loop_model("os:getpid", "mine")
    assert model.unavailable() is None, "only a call tells"
    with pytest.raises(UserError, match=r"os:getpid returned [0-9]+, which is no event loop"), model.open():
        pass


def test_a_loop_that_can_be_loaded_runs_coroutines() -> None:
    model = loop_model("asyncio:SelectorEventLoop", "mine")
    assert model.unavailable() is None

    async def running() -> str:
        return type(asyncio.get_running_loop()).__name__

    with model.open() as session:
        (name,) = session.run([running])
    assert name == asyncio.SelectorEventLoop.__name__


def test_a_loop_in_a_file_is_the_module_of_a_plugin_in_that_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "from __future__ import annotations\nimport asyncio\nfrom dataclasses import dataclass\n"
        "@dataclass\nclass Options:\n    debug: bool = False\n"
        "def factory():\n    return asyncio.SelectorEventLoop()\n"
    )
    factory = load_loop_factory(f"{file}:factory")
    assert factory is module_of(file).factory
    assert sys.path[-1] == str(tmp_path)
    sys.path.remove(str(tmp_path))
