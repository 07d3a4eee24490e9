"""Files of code that the user names: what they have to be before anything reads them."""

import os
from pathlib import Path

import pytest

from concbench.models.files import MOST_BYTES, wrong_file

pytestmark = pytest.mark.measured_side


def test_a_plain_file_is_read_as_code(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("MODELS = []\n")
    (tmp_path / "link.py").symlink_to("mine.py")
    assert wrong_file(tmp_path / "mine.py") is None
    assert wrong_file(tmp_path / "link.py") is None


def test_what_may_have_no_end_is_not(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    for path in (tmp_path / "pipe.py", tmp_path, Path(os.devnull)):
        assert "is no regular file" in str(wrong_file(path))


def test_a_file_of_code_has_ten_megabytes_at_most(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.touch()
    os.truncate(path, MOST_BYTES)
    assert wrong_file(path) is None
    os.truncate(path, MOST_BYTES + 1)
    assert wrong_file(path) == "has 10000001 bytes, and a file of code has 10000000 at most; name another"


def test_a_file_that_is_not_there_or_has_no_name_that_could_be_is_told(tmp_path: Path) -> None:
    assert wrong_file(tmp_path / "none.py") == "no such file"
    assert wrong_file(tmp_path / ("n" * 300)) == "cannot be read (File name too long)"
