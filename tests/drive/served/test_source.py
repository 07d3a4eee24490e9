"""Where a side's benchmarks are looked for: in all paths, but those that the other side alone has."""

from pathlib import Path

import pytest

from concbench.drive.served.source import Kind, Source
from concbench.drive.sides.side import Side
from concbench.drive.workers.place import Place


def side(folder: Path, *files: str) -> Side:
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).touch()
    return Side(label=folder.name, place=Place(Path("/kept/bin/python")), folder=folder)


@pytest.mark.parametrize(
    ("kind", "paths", "at_base", "at_head"),
    [
        ("pytest", ("a.py", "b.py"), ["a.py"], ["a.py", "b.py"]),
        ("pytest", ("b.py::test_x", "none.py"), ["none.py"], ["b.py::test_x", "none.py"]),
        ("pytest", ("b.py",), [], ["b.py"]),
        ("asv", ("sub/new",), [], ["sub/new"]),
        ("asv", ("none",), ["none"], ["none"]),
        ("call", ("b:f",), ["b:f"], ["b:f"]),
    ],
)
def test_what_the_other_side_alone_has_is_not_looked_for(
    tmp_path: Path, kind: Kind, paths: tuple[str, ...], at_base: list[str], at_head: list[str]
) -> None:
    base = side(tmp_path / "base", "a.py")
    head = side(tmp_path / "head", "a.py", "b.py", "sub/new/bench.py")
    source = Source(kind=kind, paths=paths)
    assert source.paths_at(base, head) == at_base
    assert source.paths_at(head, base) == at_head
    assert source.setup(base, head, ())["paths"] == at_base
