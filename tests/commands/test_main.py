"""The command as a whole: its help, its verbs, and what a user's mistake leads to."""

import subprocess
import sys

import click
import pytest

from concbench import __version__, commands
from concbench.commands import VERBS, module_of
from concbench.errors import UserError

from .concbench import Caller


def test_the_help_names_every_verb_and_every_exit_code(concbench: Caller) -> None:
    said = concbench("--help")
    assert said.code == 0
    for verb in VERBS:
        assert f"\n  {verb} " in said.out
    codes = said.out.partition("\n  Exit codes\n")[2].splitlines()
    told = {word for line in codes for word in line.split() if word.isdigit()}
    assert told == {"0", "1", "2", "3", "4", "5", "6", "70", "130", "141"}


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_examples(concbench: Caller, verb: str) -> None:
    said = concbench(verb, "--help")
    assert said.code == 0
    assert "\b" not in said.out  # click's mark of lines that are not to be filled
    examples = said.out.partition("\n  Examples\n")[2].splitlines()
    assert examples
    assert all(line.startswith(f"    concbench {verb}") for line in examples)


@pytest.mark.parametrize("verb", ["convert", "history", "report"])
def test_verbs_that_read_results_of_others_name_all_of_them(concbench: Caller, verb: str) -> None:
    said = " ".join(concbench(verb, "--help").out.split())
    for tool in ("asv", "data.js") if verb != "convert" else ("asv", "pytest-benchmark", "pyperf", "data.js"):
        assert tool in said.partition("Examples")[0]


def test_the_version_is_told(concbench: Caller) -> None:
    assert concbench("--version").out == f"concbench, version {__version__}\n"


@pytest.mark.parametrize("arguments", [["dance"], ["run", "--dance"], ["show"], ["list", "--json=1"]])
def test_wrong_usage_ends_with_2_and_says_so(concbench: Caller, arguments: list[str]) -> None:
    said = concbench(*arguments)
    assert said.code == 2
    assert "Error: " in said.err
    assert said.out == ""


def test_a_misspelt_verb_is_answered_with_the_one_that_looks_like_it(concbench: Caller) -> None:
    said = concbench("verfy", "--all")
    assert said.code == 2
    assert "No such command 'verfy'. Did you mean 'verify'?" in said.err
    assert "Did you mean" not in concbench("xyzzy").err


def test_help_is_asked_for_in_any_order(concbench: Caller) -> None:
    assert concbench("help", "run").out == concbench("run", "--help").out != ""
    assert concbench("help", "LOADS").out == concbench("docs", "LOADS").out != ""
    assert concbench("help", "nothing").code == 2


def test_the_help_imports_no_verb() -> None:
    code = (
        "import sys\nfrom concbench.commands import main\nsys.argv = ['concbench', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "slow = ('numpy', 'scipy', 'rich', 'pandas', 'pyperf')\n"
        "print([name for name in sys.modules if name.split('.')[0] in slow])\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (UserError("mend the plug"), 2, "Error: mend the plug"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (click.UsageError("not so"), 2, "not so"),
        (click.exceptions.Exit(4), 4, ""),
        (click.exceptions.Exit(0), 0, ""),
    ],
)
def test_errors_become_a_message_and_an_exit_code(
    concbench: Caller, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, words: str
) -> None:
    @click.command()
    def failing() -> None:
        raise error

    monkeypatch.setattr(commands.Verbs, "get_command", lambda *_: failing)
    said = concbench("list")
    assert said.code == code
    assert words in said.err


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ZeroDivisionError("nobody foresaw"), "ZeroDivisionError: nobody foresaw"),
        (PermissionError(13, "Permission denied", "git"), "Permission denied: 'git'"),
    ],
)
def test_a_defect_is_told_in_full_with_a_code_that_no_gate_takes_for_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, words: str
) -> None:
    @click.command()
    def failing() -> None:
        raise error

    monkeypatch.setattr(commands.Verbs, "get_command", lambda *_: failing)
    monkeypatch.setattr(sys, "argv", ["concbench", "compare"])
    with pytest.raises(SystemExit) as left:
        commands.main()
    said = capsys.readouterr().err
    assert left.value.code == 70
    assert "Traceback" in said
    assert words in said
    assert "This is a defect of concbench" in said


LONG = "n" * 300


@pytest.mark.parametrize(
    "arguments",
    [
        ("history", LONG),
        ("convert", "--to", "csv", LONG),
        ("report", "--history", LONG),
        ("run", "-m", "generator", "-w", "spawn", "-p", "tasks=3", "-o", f"{LONG}.jsonl"),
        ("compare", "a.jsonl", "b.jsonl", "--markdown", LONG),
        ("run", "--loop", f"./{LONG}.py:new"),
    ],
)
def test_a_name_that_is_too_long_for_a_file_is_a_user_s_mistake(
    concbench: Caller, arguments: tuple[str, ...]
) -> None:
    said = concbench(*arguments)
    assert said.code == (2 if "--loop" in arguments else 5)
    assert "name is too long" in said.err or "File name too long" in said.err


def test_no_verb_loads_what_takes_long_before_it_is_needed() -> None:
    names = sorted(map(module_of, VERBS))
    code = (
        "import importlib, sys\n"
        f"for name in {names}:\n    importlib.import_module('concbench.commands.' + name)\n"
        "print(sorted({'matplotlib', 'pandas', 'scipy.special', 'scipy.stats'} & set(sys.modules)))\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"
