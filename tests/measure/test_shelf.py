"""The shelf of a worker: a plug-in stays unread until something of it is asked for."""

from pathlib import Path

import pytest

from concbench.measure.shelf import Shelf

pytestmark = pytest.mark.measured_side

BOTH = """
from dataclasses import replace
from pathlib import Path
from concbench.models.generator import MODEL
from concbench.workloads.basics.spawn import WORKLOAD
with Path(__file__).with_suffix(".read").open("a") as log:
    log.write("read\\n")
MODELS = [replace(MODEL, name="mine")]
WORKLOADS = [replace(WORKLOAD, name="my-spawn")]
"""


@pytest.fixture
def both(tmp_path: Path) -> Path:
    path = tmp_path / "both.py"
    path.write_text(BOTH)
    return path


def times_read(plugin: Path) -> int:
    log = plugin.with_suffix(".read")
    return len(log.read_text().splitlines()) if log.exists() else 0


def shelf_of(plugin: Path) -> Shelf:
    return Shelf([{"file": str(plugin), "models": ["mine"], "workloads": ["my-spawn"]}], ["asyncio:no_such"])


def test_what_is_not_asked_for_is_not_read(both: Path) -> None:
    shelf = shelf_of(both)
    assert shelf.model("threads").name == "threads"
    assert shelf.workload("switch").name == "switch"
    assert times_read(both) == 0


def test_a_model_and_a_workload_of_one_file_are_read_once(both: Path) -> None:
    shelf = shelf_of(both)
    assert shelf.model("mine").name == "mine"
    assert shelf.workload("my-spawn").name == "my-spawn"
    assert shelf.model("mine") is shelf.model("mine")
    assert times_read(both) == 1


def test_a_file_of_which_nobody_said_what_it_defines_is_read_at_once(both: Path) -> None:
    shelf = Shelf([str(both)])
    assert times_read(both) == 1
    assert shelf.model("mine").name == "mine"


def test_an_event_loop_is_a_model_and_an_unknown_name_a_key_error(both: Path) -> None:
    shelf = shelf_of(both)
    assert shelf.model("asyncio+asyncio:no_such").unavailable() is not None
    for ask in (shelf.model, shelf.workload):
        with pytest.raises(KeyError) as raised:
            ask("nobody")
        assert raised.value.args == ("nobody",)
