"""What a shell completes, as it asks for it; and what a misspelt name is told."""

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from concbench.commands import main
from tests.commands.concbench import Caller
from tests.commands.shells import SHELLS, Shell


def completed(words: str) -> list[str]:
    """Return what bash is told that the last of these words may become."""
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.TextIOWrapper(io.BytesIO())) as out:
        patch.setattr(sys, "argv", ["concbench"])
        patch.setenv("_CONCBENCH_COMPLETE", "bash_complete")
        patch.setenv("COMP_WORDS", words)
        patch.setenv("COMP_CWORD", str(words.count(" ")))
        with pytest.raises(SystemExit) as leaving:
            main()
        assert leaving.value.code == 0
        out.seek(0)
        return [line.partition(",")[2] for line in out.read().splitlines() if line]


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
        ("concbench run -m family : pool,uv", ["pool,uvloop"]),
        ("concbench run --model = uv", ["uvloop"]),
        ("concbench run --baseline trio", ["trio"]),
        ("concbench run -m asyncio,asyncio-g", ["asyncio,asyncio-gather"]),
        ("concbench run -m uvloop,uv", []),
        ("concbench trace fan", ["fanout"]),
        ("concbench trace family", []),
        ("concbench why asyncio-p", ["asyncio-py"]),
        ("concbench why asyncio swi", ["switch"]),
        ("concbench compare --gate wall,instr", ["wall,instructions"]),
        ("concbench compare --pytest benchm", ["benchm"]),
        ("concbench compare main --asv asv_b", ["asv_b"]),
        ("concbench convert --metric earl", ["early"]),
        ("concbench docs load", ["LOADS"]),
        ("concbench docs exit", []),
        ("concbench help exit", ["exit-codes"]),
        ("concbench help comp", ["compare", "completion", "COMPARING"]),
        ("concbench hel", ["help"]),
        ("concbench ladder --diff timer", ["timer-heap"]),
        ("concbench ladder --to sel", ["selector"]),
        ("concbench ladder no_such", ["no_such"]),
    ],
)
def test_a_shell_completes_names(words: str, expected: list[str]) -> None:
    assert completed(words) == expected


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that is current: it has run files, also in a folder, and others."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reports").mkdir()
    for name in (
        "my.jsonl",
        "notes.txt",
        ".hidden.jsonl",
        "reports/a.jsonl",
        "reports/b.jsonl.gz",
        "reports/a.html",
    ):
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("concbench show ", ["my.jsonl", "reports/a.jsonl", "reports/b.jsonl.gz"]),
        ("concbench report my.jsonl rep", ["reports/a.jsonl", "reports/b.jsonl.gz"]),
        ("concbench run --resume ./reports/a", ["./reports/a.jsonl"]),
        ("concbench advise --resume .h", [".hidden.jsonl"]),
        ("concbench compare my.jsonl m", ["my.jsonl"]),
        ("concbench compare HE", []),
        ("concbench show no", ["no"]),  # the shell's own completion of paths takes over
        ("concbench show nowhere/no", ["nowhere/no"]),
    ],
)
def test_a_shell_completes_run_files(runs: Path, words: str, expected: list[str]) -> None:
    assert completed(words) == expected


IMPORTED = """
import sys
from concbench.commands import main
try:
    main()
except SystemExit:
    print(sys.modules.keys())
"""


def test_verbs_are_completed_with_what_they_are_for_and_none_is_imported() -> None:
    environ = os.environ | {
        "_CONCBENCH_COMPLETE": "zsh_complete", "COMP_WORDS": "concbench ", "COMP_CWORD": "1"
    }  # fmt: skip
    command = [sys.executable, "-c", IMPORTED]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(
        "plain\nlist\nName the models, the workloads and their parameters.\nplain\n"
    )
    assert "concbench.commands.shells" in done.stdout
    assert "concbench.commands.list_" not in done.stdout


def test_completion_reads_no_defaults(runs: Path) -> None:
    (runs / "pyproject.toml").write_text("[tool.concbench.rnu]\n")
    assert completed("concbench run -m uv") == ["uvloop"]


@pytest.fixture(
    scope="module",
    params=[name if name == "bash" else pytest.param(name, marks=pytest.mark.nightly) for name in SHELLS],
)
def shell(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """Yield each shell that there is here, at a terminal, with completion as docs/CLI.md has it."""
    scripts = Path(sys.executable).parent
    if shutil.which(request.param) is None or shutil.which("concbench", path=scripts) is None:
        pytest.skip(f"there is no {request.param} here, or concbench is not installed")
    folder = tmp_path_factory.mktemp("shell")
    (folder / "my run.jsonl").touch()
    (folder / "notes.txt").touch()
    shell = Shell(request.param, folder, f"{scripts}{os.pathsep}{os.environ['PATH']}")
    yield shell
    shell.close()


def at_night(line: str, expected: str) -> ParameterSet:
    return pytest.param(line, expected, marks=pytest.mark.nightly)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("concbench sho", "concbench show"),
        at_night("concbench run -w family:so", "concbench run -w family:sockets"),
        ("concbench run -m family:pool,uv", "concbench run -m family:pool,uvloop"),
        at_night("concbench run --model=uv", "concbench run --model=uvloop"),
        ("concbench show my", "concbench show my run.jsonl"),
        at_night("concbench show no", "concbench show notes.txt"),
    ],
)
def test_real_shells_complete_whole_words(shell: Shell, line: str, expected: str) -> None:
    assert shell.completed(line) == expected


def test_the_document_says_how_each_shell_is_told(shell: Shell) -> None:
    told = SHELLS[shell.name][1].rpartition("; ")[2].replace("|", "\\|")
    assert f"`{told}`" in (Path(__file__).parents[2] / "docs" / "CLI.md").read_text()


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


@pytest.mark.parametrize(
    ("asked", "line", "told"),
    [
        ("bash_complete", {}, "the line in COMP_WORDS and the place in COMP_CWORD; they are missing"),
        ("fish_complete", {}, "the line in COMP_WORDS and the place in COMP_CWORD; they are missing"),
        ("zsh_complete", {"COMP_WORDS": "concbench ", "COMP_CWORD": "two"}, "they are missing, or no such"),
        ("bash_complete", {"COMP_WORDS": "concbench ", "COMP_CWORD": "-4"}, "they are missing, or no such"),
        ("fish_complete", {"COMP_WORDS": "concbench ", "COMP_CWORD": " "}, "they are missing, or no such"),
        ("bash_compete", {}, "there is no question 'bash_compete'; did you mean 'bash_complete'? There are "),
    ],
)
def test_what_no_shell_asks_is_told_in_words(
    concbench: Caller, monkeypatch: pytest.MonkeyPatch, asked: str, line: dict[str, str], told: str
) -> None:
    for name, value in {"_CONCBENCH_COMPLETE": asked, **line}.items():
        monkeypatch.setenv(name, value)
    said = concbench()
    assert (said.code, said.out) == (2, "")
    assert told in said.err


def test_the_version_is_told_in_short_too(concbench: Caller) -> None:
    assert concbench("-V").out == concbench("--version").out != ""


def test_names_that_a_line_cannot_show_are_left_out(runs: Path) -> None:
    for name in (b"d_\xff.jsonl", b"two\nlines.jsonl", b"red\x1b[31m.jsonl"):
        (runs / os.fsdecode(name)).touch()
    assert completed("concbench show ") == ["my.jsonl", "reports/a.jsonl", "reports/b.jsonl.gz"]
