"""Which commit concbench is of: what can be checked is believed, and no commit is better than a wrong one."""

from pathlib import Path

import pytest

from concbench.drive.host.origin import NOWHERE, Origin
from tests.drive.installations import FILES, head, installed, of

from .sides.repositories import repository


def test_a_wheel_measured_inside_the_clone_is_of_the_clone_if_it_holds_the_same(
    clone: Path, tmp_path: Path
) -> None:
    package = installed(clone, tmp_path / "site")
    assert (of(package, clone / "src").repository or {})["commit"] == head(clone)
    assert of(package, tmp_path) == Origin(None, NOWHERE)


@pytest.mark.usefixtures("nobody")
def test_a_package_that_is_only_installed_inside_another_checkout_is_not_of_it(tmp_path: Path) -> None:
    clone = repository(tmp_path / "clone", FILES)
    other = repository(tmp_path / "other", {"setup.py": ""})
    package = installed(clone, other / ".venv/site-packages")
    assert of(package, other) == Origin(None, NOWHERE)
