"""What installed distributions bring: found lazily, imported by who needs it, and broken alone."""

import subprocess
import sys
from pathlib import Path

import pytest

from concbench.models import index as models
from concbench.workloads import index as workloads
from tests.distributions import Environment

MODEL = """
from dataclasses import replace
from concbench.models.generator import MODEL as GENERATOR
print("imported", __name__)
MODEL = replace(GENERATOR, name="brought", version=lambda: "7")
"""
WORKLOAD = """
from dataclasses import replace
from concbench.workloads.basics.spawn import WORKLOAD as SPAWN
WORKLOAD = replace(SPAWN, name="carried")
"""
PATCHES = "import threading\nthreading.Thread.start = None\n"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    made = Environment(tmp_path_factory.mktemp("environment"))
    made.install(
        "brings",
        {"brings_model": PATCHES + MODEL, "brings_workload": WORKLOAD},
        models={"brought": "brings_model:MODEL"},
        workloads={"carried": "brings_workload:WORKLOAD"},
    )
    made.install("breaks", {}, models={"broken": "no_such_module:MODEL"})
    made.install("misnames", {}, models={"misnamed": "brings_model:MODEL"})
    made.install("takes", {}, models={"asyncio": "brings_model:MODEL", "brougth": "brings_model:MODEL"})
    made.install("twice", {}, models={"brougth": "brings_model:MODEL"})
    return made


def test_all_are_listed_and_what_is_broken_says_by_whom_and_breaks_no_other(installed: Environment) -> None:
    said = installed.json("list")
    names = [[one["name"] for one in said[kind]] for kind in ("models", "workloads")]
    assert names[0][-2:] == [models.names()[-1], "brought"]
    assert names[1][-2:] == [workloads.names()[-1], "carried"]
    assert said["models"][-1]["version"] == "7"
    broken = "\n".join(sorted(said["broken"]))
    assert "breaks 1.0: broken: ModuleNotFoundError: No module named 'no_such_module'" in broken
    assert "misnames 1.0: misnamed: its name is 'brought'" in broken
    assert "takes 1.0: the name 'asyncio' is taken already, by concbench" in broken
    assert "1.0: the name 'brougth' is taken already, by t" in broken
    assert len(said["broken"]) == 4


def test_one_whose_files_cannot_be_read_is_told_and_keeps_no_other_from_being_used(tmp_path: Path) -> None:
    made = Environment(tmp_path)
    made.install("good", {"good_model": MODEL}, models={"brought": "good_model:MODEL"})
    for name in ("latin", "strange", "both"):
        made.install(name, {}, models={f"of-{name}": "x:Y"})
    for name in ("latin", "both"):
        (made.packages / f"{name}-1.0.dist-info" / "entry_points.txt").write_bytes(
            b"[concbench.models]\n\xe4 = x:Y"
        )
    (made.packages / "both-1.0.dist-info" / "METADATA").write_bytes(b"Name: b\xe4th\n")
    (made.packages / "strange-1.0.dist-info" / "entry_points.txt").write_text("[concbench.models]\nnothing\n")
    said = made.json("list")
    assert said["models"][-1]["name"] == "brought"
    told = "\n".join(said["broken"])
    assert "latin 1.0: its entry points cannot be read: UnicodeDecodeError" in told
    assert "strange 1.0: its entry points cannot be read: TypeError" in told
    assert "a distribution without a name: its entry points cannot be read" in told
    assert "there is no model 'nobody'" in made("verify", "-m", "nobody", code=2).stderr


@pytest.mark.nightly
def test_what_is_installed_takes_part_where_it_is_named_and_patches_nobody_else(
    installed: Environment,
) -> None:
    said = installed.json("verify", "-m", "brought,threads", "-w", "carried,spawn", "--seed", "1")
    outcomes = {(one["contender"], one["workload"]): one["outcome"] for one in said["findings"]}
    assert set(outcomes.values()) == {"ok"}
    assert len(outcomes) == 4
    alone = installed.json("verify", "-w", "spawn", "--seed", "1")
    assert "brought" not in {one["contender"] for one in alone["findings"]}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("broken", "breaks 1.0: broken: ModuleNotFoundError"),
        ("brougth", "the name 'brougth' is taken already, by "),
        ("nobody", "there is no model 'nobody'; there are polling, generator"),
    ],
)
def test_one_that_cannot_be_had_is_refused_where_it_is_named(
    installed: Environment, name: str, words: str
) -> None:
    assert words in " ".join(installed("verify", "-m", name, "-w", "spawn", code=2).stderr.split())


def test_a_plugin_with_an_installed_name_is_refused(installed: Environment, tmp_path: Path) -> None:
    plugin = tmp_path / "plugin.py"
    plugin.write_text(MODEL + "MODELS = [MODEL]\n")
    said = installed("verify", "--plugin", plugin, "-w", "spawn", code=2)
    assert "an installed distribution has a brought, too" in " ".join(said.stderr.split())


def test_nobody_looks_at_distributions_for_what_the_package_has() -> None:
    code = """
import sys
from concbench.workloads.catalogue import Catalogue
catalogue = Catalogue()
catalogue.model("generator"), catalogue.workload("tutorial"), catalogue.model_names(["threads"])
print("importlib.metadata" in sys.modules, "asyncio" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
