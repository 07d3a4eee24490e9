"""Servers and clients that die, hang or stop reading: typed outcomes under every model, nothing left."""

from pathlib import Path

import pytest

from concbench.models import index as models
from concbench.workloads import index as workloads
from tests.workloads.beside import answer_of

pytestmark = [pytest.mark.measured_side, pytest.mark.nightly]

PLUGINS = Path(__file__).with_name("plugins")
HOSTILE = {
    "a server that dies": ("fanout", "dying", {"tasks": 5}),
    "clients that die while all are silent": ("idle", "dying", {"tasks": 5}),
    "clients that die while they read": ("broadcast", "dying", {"tasks": 5, "slow": 1}),
    "a client that stops reading": ("broadcast", "deaf", {"tasks": 5, "slow": 1}),
}


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("model", models.names())
def test_the_other_side_fails_and_the_cell_says_so_and_nothing_is_left(hostile: str, model: str) -> None:
    if (reason := models.get(model).unavailable()) is not None:
        pytest.skip(reason)
    plugin, workload, params = HOSTILE[hostile]
    cannot = workloads.get(plugin).impossible(models.get(model))
    if model in models.MEMBERS["ladder"] and cannot:
        pytest.skip(cannot)
    said = answer_of(model, PLUGINS / f"hostile_{plugin}.py", workload, **params)
    elsewhere = plugin != "fanout" and not models.get(model).traits.shares_memory
    assert said["outcome"] == ("not-expressible" if elsewhere else "crashed")
    assert said["reason"]


@pytest.mark.parametrize("model", [name for name in models.names() if models.get(name).traits.shares_memory])
def test_clients_that_find_no_descriptors_say_so_with_their_number(model: str) -> None:
    if (reason := models.get(model).unavailable()) is not None:
        pytest.skip(reason)
    said = answer_of(model, PLUGINS / "hostile_idle.py", "crowded", tasks=8)
    assert (said["outcome"], said["at"]) == ("exhausted", 8)
