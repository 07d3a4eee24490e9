"""The user's own code, named again to go on with a run: in any order, and used in that of the run."""

from dataclasses import replace
from pathlib import Path

import pytest

from concbench.results.errors import RunFileError
from concbench.runs.owncode import OwnCode, label_of, label_of_loop
from concbench.runs.request import RunRequest


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    made = [tmp_path / name for name in ("b.py", "a.py", "c.py")]
    for path in made:
        path.write_text(f"# {path.name}")
    return [str(path) for path in made]


def test_code_may_be_named_in_any_order_and_is_used_in_that_of_the_run(files: list[str]) -> None:
    loops = tuple(f"{file}:make" for file in files)
    recorded = replace(
        RunRequest(),
        plugins=tuple(map(label_of, files)),
        loops=tuple(map(label_of_loop, loops)),
        pythons=("/x", "3.12", "/a"),
    )
    own = OwnCode(plugins=tuple(sorted(files)), loops=loops[::-1], pythons=("3.12", "/a", "/x"))
    again = own.take_the_place(recorded, Path("r.jsonl"))
    assert (again.plugins, again.loops, again.pythons) == (tuple(files), loops, ("/x", "3.12", "/a"))


def test_one_file_named_twice_is_not_two(files: list[str]) -> None:
    recorded = replace(RunRequest(), plugins=tuple(map(label_of, files[:2])))
    with pytest.raises(RunFileError, match="name the same again"):
        OwnCode(plugins=(files[0], files[0])).take_the_place(recorded, Path("r.jsonl"))


def test_an_interpreter_that_is_a_version_with_options_need_not_be_named_again() -> None:
    recorded = RunRequest(pythons=("3.13t", "3.13t -X gil=1", "3.14 -X jit=1 -OO"))
    assert OwnCode().take_the_place(recorded, Path("r.jsonl")) == recorded
    with pytest.raises(RunFileError, match="name the same again"):
        OwnCode().take_the_place(RunRequest(pythons=("/opt/python -O",)), Path("r.jsonl"))
