"""Calls of ``concbench`` where the libraries of some extras are not installed: a process of its own.

``python -P tests/without.py numpy,scipy`` reads a JSON list of command lines from standard input, carries
them out one after the other, and prints what each said. The preset quick is as quick as tests have it.
"""

import io
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from importlib.abc import MetaPathFinder
from types import ModuleType
from typing import Any


class Absent(MetaPathFinder):
    """Finds no module of some libraries."""

    def __init__(self, libraries: Sequence[str]) -> None:
        self._libraries = libraries

    def find_spec(self, name: str, _path: Any = None, _target: ModuleType | None = None) -> None:
        if name.partition(".")[0] in self._libraries:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def said(lines: Sequence[Sequence[str]]) -> Iterator[tuple[int, str, str]]:
    """Carry out one command line after the other; yield exit codes, and what was printed."""
    from concbench.commands import main
    from concbench.drive import noise, presets

    presets.EFFORTS = {"quick": presets.Effort(2, 1_000_000, 2)}
    noise.CALIBRATIONS = 3
    for line in lines:
        into = io.BytesIO(), io.BytesIO()
        out, err = (io.TextIOWrapper(one, "utf-8", write_through=True) for one in into)
        code = 0
        with redirect_stdout(out), redirect_stderr(err):
            sys.argv = ["concbench", *line]
            try:
                main()
            except SystemExit as leaving:
                code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
        yield code, into[0].getvalue().decode(), into[1].getvalue().decode()


if __name__ == "__main__":
    absent = sys.argv[1].split(",")
    sys.meta_path.insert(0, Absent(absent))
    found = list(said(json.load(sys.stdin)))
    assert not {*absent} & {*sys.modules}
    json.dump(found, sys.stdout)
