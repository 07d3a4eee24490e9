"""Asking interpreters what they are: fakes that answer what a test wants, and one that is real: this one."""

import sys
import venv
from pathlib import Path

import pytest

from concbench.drive.host import interpreter_info
from concbench.drive.host.interpreter_info import probe
from concbench.drive.host.switches import InterpreterError
from tests.measure.pythons import python, script, wrapper

pytestmark = pytest.mark.skipif(
    sys.implementation.name != "cpython",
    reason="concbench measures CPython and these tests probe this Python",
)


def test_probing_this_interpreter_tells_what_it_is() -> None:
    info = probe(Path(sys.executable), packages=("pytest", "no-such-package"))
    assert info.version == sys.version_info[:3]
    assert info.implementation == "CPython"
    assert info.gil is getattr(sys, "_is_gil_enabled", lambda: True)()
    assert info.debug is hasattr(sys, "gettotalrefcount")
    assert info.packages == {"pytest": pytest.__version__, "no-such-package": None}


def test_the_executable_is_never_resolved_since_a_virtual_environment_is_its_link(tmp_path: Path) -> None:
    link = tmp_path / "python"
    link.symlink_to(python(tmp_path / "real", "3.12.1"))
    assert probe(link).executable == link


def test_a_wrapper_is_known_as_what_it_runs(tmp_path: Path) -> None:
    assert probe(wrapper(tmp_path / "python", Path(sys.executable))).executable == Path(sys.executable)


def test_of_a_wrapper_s_virtual_environment_the_link_is_kept(tmp_path: Path) -> None:
    made = tmp_path / "made"
    venv.create(made, with_pip=False, symlinks=True)
    own = made / "bin" / "python"
    assert probe(own).executable == own
    assert probe(wrapper(tmp_path / "python", own)).executable == own


@pytest.mark.parametrize("alone", ["3.12.2", None])
def test_a_wrapper_without_which_its_interpreter_is_not_the_same_is_kept(
    tmp_path: Path, alone: str | None
) -> None:
    real = tmp_path / "real"
    if alone:
        python(real, alone)
    given = python(tmp_path / "python", "3.12.1", executable=str(real))
    info = probe(given)
    assert (info.executable, info.release) == (given, "3.12.1")


def test_a_module_in_the_current_folder_cannot_change_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('shadowed')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert probe(Path(sys.executable)).version == sys.version_info[:3]


def test_an_interpreter_that_is_too_old_is_refused_by_its_version(tmp_path: Path) -> None:
    old = script(
        tmp_path / "python",
        'if [ "$2" = -P ]; then echo "Unknown option: -P" >&2; exit 2; fi; echo CPython 3.10.13',
    )
    with pytest.raises(InterpreterError, match=r"is CPython 3\.10\.13 .*3\.11 or newer"):
        probe(old)


def test_an_interpreter_that_is_not_cpython_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(InterpreterError, match=r"is PyPy 3\.11\.9: concbench measures CPython"):
        probe(python(tmp_path / "pypy", "3.11.9", implementation="PyPy"))


def test_a_program_that_is_no_python_is_refused_with_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(InterpreterError, match="is no Python: it answered 'hello"):
        probe(script(tmp_path / "greeter", "echo hello"))


def test_an_interpreter_that_never_answers_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interpreter_info, "ANSWER_SECONDS", 0.05)
    with pytest.raises(InterpreterError, match=r"does not run \(no answer within 0\.05 s\)"):
        probe(script(tmp_path / "sleeper", "exec sleep 30"))
