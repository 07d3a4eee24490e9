"""A plug-in on a side whose models and workloads are an older checkout's: told of, launched and witnessed."""

import sys
from pathlib import Path

import pytest

from concbench.drive.workers.described import Described, handed_over, rest
from concbench.drive.workers.launch import launch
from concbench.drive.workers.place import Place
from concbench.traits import Traits
from concbench.workloads.base import params_to_dict

from .older import older_suite

PLUGIN = """
from dataclasses import replace
from concbench.models.generator import MODEL
from concbench.models.base import Runtime
from concbench.workloads.spawn import WORKLOAD
assert not hasattr(Runtime(), "salt")
assert not hasattr(MODEL, "traits") and not hasattr(WORKLOAD, "brief") and not hasattr(WORKLOAD, "reported")
MODELS = [replace(MODEL, name="mine", version=lambda: "old")]
WORKLOADS = [replace(WORKLOAD, name="its")]
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    return older_suite(tmp_path)


@pytest.fixture
def plugin(tmp_path: Path) -> str:
    path = tmp_path / "plugin.py"
    path.write_text(PLUGIN)
    return str(path)


def test_a_plugin_is_told_of_by_an_older_suite(suite: Path, plugin: str) -> None:
    place = Place(Path(sys.executable), suite)
    assert handed_over([plugin], place) == [{"file": plugin, "models": ["mine"], "workloads": ["its"]}]
    told = Described([plugin], (), place)
    model, workload = told.model("mine"), told.workload("its")
    assert (model.version(), model.traits, model.lends) == ("old", Traits(), frozenset())
    assert (workload.brief, params_to_dict(workload.smallest)) == (None, {"tasks": 2})
    rest()


def test_a_worker_of_an_older_suite_is_handed_a_plugin_and_witnessed(suite: Path, plugin: str) -> None:
    place = Place(Path(sys.executable), suite)
    plugins = handed_over([plugin], place)
    rest()
    link = launch(place, "mine", plugins=plugins)
    asked = {"op": "witness", "workload": "its", "params": {"tasks": 3}, "seconds": 10.0}
    answer = link.request(asked, 30.0)
    link.kill()
    assert link.greeting["version"] == "old"
    assert set(answer["checks"].values()) == {None}
