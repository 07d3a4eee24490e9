"""Environments with packages: made once, never half, and refused in words."""

import json
import os
import stat
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from concbench.drive.host.interpreter_info import probe, run_program
from concbench.drive.sides import environments
from concbench.drive.sides.environments import (
    COMPLETE,
    PROJECT,
    Contents,
    PackageSet,
    cache_folder,
    environment_with,
    requirements_in,
)
from concbench.drive.sides.installing import EnvironmentFailed, Uv
from concbench.drive.sides.requirement_files import requirement_file

HERE = Path(sys.executable)

FAKE_UV = f"""#!/bin/sh
echo "$@" >> "$FAKE_LOG"
case "$1" in
  venv) for last; do :; done; mkdir -p "$last/bin"; ln -s {HERE} "$last/bin/python" ;;
  pip) if [ -n "$FAKE_LEFT" ]; then mktemp > "${{FAKE_LOG%/*}}/told"; eval "$FAKE_LEFT"; fi
       if [ -n "$FAKE_FAILURE" ]; then echo "$FAKE_FAILURE" >&2; exit 1; fi
       printf '#!%s\\nimport sys; print(sys.argv[1:])\\n' "$5" > "${{5%/*}}/told"
       chmod +x "${{5%/*}}/told"; printf '%s\\0' "$5" > "${{5%/*}}/compiled" ;;
esac
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a uv on PATH that writes down what it is asked for."""
    folder = tmp_path / "bin"
    folder.mkdir()
    uv = folder / "uv"
    uv.write_text(FAKE_UV)
    uv.chmod(uv.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    log = tmp_path / "log"
    log.touch()
    monkeypatch.setenv("FAKE_LOG", str(log))
    monkeypatch.delenv("FAKE_FAILURE", raising=False)
    return log


def having(*packages: str) -> Contents:
    return Contents(packages=packages)


@pytest.mark.parametrize(
    ("words", "requirements"),
    [
        ("", []),
        ("uvloop==0.22.1 trio", ["uvloop==0.22.1", "trio"]),
        ("trio >= 0.27", ["trio>=0.27"]),
        (" trio>= 0.27 , < 1  uvloop ~=0.21 ", ["trio>=0.27,<1", "uvloop~=0.21"]),
        ("trio>=0.27,!=0.28,anyio", ["trio>=0.27,!=0.28", "anyio"]),
        ("uvloop, trio", ["uvloop", "trio"]),
        ("anyio [trio, test] === 4 curio", ["anyio[trio,test]===4", "curio"]),
        ("a @ https://x.org/a.whl --pre", ["a", "@", "https://x.org/a.whl", "--pre"]),
    ],
)
def test_requirements_are_told_apart_whatever_spaces_they_have(words: str, requirements: list[str]) -> None:
    assert list(requirements_in(words)) == requirements


def test_an_environment_is_made_once(log: Path, tmp_path: Path) -> None:
    said: list[str] = []
    made = environment_with(HERE, having("b==2", "a"), folder=tmp_path / "kept", say=said.append)
    again = environment_with(HERE, having("a", "b==2"), folder=tmp_path / "kept", say=said.append)
    assert made == again
    assert made.interpreter.exists()
    assert len(said) == 1
    assert "with a, b==2" in said[0]
    venv, install = log.read_text().splitlines()
    assert venv.startswith(f"venv --quiet --python {HERE}")
    assert install.endswith(" a b==2")


def test_a_file_with_hashes_is_installed_before_what_has_none(log: Path, tmp_path: Path) -> None:
    file = tmp_path / "pins.txt"
    file.write_text("a==1 \\\n    --hash=sha256:00\n")
    for packages in (("b",), ()):
        environment_with(
            HERE, Contents(packages=packages, file=requirement_file(file)), folder=tmp_path / "kept"
        )
    installs = [line for line in log.read_text().splitlines() if " -r " in line or line.endswith(" b")]
    assert [line.rpartition("python ")[2] for line in installs] == [f"-r {file}", "b", f"-r {file}"]


def test_an_extra_that_is_not_there_is_told_whenever_the_environment_is_used(
    log: Path, tmp_path: Path
) -> None:
    said: list[str] = []
    made = environment_with(HERE, having("a"), folder=tmp_path / "kept")
    (made.interpreter.parent.parent / PROJECT).write_text('{"lacks": ["bench"]}')
    environment_with(HERE, having("a"), folder=tmp_path / "kept", say=said.append)
    assert said == ["warning: the project has no extra bench, so nothing was installed for it"]
    assert log.exists()


def test_nothing_is_left_of_an_installer_that_is_interrupted(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    monkeypatch.setenv("FAKE_LEFT", f"kill -INT {os.getpid()}; sleep 60")
    with pytest.raises(KeyboardInterrupt):
        environment_with(HERE, having("a"), folder=tmp_path / "kept")
    assert (tmp_path / "told").read_text().startswith(f"{scratch}/concbench-")
    assert [*scratch.iterdir(), *(tmp_path / "kept").iterdir()] == []
    assert log.exists()


def test_a_uv_that_cannot_build_yet_is_told_of_and_not_the_project(tmp_path: Path) -> None:
    uv = tmp_path / "uv"
    uv.write_text("#!/bin/sh\necho \"error: unrecognized subcommand '$1'\" >&2; exit 2\n")
    uv.chmod(0o755)
    with pytest.raises(EnvironmentFailed, match=f"^{uv} is too old to build a project: update it"):
        Uv(str(uv)).wheel(HERE, tmp_path, tmp_path, {"PATH": "/bin"})


def test_other_packages_have_an_environment_of_their_own(log: Path, tmp_path: Path) -> None:
    one = environment_with(HERE, having("a==1"), folder=tmp_path / "kept")
    other = environment_with(HERE, having("a==2"), folder=tmp_path / "kept")
    assert one.interpreter != other.interpreter
    assert len(log.read_text().splitlines()) == 4


def test_one_that_cannot_be_made_ends_with_what_the_installer_said(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_FAILURE", "no version of nonesuch")
    with pytest.raises(EnvironmentFailed, match=r"nonesuch cannot be installed:\nno version of nonesuch"):
        environment_with(HERE, having("nonesuch"), folder=tmp_path / "kept")
    assert list((tmp_path / "kept").iterdir()) == []
    monkeypatch.delenv("FAKE_FAILURE")
    assert environment_with(HERE, having("nonesuch"), folder=tmp_path / "kept").interpreter.exists()
    assert log.read_text().count("venv --quiet") == 2


def test_one_that_was_left_half_made_is_made_again(log: Path, tmp_path: Path) -> None:
    made = environment_with(HERE, having("a"), folder=tmp_path / "kept")
    (made.interpreter.parents[1] / COMPLETE).unlink()
    assert environment_with(HERE, having("a"), folder=tmp_path / "kept") == made
    assert log.read_text().count("venv --quiet") == 2


def test_its_commands_run_where_it_lies_in_the_end(log: Path, tmp_path: Path) -> None:
    made = environment_with(HERE, having("a"), folder=tmp_path / "kept ones")
    assert log.exists()
    assert run_program([made.interpreter, made.interpreter.with_name("told"), "a"]) == "['a']\n"
    first = made.interpreter.with_name("told").read_text().splitlines()[0]
    assert first == f"#!{made.interpreter}"
    assert made.interpreter.with_name("compiled").read_bytes() != f"{made.interpreter}\0".encode()


def test_two_processes_of_one_number_make_the_same_one_in_folders_of_their_own(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.getpid", lambda: 7)  # as in two containers that share a cache
    kept = tmp_path / "kept"
    inner: list[PackageSet] = []

    def meanwhile(command: list[object]) -> str:
        if not inner:
            monkeypatch.setattr(environments, "run_program", run_program)
            inner.append(environment_with(HERE, having("a"), folder=kept))
        return run_program(command)  # type: ignore[arg-type]

    monkeypatch.setattr(environments, "run_program", meanwhile)
    assert environment_with(HERE, having("a"), folder=kept) == inner[0]
    assert [one.is_dir() for one in kept.iterdir()] == [True]
    assert log.read_text().count("venv --quiet") == 2


def test_what_is_installed_is_told(log: Path, tmp_path: Path) -> None:
    made = environment_with(HERE, having("a"), folder=tmp_path / "kept")
    assert log.exists()
    kept = json.loads((made.interpreter.parents[1] / COMPLETE).read_text())
    assert dict(made.installed) == kept


def test_one_that_another_process_made_meanwhile_is_left_as_it_is(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = environment_with(HERE, having("a"), folder=tmp_path / "kept")
    place = made.interpreter.parents[1]
    theirs = tmp_path / "theirs"
    place.rename(theirs)
    (theirs / "theirs").touch()

    def meanwhile(_command: object) -> str:
        theirs.rename(place)
        return "{}"

    monkeypatch.setattr(environments, "run_program", meanwhile)
    assert environment_with(HERE, having("a"), folder=tmp_path / "kept") == made
    assert (place / "theirs").exists()
    assert list((tmp_path / "kept").iterdir()) == [place]
    assert log.exists()


@pytest.mark.nightly
def test_without_uv_it_is_made_with_venv_and_pip_and_what_these_bring_is_not_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("ensurepip", reason="venv has pip from ensurepip, which some systems leave out")
    wheel = wheel_of_nothing(tmp_path)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    made = environment_with(HERE, having("concbench-nothing==1.5"), folder=tmp_path / "kept")
    assert made.installed == {"concbench-nothing": "1.5"}
    assert probe(made.interpreter, ["concbench-nothing"]).packages == {"concbench-nothing": "1.5"}


def wheel_of_nothing(folder: Path) -> Path:
    """Return a wheel without any module: what pip installs where there is no index to ask."""
    wheel = folder / "concbench_nothing-1.5-py3-none-any.whl"
    about = "concbench_nothing-1.5.dist-info"
    with ZipFile(wheel, "w") as files:
        files.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: concbench-nothing\nVersion: 1.5\n")
        files.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        files.writestr(f"{about}/RECORD", "")
    return wheel


@pytest.mark.parametrize("package", ["./wheels", "/opt/x", "x@git+https://example.org/x", ".", "x.whl"])
def test_paths_and_addresses_are_no_packages(log: Path, tmp_path: Path, package: str) -> None:
    with pytest.raises(EnvironmentFailed, match="neither paths nor addresses"):
        environment_with(HERE, having(package), folder=tmp_path)
    assert log.read_text() == ""


def test_options_are_no_packages(log: Path, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailed, match="not options: --index-url=x"):
        environment_with(HERE, having("--index-url=x"), folder=tmp_path)
    assert log.read_text() == ""


@pytest.mark.parametrize(
    "words", ["a; os_name == 'nt'", "a ;os_name=='nt'", "a;os_name=='nt' and python_version<\"3\""]
)
def test_a_marker_with_spaces_is_no_list_of_packages(log: Path, tmp_path: Path, words: str) -> None:
    with pytest.raises(EnvironmentFailed, match="no markers with spaces in them: "):
        environment_with(HERE, having(*requirements_in(words)), folder=tmp_path)
    assert log.read_text() == ""


def test_the_cache_folder_follows_the_user_s_wish() -> None:
    assert cache_folder({"XDG_CACHE_HOME": "/c", "HOME": "/h"}) == Path("/c/concbench/environments")
    assert cache_folder({"HOME": "/h"}).is_relative_to("/h")
