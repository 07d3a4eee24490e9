"""From a request to where benchmarks are found: a path in the repository is that of each side."""

from pathlib import Path
from typing import Any

import pytest

from concbench.errors import RequestError
from concbench.runs.arguments import made
from concbench.runs.comparison_request import ComparisonRequest
from concbench.runs.served_request import source_of
from tests.drive.sides.repositories import repository


def paths(folder: Path, *asked: str, base: str | None = "HEAD") -> tuple[str, ...]:
    about = {"base": base} if base else {"pythons": ["3.11", "3.12"]}
    source = source_of(made(ComparisonRequest, {"repo": folder, "pytest": asked, **about}))
    assert source is not None
    return source.paths


def test_a_full_path_in_the_repository_is_that_of_each_side(tmp_path: Path) -> None:
    folder = repository(tmp_path / "project", {"sub/test_a.py": ""})
    link = tmp_path / "link"
    link.symlink_to(folder)
    full, linked = f"{folder}/sub/test_a.py::test_a[{folder}]", f"{link}/sub"
    assert paths(folder / "sub", full, linked, "sub", str(folder)) == (
        f"sub/test_a.py::test_a[{folder}]",
        "sub",
        "sub",
        ".",
    )


def test_other_paths_are_left_as_they_are(tmp_path: Path) -> None:
    folder = repository(tmp_path / "project", {"a.py": ""})
    outside, full = str(tmp_path / "tests"), str(folder / "a.py")
    assert paths(folder, outside, "../tests", "no::/test") == (outside, "../tests", "no::/test")
    assert paths(folder, full, base=None) == (full,)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"pytest": ["a"], "pytest_args": '"open'}, 'pytest_args="open is no part of a command line'),
        ({"call": ["os:getpid"], "tasks": [1, 10**9]}, "100000 tasks at once are the most"),
    ],
    ids=["arguments", "tasks"],
)
def test_what_no_process_could_make_sense_of_is_refused_beforehand(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(RequestError) as refused:
        source_of(made(ComparisonRequest, {"base": "HEAD", **asked}))
    assert words in str(refused.value)
