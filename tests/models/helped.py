"""Recipes that helpers import and build: they say in a file who built them."""

import os
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from concbench.measure.watching.remote import here
from concbench.models.helpers import RT


@dataclass(frozen=True, slots=True)
class Recipe:
    """As many tasks as there are, each of which returns who ran it; ``wrong`` is what building it raises."""

    log: Path
    salt: int
    wrong: str = ""

    def build(self, rt: Any) -> list[Any]:
        """Note who builds, and return the tasks."""
        with self.log.open("a") as log:
            log.write(f"{here()[:2]} {self.salt}\n")
        if self.wrong:
            raise ValueError(self.wrong)
        assert rt is RT
        return [partial(self.run, index) for index in range(8)]

    def run(self, index: int) -> tuple[int, int, int]:
        """Return the task's number, and where it ran."""
        RT.sleep(0.01)
        return index, os.getpid(), here()[1]


@dataclass(frozen=True, slots=True)
class Batch:
    """What a session is handed: a recipe, and how many tasks there are."""

    recipe: Recipe
    factories: list[None] = field(default_factory=lambda: [None] * 8)
