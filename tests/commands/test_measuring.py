"""Verbs that measure: refused where that could only fail, while their help is printed anywhere."""

import subprocess
import sys
from pathlib import Path

import pytest

from concbench.commands import VERBS

from .concbench import Caller

FOLDER = Path(__file__).parent

MEASURE = {
    "verify": ("verify",),
    "run": ("run",),
    "aa": ("aa",),
    "seeds": ("seeds",),
    "trace": ("trace", "switch"),
    "compare": ("compare", "HEAD~1", "HEAD"),
}


def nowhere() -> str:
    raise FileNotFoundError(2, "No usable temporary directory found")


@pytest.mark.parametrize(
    ("patched", "value", "told"),
    [
        ("tempfile.gettempdir", nowhere, "name another with TMPDIR"),
        ("concbench.commands.measuring.unsupported_platform", lambda: "Not on this one.", "Not on this one."),
    ],
)
def test_where_nothing_can_be_measured_the_help_is_printed_and_measuring_is_refused(
    concbench: Caller, monkeypatch: pytest.MonkeyPatch, patched: str, value: object, told: str
) -> None:
    monkeypatch.setattr(patched, value)
    for verb, arguments in MEASURE.items():
        helped = concbench(verb, "--help")
        assert (helped.code, helped.err) == (0, "")
        assert f"concbench {verb} " in helped.out
        said = concbench(*arguments)
        assert said.code == 2
        assert told in said.err


def test_every_verb_can_be_imported_where_posix_is_missing() -> None:
    code = (
        "import importlib, as_on_windows\nas_on_windows.pretend()\n"
        f"for name in {list(VERBS.values())}:\n    importlib.import_module('concbench.commands.' + name)\n"
    )
    command = [sys.executable, "-P", "-c", f"import sys\nsys.path.append({str(FOLDER)!r})\n{code}"]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")
