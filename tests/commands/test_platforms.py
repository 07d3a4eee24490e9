"""On a system that cannot be measured on results are read, and measuring is refused in words."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from concbench.commands import VERBS, module_of
from concbench.platforms import unsupported_platform
from concbench.results import queries
from concbench.results.reader import read_run

AS_ON_WINDOWS = Path(__file__).with_name("as_on_windows.py")
REPORT = Path(__file__).parents[2] / "reports" / "example.jsonl.gz"


@dataclass(frozen=True, slots=True)
class Said:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


Windows = Callable[..., Said]


@pytest.fixture(scope="module")
def windows() -> Iterator[Windows]:
    """Yield a function that runs a command as on Windows."""
    command = [sys.executable, "-P", str(AS_ON_WINDOWS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        asked, answered = running.stdin, running.stdout
        assert asked is not None
        assert answered is not None

        def say(*arguments: object) -> Said:
            print(json.dumps([str(argument) for argument in arguments]), file=asked, flush=True)
            said = Said(*json.loads(answered.readline()))
            assert "Traceback" not in said.stdout + said.stderr
            return said

        yield say
        asked.close()


def test_linux_and_macos_are_supported_and_others_are_told_what_to_do() -> None:
    assert unsupported_platform("linux") is None
    assert unsupported_platform("darwin") is None
    message = unsupported_platform("win32")
    assert message is not None
    assert "win32" in message
    assert "WSL 2" in message


@pytest.mark.parametrize(
    "verb",
    [
        ("run",),
        ("seeds",),
        ("aa",),
        ("compare", "HEAD~1", "HEAD"),
    ],
)
def test_measuring_is_refused_before_anything_is_imported_that_is_not_there(
    windows: Windows, verb: tuple[object, ...]
) -> None:
    said = windows(*verb)
    assert said.returncode == 2
    assert said.stderr.startswith("Error: concbench measures on Linux and macOS, and this is win32")
    assert said.stdout == ""


@pytest.mark.nightly
def test_results_are_read_on_any_platform(
    windows: Windows, tmp_path: Path, stored: tuple[Path, Path]
) -> None:
    page, table, run = tmp_path / "page.html", tmp_path / "table.csv", stored[0]
    assert "against asyncio" in windows("show", REPORT).stdout
    assert json.loads(windows("show", run, "--json").stdout)["complete"]
    assert windows("report", run, "--output", page).returncode == 0
    assert "<svg" in page.read_text(encoding="utf-8")
    assert windows("convert", run, "--output", table).returncode == 0
    assert table.read_text(encoding="utf-8").count("\n") > len(queries.counted_samples(read_run(run)))
    assert "traces over 1 commit" in windows("history", run.parent).stdout
    compared = windows("compare", *stored, "--report", tmp_path / "compared.html")
    assert compared.returncode == 0
    assert (tmp_path / "compared.html").is_file()


@pytest.mark.parametrize("verb", [("list", "--json"), ("compare", "--help")])
def test_what_concbench_is_can_be_asked_on_any_platform(windows: Windows, verb: tuple[str, ...]) -> None:
    said = windows(*verb)
    assert said.returncode == 0
    assert said.stdout


def test_every_verb_can_be_imported_where_posix_is_missing(windows: Windows) -> None:
    said = windows("import", *(f"concbench.commands.{name}" for name in map(module_of, VERBS)))
    assert (said.returncode, said.stderr) == (0, "")


def test_the_doctor_says_first_that_measuring_cannot_work_here(windows: Windows) -> None:
    said = windows("doctor", "--seconds", "0.1", "--python", sys.executable)
    assert said.returncode == 0
    assert said.stdout.startswith("concbench measures on Linux and macOS, and this is win32")
