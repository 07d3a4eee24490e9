"""Finding interpreters, among fakes that answer what the test wants, and one that is real: this one."""

import os
import sys
from pathlib import Path

import pytest

from concbench.drive.host.interpreters import Interpreter, Places, discover, find, names_of
from concbench.drive.host.switches import InterpreterError
from tests.measure.pythons import python, script, shim, wrapper

THIS = f"{sys.version_info.major}.{sys.version_info.minor}"
pytestmark = pytest.mark.skipif(
    sys.implementation.name != "cpython",
    reason="concbench measures CPython and these tests probe this Python",
)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    running = python(tmp_path / "venv/bin/python", "3.11.7")
    return Places(running=running, path=(tmp_path / "first", tmp_path / "second"), pyenv=tmp_path / "pyenv")


def test_a_version_found_through_a_shim_is_the_interpreter_itself(places: Places) -> None:
    assert places.pyenv is not None
    real = places.pyenv / "versions/3.12.10/bin/python3.12"
    python(real, "3.12.10", executable=str(real))
    wrapper(places.path[0] / "python3.12", real)
    assert find("3.12", places) == real


@pytest.mark.parametrize("spec", ["3.12", "python3.12"])
def test_the_newest_patch_release_wins_wherever_it_is(spec: str, places: Places) -> None:
    assert places.pyenv is not None
    python(places.path[0] / "python3.12", "3.12.4")
    newest = python(places.pyenv / "versions/3.12.10/bin/python", "3.12.10")
    python(places.pyenv / "versions/3.12.9/bin/python", "3.12.9")
    assert find(spec, places) == newest


def test_of_equal_releases_the_first_on_path_wins(places: Places) -> None:
    first = python(places.path[0] / "python3.12", "3.12.4")
    python(places.path[1] / "python3.12", "3.12.4")
    assert find("3.12", places) == first


def test_a_full_version_takes_that_patch_release_and_no_other(places: Places) -> None:
    wanted = python(places.path[0] / "python3.12", "3.12.4")
    python(places.path[1] / "python3.12", "3.12.5")
    assert find("3.12.4", places) == wanted


def test_the_running_interpreter_is_taken_even_if_another_is_newer(places: Places) -> None:
    python(places.path[0] / "python3.11", "3.11.9")
    assert find("3.11", places) == places.running


def test_a_shim_that_runs_nothing_is_passed_over(places: Places) -> None:
    shim(places.path[0] / "python3.12")
    real = python(places.path[1] / "python3.12", "3.12.4")
    assert find("3.12", places) == real


def test_a_free_threaded_build_is_taken_only_if_asked_for(places: Places) -> None:
    assert places.pyenv is not None
    usual = python(places.path[0] / "python3.13", "3.13.0")
    free = python(places.pyenv / "versions/3.13.1t/bin/python", "3.13.1", free_threaded=True, gil=False)
    assert find("3.13", places) == usual
    assert find("3.13t", places) == free


def test_a_python_that_uv_manages_is_found(tmp_path: Path) -> None:
    managed = python(tmp_path / "uv/cpython-3.14.0-linux-x86_64-gnu/bin/python3.14", "3.14.0")
    script(managed.with_name("python3.14-config"), "exit 1")
    running = python(tmp_path / "venv/bin/python", "3.11.7")
    assert find("3.14", Places(running=running, uv=tmp_path / "uv")) == managed


def test_the_error_lists_what_was_tried_and_what_to_do(places: Places) -> None:
    shim(places.path[0] / "python3.13")
    python(places.path[1] / "python3.13", "3.13.0")
    with pytest.raises(InterpreterError) as caught:
        find("3.13.5", places)
    message = str(caught.value)
    assert (
        f"{places.path[0] / 'python3.13'} does not run (exit code 127: pyenv: command not found)" in message
    )
    assert f"{places.path[1] / 'python3.13'} is 3.13.0" in message
    assert "Install it" in message


def test_a_version_that_is_too_old_is_refused_without_a_search(places: Places) -> None:
    with pytest.raises(InterpreterError, match=r"Python 3\.9 is too old"):
        find("3.9", places)


def test_a_path_is_taken_as_it_is(tmp_path: Path) -> None:
    path = python(tmp_path / "my python", "3.12.1")
    assert find(str(path)) == path


def test_a_path_to_nothing_says_so(tmp_path: Path) -> None:
    with pytest.raises(InterpreterError, match="there is no such file"):
        find(str(tmp_path / "nothing"))


def test_a_path_to_what_cannot_be_executed_says_so(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("")
    with pytest.raises(InterpreterError, match=r"README\.md: it is not executable; give a version"):
        find(str(tmp_path / "README.md"))
    with pytest.raises(InterpreterError, match="it is a folder; give a version"):
        find(str(tmp_path))


@pytest.mark.parametrize("word", ["snake", "\N{ARABIC-INDIC DIGIT THREE}.11"])
def test_a_word_that_is_neither_command_nor_version_says_so(
    word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(InterpreterError, match="no such command on PATH, and no version"):
        find(word)


def test_two_names_of_one_folder_are_asked_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    fake = python(tmp_path / "real/python3.12", "3.12.1")
    fake.write_text(fake.read_text() + f"echo asked >> '{log}'\n")
    (tmp_path / "same").symlink_to(tmp_path / "real")
    find("3.12", Places(running=tmp_path / "none", path=(tmp_path / "same", tmp_path / "real")))
    assert log.read_text().splitlines() == ["asked"]


def test_discovery_gives_the_best_of_each_supported_version_in_order(places: Places) -> None:
    python(places.path[0] / "python3.13", "3.13.0")
    best = python(places.path[1] / "python3.13", "3.13.2")
    free = python(places.path[0] / "python3.13t", "3.13.2", free_threaded=True)
    oldest = python(places.path[0] / "python3.12", "3.12.0")
    python(places.path[0] / "python3.10", "3.10.0")
    shim(places.path[0] / "python3.14")
    assert [info.executable for info in discover(places)] == [places.running, oldest, best, free]


def test_this_machine_has_at_least_the_interpreter_that_runs_this_test() -> None:
    assert find(THIS) == Path(sys.executable)


def test_the_places_follow_the_environment(tmp_path: Path) -> None:
    environ = {
        "PATH": os.pathsep.join(["/a", "", "/b"]),
        "PYENV_ROOT": str(tmp_path / "py"),
        "UV_PYTHON_INSTALL_DIR": str(tmp_path / "uv"),
    }
    places = Places.here(environ)
    assert places.path[:2] == (Path("/a"), Path("/b"))
    assert places.pyenv == tmp_path / "py"
    assert places.uv == tmp_path / "uv"


def called(tmp_path: Path, **asked: tuple[str, bool]) -> list[str]:
    """Return the names of interpreters, each a path unless its name is a version, with release and build."""
    found: dict[str, Interpreter] = {}
    for name, (release, threaded) in asked.items():
        path = python(tmp_path / name / "python", release, free_threaded=threaded)
        spec = name.removeprefix("v").replace("_", ".") if name[1:2].isdigit() else str(path)
        found[spec] = Interpreter(path)
    return list(names_of(found))


def test_an_interpreter_that_was_asked_for_by_version_is_called_so(tmp_path: Path) -> None:
    assert called(tmp_path, v3_12=("3.12.1", False), v3_13t=("3.13.5", True)) == ["3.12", "3.13t"]
    assert list(names_of({"python3.12": Interpreter(tmp_path)})) == ["3.12"]


def test_an_interpreter_that_was_asked_for_by_path_is_called_by_its_version(tmp_path: Path) -> None:
    assert called(tmp_path, one=("3.13.5", True), v3_13=("3.13.0", False)) == ["3.13t", "3.13"]


def test_interpreters_of_one_version_are_told_apart_by_their_release(tmp_path: Path) -> None:
    assert called(tmp_path, one=("3.13.5", True), two=("3.13.4", True)) == ["3.13.5t", "3.13.4t"]
    assert called(tmp_path, v3_13=("3.13.0", False), two=("3.13.4", False)) == ["3.13", "3.13.4"]


def test_interpreters_of_one_release_are_told_apart_by_the_folder_that_they_are_installed_in(
    tmp_path: Path,
) -> None:
    assert called(tmp_path, one=("3.13.5", False), two=("3.13.5", True), three=("3.13.5", False)) == [
        "3.13.5:one",
        "3.13t",
        "3.13.5:three",
    ]


def test_interpreters_of_one_folder_are_told_apart_by_what_was_asked_for(tmp_path: Path) -> None:
    paths = [python(tmp_path / "mine/bin" / name, "3.13.5") for name in ("python", "python3")]
    assert list(names_of({str(path): Interpreter(path) for path in paths})) == list(map(str, paths))
