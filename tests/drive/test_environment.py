"""The record of the environment: ready for JSON, honest about what is unknown, and telling runs apart."""

import copy
import json
import os
import platform
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import concbench
from concbench.drive.host import environment
from concbench.drive.host.environment import describe, identity
from concbench.drive.host.interpreter_info import probe
from concbench.drive.host.interpreters import Interpreter
from concbench.drive.host.origin import origin
from concbench.drive.host.switches import InterpreterError

from .sides.repositories import repository

HERE = Interpreter(Path(sys.executable))


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return describe([HERE], ["pytest", "no-such-package"], affinity=[0])


def test_the_record_goes_through_json_unchanged(described: dict[str, Any]) -> None:
    assert json.loads(json.dumps(described, allow_nan=False)) == described


def test_the_record_names_no_folder_and_no_host(described: dict[str, Any]) -> None:
    text = json.dumps(described)
    assert str(Path(sys.executable).parent) not in text
    assert described["pythons"][0]["executable"] == Path(sys.executable).name


def test_neither_the_host_nor_the_folder_of_the_checkout_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout = repository(tmp_path / "checkout", {"src/concbench/__init__.py": ""})
    monkeypatch.setattr(platform, "node", lambda: "host-of-somebody")
    record = describe([HERE], origin=origin(checkout / "src/concbench"))
    assert len(record["repository"]["commit"]) == 40
    for secret in ("host-of-somebody", str(checkout), os.environ["HOME"], "n@example.org"):
        assert secret not in json.dumps(record)


def test_each_interpreter_is_asked_for_its_own_packages(described: dict[str, Any]) -> None:
    (python,) = described["pythons"]
    assert python["version"] == list(sys.version_info[:3])
    assert python["packages"] == {"pytest": pytest.__version__, "no-such-package": None}
    assert described["cpu"]["pinned"] == [0]


def test_the_start_is_a_time_in_utc(described: dict[str, Any]) -> None:
    offset = datetime.fromisoformat(described["started"]).utcoffset()
    assert offset is not None
    assert not offset


def test_an_interpreter_that_cannot_be_asked_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InterpreterError, match="nowhere"):
        describe([Interpreter(tmp_path / "nowhere")])


def test_the_smallest_step_is_the_smallest_that_was_seen() -> None:
    readings: Iterator[int] = iter([0, 0, 50, 50, 50, 57, 100, 130])
    assert environment.smallest_step(lambda: next(readings), steps=3) == 7


def test_the_smallest_step_of_no_steps_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1, not 0"):
        environment.smallest_step(steps=0)


def test_only_variables_that_are_set_and_change_behaviour_are_recorded() -> None:
    environ = {"PYTHONDEVMODE": "1", "PYTHONMALLOC": "", "PYTHONPATH": "/secret", "HOME": "/home"}
    assert environment.variables(environ) == {"PYTHONDEVMODE": "1"}


def test_a_trace_function_is_noticed() -> None:
    before = sys.gettrace()
    sys.settrace(lambda *_: None)
    try:
        watchers = environment.tracing({})
    finally:
        sys.settrace(before)
    assert "a trace function (sys.settrace)" in watchers


def test_a_profile_function_is_noticed() -> None:
    before = sys.getprofile()
    sys.setprofile(lambda *_: None)
    try:
        watchers = environment.tracing({})
    finally:
        sys.setprofile(before)
    assert "a profile function (sys.setprofile)" in watchers


@pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring came with 3.12")
def test_a_monitoring_tool_is_noticed() -> None:
    if sys.version_info >= (3, 12):
        sys.monitoring.use_tool_id(4, "a tool")
        try:
            watchers = environment.tracing({})
        finally:
            sys.monitoring.free_tool_id(4)
        assert "a tool (sys.monitoring)" in watchers


def test_coverage_that_would_start_in_child_processes_is_noticed() -> None:
    extra = set(environment.tracing({"COVERAGE_PROCESS_START": "/some/where"})) - set(environment.tracing({}))
    assert extra == {"coverage of child processes (COVERAGE_PROCESS_START)"}


def test_a_package_that_is_not_installed_has_no_version() -> None:
    assert environment.package_versions(["pytest", "no-such-package"]) == {
        "pytest": pytest.__version__,
        "no-such-package": None,
    }


def test_the_digest_changes_with_the_measured_code_and_with_nothing_else(tmp_path: Path) -> None:
    for name in ("models/a.py", "workloads/b.py", "measure/c.py", "report/d.py"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("x = 1\n")
    first = environment.source_digest(tmp_path)
    (tmp_path / "report/d.py").write_text("x = 2\n")
    (tmp_path / "models/a.pyc").write_text("compiled")
    assert environment.source_digest(tmp_path) == first
    (tmp_path / "models/a.py").write_text("x = 2\n")
    changed = environment.source_digest(tmp_path)
    (tmp_path / "models/a.py").rename(tmp_path / "models/z.py")
    assert len({first, changed, environment.source_digest(tmp_path)}) == 3


def test_the_identity_is_made_of_strings_alone(described: dict[str, Any]) -> None:
    assert described["identity"]
    assert all(isinstance(value, str) and value for value in described["identity"].values())
    assert concbench.__version__ in described["identity"]["concbench"]
    assert (
        described["identity"]["packages 1"] == f"no-such-package not installed, pytest {pytest.__version__}"
    )


def test_the_identity_is_the_same_when_described_again(described: dict[str, Any]) -> None:
    again = describe([HERE], ["pytest", "no-such-package"])
    assert again["identity"] == described["identity"]


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ("machine.id", "ffffffffffff", "machine"),
        ("cpu.model", "Another", "cpu"),
        ("cpu.allowed", [0, 1, 2, 3, 4, 5, 6, 7, 8], "cpu"),
        ("cpu.quota", 0.5, "cpu"),
        ("os.kernel", "9.9", "os"),
        ("concbench.source", "ffffffffffff", "concbench"),
        ("repository", {"commit": "f" * 40, "dirty": False}, "commit"),
        ("pythons.0.release", "3.99.0", "python 1"),
        ("pythons.0.packages", {"pytest": "0"}, "packages 1"),
    ],
)
def test_whatever_makes_results_incomparable_changes_its_part_of_the_identity(
    described: dict[str, Any], path: str, value: object, key: str
) -> None:
    changed = copy.deepcopy(described)
    *folders, last = path.split(".")
    inner: Any = changed
    for folder in folders:
        inner = inner[int(folder) if folder.isdecimal() else folder]
    inner[last] = value
    now = identity(changed)
    assert {name for name in now if now[name] != described["identity"][name]} == {key}


def test_load_and_frequency_do_not_change_the_identity(described: dict[str, Any]) -> None:
    later = copy.deepcopy(described)
    later["load"] = [9.0, 9.0, 9.0]
    later["cpu"]["frequency_mhz"]["current"] = 1.0
    later["started"] = "2000-01-01T00:00:00+00:00"
    assert identity(later) == described["identity"]


def test_two_interpreters_of_one_version_keep_apart(described: dict[str, Any]) -> None:
    both = copy.deepcopy(described)
    both["pythons"] *= 2
    assert {"python 1", "python 2", "packages 1", "packages 2"} <= set(identity(both))


def test_a_python_record_keeps_everything_but_the_folder() -> None:
    info = probe(Path(sys.executable))
    made = environment.python_record(info)
    assert made["release"] == info.release
    assert made["compiler"] == info.compiler
    assert "/" not in made["executable"]
