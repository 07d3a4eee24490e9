"""What sides are called."""

from pathlib import Path

import pytest

from concbench.drive.sides.naming import Words, folders_of, labels_of

HERE = "Python 3.13.0"


@pytest.mark.parametrize(
    ("base", "head", "labels"),
    [
        ((None, "Python 3.11.7", ""), (None, HERE, ""), ("Python 3.11.7", HERE)),
        ((None, HERE, "a==1"), (None, HERE, ""), ("a==1", "no further packages")),
        (("v1", HERE, ""), ("v2", HERE, ""), ("v1", "v2")),
        (("v1", HERE, "a"), ("v2", HERE, "b"), ("v1, a", "v2, b")),
        (("v1", "Python 3.11.7", ""), ("v1", HERE, ""), ("v1, Python 3.11.7", "v1, Python 3.13.0")),
        ((None, HERE, "a"), (None, HERE, "a"), (HERE, HERE)),
    ],
)
def test_a_label_has_what_tells_the_sides_apart(base: Words, head: Words, labels: tuple[str, str]) -> None:
    assert labels_of(base, head) == labels


@pytest.mark.parametrize(
    ("base", "head", "names"),
    [
        ("/a/old/bin/python", "/a/new/bin/python", ("old", "new")),
        ("/a/.venv/bin/python", "/b/.venv/bin/python", ("a", "b")),
        ("/usr/bin/python3", "/usr/local/bin/python3", ("usr", "local")),
        ("/a/bin/python3", "/a/bin/python3d", None),
    ],
)
def test_interpreters_are_told_apart_by_their_innermost_folders_that_differ(
    base: str, head: str, names: tuple[str, str] | None
) -> None:
    assert folders_of(Path(base), Path(head)) == names
