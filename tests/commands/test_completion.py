"""What a shell completes, as it asks for it; and what a misspelt name is told."""

import os
import subprocess
import sys

import pytest

from tests.commands.concbench import Caller


def completed(words: str) -> list[str]:
    """Return what bash is told that the last of these words may become."""
    asked = {"_CONCBENCH_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    command = [sys.executable, "-m", "concbench"]
    done = subprocess.run(command, env=os.environ | asked, capture_output=True, text=True, check=True)
    return [line.partition(",")[2] for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("concbench sho", ["show"]),
        ("concbench run -m uv", ["uvloop"]),
        ("concbench run --model asyncio,thread", ["asyncio,threads", "asyncio,thread-pool"]),
        ("concbench run -m family:te", ["family:teaching"]),
        ("concbench verify -w sema", ["semaphore"]),
        ("concbench verify -w family:so", ["family:sockets"]),
        ("concbench run --preset th", ["thorough"]),
    ],
)
def test_a_shell_completes_verbs_models_workloads_and_presets(words: str, expected: list[str]) -> None:
    assert completed(words) == expected


def test_behind_a_misspelt_verb_nothing_is_completed_and_nobody_is_told_off() -> None:
    assert not any(completed("concbench rnu -m uv"))


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["rnu"], "run"),
        (["run", "-m", "asynco"], "asyncio"),
        (["run", "-m", "family:poll"], "pool"),
        (["run", "-w", "swich"], "switch"),
        (["verify", "-w", "family:socket"], "sockets"),
    ],
)
def test_a_misspelt_name_is_told_what_may_be_meant(
    concbench: Caller, arguments: list[str], meant: str
) -> None:
    said = concbench(*arguments)
    assert said.code == 2
    assert f"id you mean {meant!r}?" in said.err


def test_a_name_like_none_is_told_which_there_are(concbench: Caller) -> None:
    said = concbench("run", "-w", "xyzzy")
    assert "there is no workload 'xyzzy'; there are timers, spawn," in said.err


def test_the_version_is_told_in_short_too(concbench: Caller) -> None:
    assert concbench("-V").out == concbench("--version").out != ""
