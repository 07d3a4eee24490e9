"""From what is asked to the two sides: what tells them apart, and what is refused."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from concbench.measure.launch import launch
from concbench.measure.sides.asked import Asked, SidesError, two_sides
from concbench.measure.sides.side import Side

from .repositories import repository

PLUGIN = """
import loops
from dataclasses import replace
from concbench.models import registry
MODELS = [replace(registry.get("generator"), name="mine", version=lambda: loops.VERSION)]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return repository(
        tmp_path / "project",
        {"loops/__init__.py": "VERSION = 'old'\n", "plugin.py": PLUGIN},
        {"loops/__init__.py": "VERSION = 'new'\n"},
    )


def sides_for(**asked: Any) -> tuple[Side, Side]:
    with two_sides(Asked(**asked)) as sides:
        return sides


def test_two_revisions_are_two_sides(project: Path) -> None:
    base, head = sides_for(base="v0", head="v1", repo=project)
    assert base.label.startswith("v0 (")
    assert head.label.startswith("v1 (")
    assert base.interpreter == head.interpreter == Path(sys.executable)
    assert base.about["commit"] != head.about["commit"]


def test_a_missing_head_is_the_working_tree(project: Path) -> None:
    head = sides_for(base="v0", repo=project)[1]
    assert head.label.startswith("the working tree (")
    assert head.roots == (project,)


def test_workers_of_either_side_import_their_own_code(project: Path) -> None:
    plugins = (str(project / "plugin.py"),)
    with two_sides(Asked(base="v0", head="v1", repo=project, plugins=plugins)) as sides:
        versions = []
        for side in sides:
            link = launch(side.interpreter, "mine", plugins=side.plugins, roots=side.roots)
            versions.append(link.greeting["version"])
            link.kill()
    assert versions == ["old", "new"]


def test_nothing_that_is_told_of_a_side_names_a_folder(project: Path) -> None:
    for side in sides_for(base="v0", repo=project):
        assert os.sep not in side.label
        assert not any(os.sep in (value or "") for value in side.about.values())


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, "name two sides"),
        ({"pythons": [sys.executable]}, "name two sides"),
        ({"pythons": [sys.executable] * 2}, "both sides are the same"),
        ({"pythons": [sys.executable] * 3}, "--python is given 3 times"),
        ({"base": "v1"}, "both sides are the same"),
        ({"base": "v0", "head": "v0"}, "both sides are the same"),
    ],
)
def test_what_cannot_be_compared_is_refused(project: Path, asked: dict[str, Any], told: str) -> None:
    with pytest.raises(SidesError, match=told):
        sides_for(**asked, repo=project)


def test_the_same_thing_may_be_compared_with_itself_on_purpose(project: Path) -> None:
    with two_sides(Asked(repo=project), same=True) as (base, head):
        assert base == head
    with two_sides(Asked(base="v0", head="v0", repo=project), same=True) as (base, head):
        assert base.label == head.label
        assert base.roots != head.roots


def test_a_changed_working_tree_differs_from_its_commit(project: Path) -> None:
    (project / "loops/__init__.py").write_text("VERSION = 'newer'\n")
    assert sides_for(base="v1", repo=project)[1].label.endswith("changed)")
