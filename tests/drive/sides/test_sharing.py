"""Shared libraries that environments have alike are one file; what differs is not, and stays as it is."""

import errno
import os
from pathlib import Path

import pytest

from concbench.drive.sides.sharing import STORE, share_modules


def environment(folder: Path, name: str, **files: bytes) -> Path:
    place = folder / name / "lib/python3/site-packages/fast"
    place.mkdir(parents=True)
    for file, content in files.items():
        (place / file.replace("_so", ".so").replace("_py", ".py")).write_bytes(content)
    return place


@pytest.fixture
def both(tmp_path: Path) -> tuple[Path, Path]:
    first = environment(tmp_path, "first", same_so=b"code", own_so=b"base", plain_py=b"1")
    second = environment(tmp_path, "second", same_so=b"code", own_so=b"head", plain_py=b"1")
    return first, second


def test_libraries_that_are_alike_are_one_file(tmp_path: Path, both: tuple[Path, Path]) -> None:
    for name in ("first", "second"):
        share_modules(tmp_path / name, tmp_path / STORE)
    first, second = both
    assert (first / "same.so").samefile(second / "same.so")
    assert not (first / "plain.py").samefile(second / "plain.py")
    assert [(place / "own.so").read_bytes() for place in both] == [b"base", b"head"]
    assert sorted(file.name for file in second.iterdir()) == ["own.so", "plain.py", "same.so"]


def test_a_library_that_may_do_other_things_is_not_replaced(tmp_path: Path, both: tuple[Path, Path]) -> None:
    (both[1] / "same.so").chmod(0o755)
    (both[0] / "same.so").chmod(0o644)
    for name in ("first", "second"):
        share_modules(tmp_path / name, tmp_path / STORE)
    assert (both[1] / "same.so").stat().st_mode & 0o777 == 0o755


def test_what_no_environment_has_leaves_the_store(tmp_path: Path, both: tuple[Path, Path]) -> None:
    share_modules(tmp_path / "first", tmp_path / STORE)
    assert len(list((tmp_path / STORE).iterdir())) == 2
    (both[0] / "own.so").unlink()
    share_modules(tmp_path / "second", tmp_path / STORE)
    assert {kept.read_bytes() for kept in (tmp_path / STORE).iterdir()} == {b"code", b"head"}


def test_a_full_disk_is_not_passed_over(
    tmp_path: Path, both: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(OSError, match="No space left"):
        share_modules(tmp_path / "first", tmp_path / STORE)
    assert (both[0] / "same.so").read_bytes() == b"code"


def test_without_links_an_environment_keeps_its_own(
    tmp_path: Path, both: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    share_modules(tmp_path / "first", tmp_path / STORE)
    assert (both[0] / "same.so").read_bytes() == b"code"
