"""What an installer noted: believed while the files are those that it installed."""

from pathlib import Path

import pytest

from concbench.drive.host.origin import CHANGED, NOWHERE, Origin
from tests.drive.installations import SHA, installed, of


def test_what_pip_installed_from_a_repository_is_of_the_commit_that_it_noted(
    clone: Path, tmp_path: Path
) -> None:
    url = {"url": "https://example.org/c.git", "vcs_info": {"vcs": "git", "commit_id": SHA}}
    package = installed(clone, tmp_path / "site", url)
    known = {"commit": SHA, "date": None, "dirty": False, "source": "direct_url.json"}
    assert of(package, None, {"GITHUB_SHA": "f" * 40, "GITHUB_WORKSPACE": str(tmp_path)}) == Origin(known)
    (package / "models/a.py").write_text("a = 3\n")
    assert of(package) == Origin(None, CHANGED)


@pytest.mark.parametrize("noted", ["[]", "{", "null", '{"url": 3, "dir_info": {}}'])
def test_a_note_of_an_installer_that_is_none_tells_nothing(clone: Path, tmp_path: Path, noted: str) -> None:
    package = installed(clone, tmp_path / "site", {})
    (tmp_path / "site/concbench-0.1.0.dist-info/direct_url.json").write_text(noted)
    assert of(package) == Origin(None, NOWHERE)
