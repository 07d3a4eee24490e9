"""Recipes: the tasks of a run as plain data, for models whose tasks run in other processes or interpreters.

A closure cannot be sent there. A recipe can: a helper builds its factories of it, once, before the clock
starts, and is told the number of a task from then on. A session that wants recipes has a method ``prepare``,
and is handed batches, by it and by ``run``. All others are handed a plain list of factories, as ever: so what
a loop over factories costs in a timed run does not depend on what some models need.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from concbench.importing import importing
from concbench.measure.salting import SALTED, factories_of, new_salt
from concbench.measure.shelf import Handed, Shelf
from concbench.measure.watching.remote import recorded
from concbench.models.base import Dialect, Factory
from concbench.workloads.base import Workload, params_from_dict, params_to_dict


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What the factories of one run are made of: they differ from another's by ``salt``, which names it.

    ``wording`` names the workload's version for them. ``port`` is the workload's companion's, 0 where it has
    none. ``plugins`` are where the workload may come from. ``watched``: the tasks are wrapped, and send what
    they did along with their results.
    """

    workload: str
    params: Mapping[str, Any]
    dialect: Dialect
    wording: str
    salt: int = 0
    port: int = 0
    plugins: Sequence[Handed] = ()
    watched: bool = False

    def build(self, rt: Any) -> list[Factory]:
        """Return the factories, in a helper; ``rt`` has its own primitives: no lock travels.

        Raises NotExpressible, TypeError, WrongFactories.
        """
        workload = _shelf(json.dumps(self.plugins)).workload(self.workload)
        params = params_from_dict(workload, self.params)

        def make(rt: Any) -> list[Factory]:
            return factories_of(workload, self.wording, rt, params)

        return recorded(self.dialect, make, self.fitted(rt)) if self.watched else make(self.fitted(rt))

    @staticmethod
    def importing() -> str:
        """Return code for a helper that was not forked, before it is sent any recipe."""
        return importing()

    def fitted(self, rt: Any) -> Any:
        """Return a runtime with what this very run has: its salt, its companion's port."""
        own = {"salt": self.salt} if SALTED else {}
        return replace(rt, **own, **({"port": self.port} if self.port else {}))


@cache
def _shelf(plugins: str) -> Shelf:
    return Shelf(json.loads(plugins))


@dataclass(frozen=True, slots=True)
class Batch:
    """The tasks of one run: their factories, and the recipe of these."""

    factories: list[Factory]
    recipe: Recipe

    @property
    def salt(self) -> int:
        """What the run's results have to show."""
        return self.recipe.salt


def recipe_of(workload: Workload[Any], params: Any, dialect: Dialect, wording: str) -> Recipe:
    """Return the recipe of a workload's runs, without a salt."""
    plain = params_to_dict(params)
    return Recipe(workload=workload.name, params=plain, dialect=dialect, wording=wording)


def batch_of(recipe: Recipe, workload: Workload[Any], params: Any, rt: Any) -> Batch:
    """Return one run's batch, whose results show a salt of its own; 0 where the suite knows of none.

    Raises what ``factories_of`` does.
    """
    own = replace(recipe, salt=new_salt()) if SALTED else recipe
    try:
        fitted = own.fitted(rt)
    except TypeError:
        factories_of(workload, own.wording, rt, params)  # refuses what is no runtime, in words
        raise
    return Batch(factories_of(workload, own.wording, fitted, params), own)
