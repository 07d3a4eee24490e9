"""``--quiet`` and ``--verbose``: how much is said, before the verb or behind it, and never both."""

import json
from pathlib import Path

import pytest

from concbench.commands import VERBS
from concbench.runs import running

from .concbench import Caller

CELLS = ("-m", "generator,process-pool", "-w", "switch", "-p", "tasks=3")


def test_a_quiet_run_prints_results_alone(concbench: Caller, path: Path) -> None:
    said = concbench("run", "-q", *CELLS, "--output", path)
    assert said.code == 0
    assert said.err == ""
    assert "run file" not in said.out
    assert "report:" not in said.out
    assert "generator" in said.out
    assert path.with_suffix(".html").exists()


@pytest.mark.nightly
def test_quiet_json_is_json_and_nothing_else(concbench: Caller, path: Path) -> None:
    said = concbench("-q", "run", "--json", *CELLS, "--output", path)
    assert said.err == ""
    assert {cell["contender"] for cell in said.json["cells"]} == {"generator", "process-pool"}


def test_a_usual_run_names_its_files(concbench: Caller, path: Path) -> None:
    said = concbench("run", *CELLS, "--output", path)
    assert f"run file: {path}" in said.out
    assert "report: " in said.out
    assert "of generator for timing" not in said.err


def test_a_verbose_run_says_with_what_what_and_why_not(concbench: Caller, path: Path) -> None:
    said = concbench("run", "-v", *CELLS, "--output", path, "--no-report")
    assert "generator: Python 3." in said.err
    assert "process 1 of generator for witnessing, Python 3." in said.err
    assert "witnessed switch[tasks=3,suspensions=3]/generator: 3 tasks, 18 suspensions" in said.err
    assert "1: switch[tasks=3,suspensions=3]/generator: " in said.err
    why = "switch[tasks=3,suspensions=3]/process-pool is not-expressible: process-pool lends no lock"
    assert why in said.err
    assert "process 1 of generator" not in said.out


@pytest.mark.nightly
def test_a_verbose_rehearsal_says_who_is_left_out_and_why(
    concbench: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "absent", lambda *_: {"curio": "it is not there"})
    said = concbench("run", "--dry-run", "-v", "-w", "spawn", "-p", "tasks=3", "--no-memory")
    assert "curio is left out: it is not there" in said.err


def test_verify_and_trace_say_more_or_less_too(concbench: Caller, tmp_path: Path) -> None:
    cells = ("-m", "generator,process-pool", "-w", "switch")
    assert concbench("verify", "-q", *cells).err == ""
    told = concbench("verify", "-v", *cells).err
    assert "/generator is ok: " in told
    assert "/process-pool is not-expressible: " in told
    picture = tmp_path / "one.svg"
    quiet = concbench("trace", "switch", "-q", "-m", "generator", "--output", picture)
    assert quiet.err == ""
    assert "picture" not in quiet.out
    assert (
        "switch/generator: 4 lanes over "
        in concbench("trace", "switch", "-v", "-m", "generator", "--json").err
    )


def test_stored_runs_are_compared_quietly_or_not(concbench: Caller, stored: tuple[Path, Path]) -> None:
    assert concbench("compare", "-q", *stored).err == ""


def test_written_files_are_not_named_to_who_wants_quiet(
    concbench: Caller, measured: Path, tmp_path: Path
) -> None:
    table, page, picture = (tmp_path / f"one.{suffix}" for suffix in ("csv", "html", "svg"))
    for arguments in (
        ("convert", measured, "--output", table),
        ("report", measured, "--output", page),
        ("show", measured, "--svg", picture),
    ):
        loud = concbench(*arguments)
        assert str(arguments[-1]) in loud.out
        Path(picture).unlink(missing_ok=True)
        assert (concbench(*arguments, "-q").out, arguments[-1].exists()) == ("", True)


@pytest.mark.parametrize("words", [("-q", "list", "-v"), ("-qv", "list"), ("list", "--quiet", "--verbose")])
def test_both_at_once_are_refused(concbench: Caller, words: tuple[str, ...]) -> None:
    said = concbench(*words)
    assert said.code == 2
    assert "--quiet and --verbose exclude each other" in said.err


@pytest.mark.parametrize("verb", sorted(set(VERBS) - {"docs", "help"}))
def test_every_verb_that_works_takes_them(concbench: Caller, verb: str) -> None:
    told = concbench(verb, "--help").out
    assert "-q, --quiet" in told
    assert "-v, --verbose" in told


def test_an_error_is_told_however_quiet_it_is(concbench: Caller) -> None:
    said = concbench("run", "-q", "-w", "swich")
    assert "did you mean 'switch'?" in said.err


@pytest.mark.nightly
def test_seeds_and_doctor_say_nothing_meanwhile(concbench: Caller) -> None:
    said = concbench("seeds", "-q", "--scale", "0.01", "--model", "generator", "--json")
    assert said.err == ""
    assert json.loads(said.out)
    assert "so far" not in said.out
    assert concbench("doctor", "-q", "--json", "--seconds", "0.2").err == ""
