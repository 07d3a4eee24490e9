"""Standard streams that are narrow, full, closed or left alone, and signals that ask politely."""

import ast
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from concbench import cli, commands
from concbench.commands import streams
from concbench.results import queries
from concbench.results.reader import read_run
from tests.report.made_up import Cell, always, run_of
from tests.report.pages import written

from .concbench import COMMAND, Caller, process, wait_for

TINY = ["-w", "spawn", "-m", "generator", "-p", "tasks=3", "--no-memory"]


def shell(line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in which ``$C`` stands for the command."""
    env = {**os.environ, "C": shlex.join(COMMAND), **environment}
    command = ["bash", "-c", line]
    return subprocess.run(command, capture_output=True, text=True, errors="replace", env=env, check=False)


@pytest.fixture(scope="module")
def run_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("streams") / "run.jsonl"
    return written(run_of(Cell(contender="generator", cost=always(1000))), path)


@pytest.mark.parametrize("encoding", ["ascii", pytest.param("latin-1", marks=pytest.mark.nightly)])
def test_an_output_that_cannot_say_every_letter_gets_what_it_can_take(run_file: Path, encoding: str) -> None:
    said = shell(f"$C show {run_file}", PYTHONIOENCODING=encoding)
    assert (said.returncode, said.stderr) == (0, "")
    assert "generator" in said.stdout


@pytest.mark.parametrize("verb", [pytest.param("list", marks=pytest.mark.nightly), "list --json", "show {}"])
def test_an_output_that_is_full_is_an_error_of_one_line(run_file: Path, verb: str) -> None:
    said = shell(f"$C {verb.format(run_file)} >/dev/full")
    assert said.returncode == 5
    assert said.stderr == "Error: the output cannot be written: No space left on device\n"


@pytest.mark.parametrize(
    "verb", ["--help", pytest.param("list --json", marks=pytest.mark.nightly), "show {}"]
)
def test_an_output_that_is_closed_is_no_error(run_file: Path, verb: str) -> None:
    said = shell(f"$C {verb.format(run_file)} >&-")
    assert (said.returncode, said.stderr) == (0, "")


def test_an_output_that_is_closed_has_an_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    streams.prepare()
    assert sys.stdout.encoding == "utf-8"
    assert sys.stdout.write("dropped\n") == len("dropped\n")
    sys.stdout.close()


@pytest.mark.parametrize(("arguments", "code"), [("show missing.jsonl", 5), ("list --nothing", 2)])
def test_messages_that_find_no_room_change_no_exit_code(tmp_path: Path, arguments: str, code: int) -> None:
    said = shell(f"cd {tmp_path} && $C {arguments} 2>/dev/full")
    assert (said.returncode, said.stdout) == (code, "")


@pytest.fixture
def unread() -> Iterator[int]:
    """Yield the end of a pipe to write to, whose reader has gone away."""
    reading, writing = os.pipe()
    os.close(reading)
    yield writing
    os.close(writing)


@pytest.mark.parametrize("verb", ["list", "lesson"])
def test_a_reader_that_goes_away_is_told_by_the_exit_code(unread: int, verb: str) -> None:
    command = [*COMMAND, verb]
    said = subprocess.run(command, stdout=unread, stderr=subprocess.PIPE, text=True, check=False)
    assert (said.returncode, said.stderr) == (141, "")


@pytest.mark.nightly
def test_a_run_goes_on_when_nobody_reads_its_progress_any_more(tmp_path: Path, unread: int) -> None:
    path = tmp_path / "run.jsonl"
    command = [*COMMAND, "run", *TINY, "--no-report", "-o", str(path)]
    assert subprocess.run(command, stdout=subprocess.DEVNULL, stderr=unread, check=False).returncode == 0
    assert queries.is_complete(read_run(path))


@pytest.mark.nightly
def test_a_run_without_any_standard_stream_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    shell(f"(exec 0<&- 1>&- 2>&-; $C run {' '.join(TINY)} --no-report -o {path})")
    assert queries.is_complete(read_run(path))


@pytest.mark.parametrize("polite", [signal.SIGTERM, pytest.param(signal.SIGHUP, marks=pytest.mark.nightly)])
def test_a_polite_signal_ends_a_run_as_ctrl_c_does(tmp_path: Path, polite: signal.Signals) -> None:
    path = tmp_path / "run.jsonl"
    with process("run", "-m", "generator", "-w", "timers", "-p", "delay=0.3", "-o", path) as running:
        wait_for(path, "noise")
        running.send_signal(polite)
        _, said = running.communicate(timeout=30)
    assert running.returncode == 130
    assert f"concbench run --resume {path}" in said
    assert f"concbench report {path}" in said
    assert not queries.is_complete(read_run(path))


def test_a_picture_never_takes_the_place_of_a_file(concbench: Caller, run_file: Path) -> None:
    before = run_file.read_bytes()
    said = concbench("show", run_file, "--svg", run_file)
    assert said.code == 2
    assert "cannot be written (File exists)" in said.err
    assert run_file.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--loop", "foo"], "'foo' is not of the form module:factory"),
        (["-m", ""], "names nothing"),
        (["-o", "/"], "this is a directory or device"),
        (
            ["--python", "3.11,python3.11", "-m", "generator", "-w", "spawn"],
            "are the same interpreter",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_starts(
    concbench: Caller, arguments: list[str], words: str
) -> None:
    if "--python" in arguments and sys.version_info[:2] != (3, 11):
        pytest.skip("written for the interpreter that CI has as 3.11")
    said = concbench("run", *arguments)
    assert said.code in (2, 5)
    assert words in " ".join(said.err.replace("│", " ").split())


@pytest.mark.parametrize(
    ("code", "words"),
    [("MODELS = 3", "MODELS must be a list, not 3"), ("import sys; sys.exit(7)", "SystemExit: 7")],
)
def test_a_plugin_that_is_none_is_told_what_is_wrong(
    concbench: Caller, tmp_path: Path, code: str, words: str
) -> None:
    plugin = tmp_path / "plugin.py"
    plugin.write_text(code)
    said = concbench("list", "--plugin", plugin)
    assert said.code == 2
    assert words in said.err


def test_what_a_plugin_prints_is_no_part_of_the_json() -> None:
    example = Path(__file__).parents[2] / "docs" / "examples" / "deque_model.py"
    plain = shell(f"$C list --json --plugin {example}").stdout
    assert plain.startswith("{")


def is_harmless(said: ast.expr) -> bool:
    """Say whether what is printed is a constant, or JSON, which escapes words of others."""
    json_s = isinstance(said, ast.Call) and ast.unparse(said.func) in ("json.dumps", "json_of")
    return json_s or isinstance(said, ast.Constant)


def test_no_command_prints_words_of_others_as_they_are() -> None:
    allowed = {
        "streams.py": 1,
        "convert.py": 1,
        "docs.py": 2,
        "lesson.py": 1,
    }  # tell itself, tables, documents, our own words and programs
    for path in sorted(Path(commands.__file__).parent.glob("*.py")):
        calls = [node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Call)]
        names = [ast.unparse(call.func) for call in calls]
        raw = [
            call.lineno
            for call, name in zip(calls, names, strict=True)
            if name in ("print", "click.secho") or (name == "click.echo" and not is_harmless(call.args[0]))
        ]
        assert len(raw) == allowed.get(path.name, 0), f"{path}:{raw}"
        assert "Console" not in names, f"{path}: consoles are those of consoles.py"


def test_a_defect_is_told_without_escape_sequences(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(*_: object) -> None:
        raise ZeroDivisionError("\x1b[31mred\u009b")

    monkeypatch.setattr(commands.Verbs, "get_command", failing)
    monkeypatch.setattr(sys, "argv", ["concbench", "list"])
    with pytest.raises(SystemExit):
        commands.main()
    said = capsys.readouterr().err
    assert "ZeroDivisionError: �[31mred�" in said
    assert all(line.isprintable() for line in said.splitlines())


def test_ctrl_c_while_the_command_is_still_being_imported_ends_it_cleanly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Interrupted:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "concbench.commands":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "concbench.commands", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Interrupted(), *sys.meta_path])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 130
    assert capsys.readouterr().err == "interrupted\n"
