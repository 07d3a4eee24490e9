"""Models with a number of workers: which names stand for one, and what is said of those that do not."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from concbench.errors import RequestError
from concbench.measure.shelf import Shelf
from concbench.models import index
from concbench.workloads.basics.spawn import WORKLOAD
from concbench.workloads.catalogue import Catalogue, PluginError, taken_by

pytestmark = pytest.mark.measured_side
POOLS = Path(__file__).parents[1] / "measure" / "plugins" / "pools.py"


@pytest.mark.parametrize("name", ["thread-pool", "process-pool", "interpreter-pool"])
def test_a_pool_with_another_number_of_workers_is_the_same_pool_under_a_name_that_says_so(name: str) -> None:
    model, small = Catalogue().model(name), Catalogue().model(f"{name}:3")
    assert (small.name, small.traits.workers) == (f"{name}:3", 3)
    assert replace(small.traits, workers=model.traits.workers) == model.traits
    assert (small.lends, small.dialect, small.family) == (model.lends, model.dialect, model.family)


def test_with_the_workers_that_it_has_anyway_a_pool_goes_by_its_name_alone() -> None:
    assert Catalogue().model("thread-pool:32") is index.get("thread-pool")


def test_pools_have_the_same_numbers_of_workers_on_every_machine() -> None:
    workers = {name: index.get(name).traits.workers for name in index.MEMBERS["pool"]}
    assert workers == {"thread-pool": 32, "process-pool": 4, "interpreter-pool": 4}


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("thread-pool:0", "thread-pool takes a whole number of workers from 1, as in thread-pool:8"),
        ("thread-pool:x", "thread-pool takes a whole number of workers from 1, as in thread-pool:8"),
        ("thread-pool:", "thread-pool takes a whole number of workers from 1, as in thread-pool:8"),
        ("thread-pool:08", "thread-pool takes a whole number of workers from 1, as in thread-pool:8"),
        ("thread-pool:-1", "thread-pool takes a whole number of workers from 1, as in thread-pool:8"),
        ("thread-pool:1e3", "thread-pool takes a whole number of workers from 1, as in thread-pool:8"),
        ("thread-pool:²", "thread-pool takes a whole number of workers from 1, as in thread-pool:8"),
        ("thread-pool:99999999", "1000 workers are the most that it takes"),
        ("process-pool:101", "100 workers are the most that it takes"),
        ("interpreter-pool:9" + 40 * "9", "interpreter-pool takes a whole number of workers from 1"),
        ("asyncio:8", "asyncio has no number of workers to choose"),
    ],
)
def test_a_number_of_workers_that_a_model_does_not_take_is_refused_in_one_sentence(
    name: str, why: str
) -> None:
    with pytest.raises(RequestError) as refused:
        Catalogue().model(name)
    assert str(refused.value).startswith(f"there is no model {name!r}: {why}")


@pytest.mark.parametrize("name", ["nosuch:8", ":8", "asyncio:new_event_loop", "nosuch", "thread-pool:8:8"])
def test_a_name_of_no_model_is_unknown_with_a_number_of_workers_too(name: str) -> None:
    with pytest.raises(KeyError) as unknown:
        Catalogue().model(name)
    assert unknown.value.args == (name,)


@pytest.mark.parametrize(
    "plugins", [[str(POOLS)], [{"file": str(POOLS), "models": ["two-threads"], "workloads": []}]]
)
def test_a_model_of_a_plug_in_has_as_many_workers_as_its_name_says(plugins: Any) -> None:
    model = Shelf(plugins).model("two-threads:3")
    assert (model.name, model.traits.workers) == ("two-threads:3", 3)


MISMAKING = """
from dataclasses import replace
from concbench.models.threads import MODEL
from concbench.traits import Traits

POOL = replace(MODEL, name="mine", traits=Traits(runs_on="threads", reuses=True, workers=2))
MODELS = [replace(POOL, sized=lambda workers: {made})]
"""


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("replace(POOL, name='other')", "its name is 'other', where 'mine:3' was asked for"),
        ("replace(POOL, name='mine:3')", "its traits say workers=2, where 3 were asked for"),
        ("None", "None is not a concbench.models.base.Model"),
    ],
)
def test_what_is_made_with_a_number_of_workers_has_to_be_that_model(
    tmp_path: Path, made: str, said: str
) -> None:
    plugin = tmp_path / "mine.py"
    plugin.write_text(MISMAKING.format(made=made))
    with pytest.raises(PluginError, match="mine: sized returned a model that is none: ") as wrong:
        Catalogue([str(plugin)]).model("mine:3")
    assert said in str(wrong.value)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("1 / 0", "sized(3) raises ZeroDivisionError: division by zero, in <lambda> at mine.py:7"),
        ("exit(7)", "sized(3) raises SystemExit: 7, in <lambda> at mine.py:7"),
        ("int('many')", "invalid literal for int() with base 10: 'many'"),
    ],
)
def test_what_a_model_raises_that_is_asked_for_a_number_of_workers_is_told(
    tmp_path: Path, made: str, said: str
) -> None:
    plugin = tmp_path / "mine.py"
    plugin.write_text(MISMAKING.format(made=made))
    with pytest.raises(RequestError) as wrong:
        Catalogue([str(plugin)]).model("mine:3")
    assert str(wrong.value) == f"there is no model 'mine:3': {said}"


def test_nobody_s_model_is_called_as_another_with_a_number_of_workers() -> None:
    assert taken_by("model", "thread-pool:8", ["thread-pool"]) == (
        "the name 'thread-pool:8' is that of 'thread-pool' with a number of workers"
    )
    assert taken_by("model", "uvloop:new", ["uvloop"]) is None


def test_a_wording_for_a_model_is_one_for_it_with_any_number_of_workers() -> None:
    own = replace(WORKLOAD, versions={**WORKLOAD.versions, "thread-pool": WORKLOAD.versions["blocking"]})
    assert own.wording_of(Catalogue().model("thread-pool:8")) == "thread-pool"
    assert own.wording_of(index.get("threads")) == "blocking"
