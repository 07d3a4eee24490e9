"""``studies/chromium.py`` finds a browser; where there is none, tests are skipped, but not in CI."""

from pathlib import Path

import pytest

from chromium import NAMES, NoBrowser, executable

from .conftest import give_up

pytestmark = pytest.mark.browser


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the one folder in which programs are looked for."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROME", raising=False)
    return tmp_path


def program(path: Path) -> str:
    path.touch(mode=0o755)
    return str(path)


@pytest.mark.parametrize("name", NAMES)
def test_a_browser_that_is_installed_is_found_by_any_of_its_names(programs: Path, name: str) -> None:
    installed = program(programs / name)
    assert executable("nowhere") == installed


def test_the_browser_that_is_asked_for_comes_before_those_installed(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(programs / "chromium")
    monkeypatch.setenv("CHROME", program(programs / "my-own"))
    assert executable("nowhere") == str(programs / "my-own")


def test_a_browser_that_is_asked_for_and_not_there_is_not_replaced(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(programs / "chromium")
    monkeypatch.setenv("CHROME", str(programs / "my-own"))
    with pytest.raises(NoBrowser, match="my-own, which is no program"):
        executable("nowhere")


def test_playwright_s_own_browser_serves_where_none_is_installed(programs: Path) -> None:
    own = program(programs / "downloaded")
    assert executable(own) == own


def test_where_there_is_none_the_message_says_what_to_install(programs: Path) -> None:
    with pytest.raises(NoBrowser, match="apt install chromium"):
        executable("nowhere")


def test_without_a_browser_a_test_is_skipped_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="install one"):
        give_up(NoBrowser("install one"))


def test_without_a_browser_a_test_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "1")
    with pytest.raises(pytest.fail.Exception, match="install one"):
        give_up(NoBrowser("install one"))
