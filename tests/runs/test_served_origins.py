"""A side measures its own code: what it imported from elsewhere is refused, and from its checkout told."""

from dataclasses import replace
from pathlib import Path

import pytest

from concbench.drive.sides.side import Side
from concbench.drive.workers.place import Place
from concbench.errors import RequestError
from concbench.runs.served_origins import not_as_installed
from tests.drive.sides.repositories import repository


def side(folder: Path, home: str) -> Side:
    return Side(
        label="base",
        place=Place(Path("/kept/bin/python")),
        folder=folder / "base",
        modules=("loops",),
        homes=(folder / home,),
    )


def test_a_side_that_imports_its_own_code_has_nothing_to_tell(tmp_path: Path) -> None:
    installed = {"loops": str(tmp_path / "kept/lib/loops"), "other": "/elsewhere/other"}
    assert not list(not_as_installed(installed, "base", side(tmp_path, "kept")))
    beside = {"loops": str(tmp_path / "base/src/loops")}
    assert not list(not_as_installed(beside, "base", side(tmp_path, "base")))
    assert not list(not_as_installed({}, "base", side(tmp_path, "base")))


def test_an_installed_side_may_import_from_its_checkout_and_says_so(tmp_path: Path) -> None:
    beside = {"loops": str(tmp_path / "base/loops")}
    (words,) = not_as_installed(beside, "base", side(tmp_path, "kept"))
    assert words == "base imports loops from its files, not as it was installed"


def test_the_user_s_working_tree_is_refused_and_an_environment_in_it_is_not(tmp_path: Path) -> None:
    tree = repository(tmp_path / "tree", {"lib/parts/__init__.py": "", "lib/one.py": "", ".gitignore": "env"})
    (tree / "env/lib/python3.12").mkdir(parents=True)
    (tree / "env/lib/python3.12/json.py").touch()
    theirs = {"json": str(tree / "env/lib/python3.12/json.py"), "numpy": f"{tree}/.venv/site-packages/numpy"}
    own = {"loops": str(tmp_path / "base/src/loops")}
    mine = replace(side(tmp_path, "base"), tree=tree)
    assert not list(not_as_installed(own | theirs, "base", mine))
    for module, place in (("parts", tree / "lib/parts"), ("one", tree / "lib/one.py")):
        with pytest.raises(RequestError, match=f"base imports {module} from {place}, and not from its own"):
            list(not_as_installed(own | theirs | {module: str(place)}, "base", mine))
    assert not list(not_as_installed({"parts": f"{tree}/lib/parts"}, "head", replace(mine, tree=None)))


def test_code_from_elsewhere_is_refused(tmp_path: Path) -> None:
    for home in ("base", "kept"):
        with pytest.raises(RequestError, match="base imports loops from /elsewhere/loops"):
            list(not_as_installed({"loops": "/elsewhere/loops"}, "base", side(tmp_path, home)))
