"""The catalogue: the package's models and workloads, the user's plug-ins and event loops."""

import sys
from pathlib import Path

import pytest

from concbench.models import index as models
from concbench.models.files import name_of
from concbench.workloads import index as workloads
from concbench.workloads.catalogue import Catalogue, PluginError

pytestmark = pytest.mark.measured_side

MODEL = """
from dataclasses import replace
from concbench.models.generator import MODEL
MODELS = [replace(MODEL, name="mine")]
"""
WORKLOAD = """
from dataclasses import replace
from concbench.workloads.basics.spawn import WORKLOAD
WORKLOADS = [replace(WORKLOAD, name="my-spawn")]
"""


def plugin(folder: Path, text: str, name: str = "plugin.py") -> str:
    path = folder / name
    path.write_text(text)
    return str(path)


def test_without_plugins_it_holds_what_the_package_has() -> None:
    catalogue = Catalogue()
    assert catalogue.model_names() == models.names()
    assert catalogue.workload_names() == workloads.names()
    assert catalogue.model("generator") is models.get("generator")
    assert catalogue.workload("spawn") is workloads.get("spawn")


def test_a_plugins_models_and_workloads_come_after_the_packages(tmp_path: Path) -> None:
    catalogue = Catalogue([plugin(tmp_path, MODEL), plugin(tmp_path, WORKLOAD, "other.py")])
    assert catalogue.model_names() == [*models.names(), "mine"]
    assert catalogue.workload_names() == [*workloads.names(), "my-spawn"]
    assert catalogue.model("mine").dialect == "generator"
    assert catalogue.workload("my-spawn").name == "my-spawn"


def test_an_event_loop_becomes_a_model() -> None:
    catalogue = Catalogue(loops=["asyncio:SelectorEventLoop"])
    assert catalogue.model_names()[-1] == "asyncio+asyncio:SelectorEventLoop"
    assert catalogue.model("asyncio+asyncio:SelectorEventLoop").dialect == "coroutine"


@pytest.mark.parametrize("kind", ["model", "workload"])
def test_an_unknown_name_is_a_key_error(kind: str) -> None:
    with pytest.raises(KeyError, match="nobody"):
        getattr(Catalogue(), kind)("nobody")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1", "defines neither MODELS nor WORKLOADS"),
        ("MODELS = [1]", "MODELS[0]: 1 is not a concbench.models.base.Model"),
        ("WORKLOADS = ['timers']", "WORKLOADS[0]: 'timers' is not a concbench.workloads.base.Workload"),
        (MODEL.replace('"mine"', '"asyncio"'), "the name 'asyncio' is taken already"),
        (WORKLOAD.replace('"my-spawn"', '"timers"'), "the name 'timers' is taken already"),
        (MODEL + "MODELS *= 2", "the name 'mine' is taken already"),
        (
            MODEL.replace('name="mine"', 'name="mine", dialect="telepathy"'),
            "MODELS[0] (mine): dialect: must be one of",
        ),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("def broken(:", "SyntaxError"),
        (
            "def __getattr__(name): raise RuntimeError(name)",
            "RuntimeError: MODELS, in __getattr__ at plugin.py:1",
        ),
        (
            "MODELS = type('L', (list,), {'__iter__': lambda self: 1 / 0})()",
            "MODELS: ZeroDivisionError: division",
        ),
        ("import no_such_module_here", "ModuleNotFoundError"),
    ],
)
def test_a_plugin_that_cannot_be_used_is_named_with_why(tmp_path: Path, text: str, message: str) -> None:
    path = plugin(tmp_path, text)
    with pytest.raises(PluginError) as raised:
        Catalogue([path])
    assert str(raised.value).startswith(f"{path}: ")
    assert message in str(raised.value)


def test_a_plugin_that_is_not_there_is_named() -> None:
    with pytest.raises(PluginError, match=r"nowhere\.py: no such file"):
        Catalogue(["nowhere.py"])


def test_a_plugin_that_is_no_python_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match="is not a Python file"):
        Catalogue([plugin(tmp_path, MODEL, "plugin.txt")])


POSTPONED = """
from __future__ import annotations
from dataclasses import dataclass, replace
from typing import ClassVar
from concbench.models.generator import MODEL

@dataclass(frozen=True)
class Session:
    kind: ClassVar[str] = "mine"
    queue: list[int] | None = None

MODELS = [replace(MODEL, name="mine", summary=f"{Session()}")]
"""


def test_a_plugin_may_have_dataclasses_whose_annotations_are_postponed(tmp_path: Path) -> None:
    assert Catalogue([plugin(tmp_path, POSTPONED)]).model("mine").summary == "Session(queue=None)"


def test_two_plugins_of_one_file_name_are_two_modules(tmp_path: Path) -> None:
    paths = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        paths.append(plugin(tmp_path / name, POSTPONED.replace('"mine"', f'"{name}"')))
    catalogue = Catalogue(paths)
    assert catalogue.own_models() == ["first", "second"]
    assert sys.modules[name_of(Path(paths[0]))] is not sys.modules[name_of(Path(paths[1]))]


def test_a_plugin_that_fails_leaves_no_module_behind(tmp_path: Path) -> None:
    path = plugin(tmp_path, "1 / 0")
    with pytest.raises(PluginError):
        Catalogue([path])
    assert name_of(Path(path)) not in sys.modules
