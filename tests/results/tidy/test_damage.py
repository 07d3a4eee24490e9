"""Whatever is done to a file: it is read into the same columns, or refused with its name and a reason.

The files are real and damaged anywhere: values replaced, taken away or doubled, bytes cut off or changed.
"""

import json
import shutil
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench import results
from concbench.results.errors import ResultsError
from concbench.results.tidy.schema import DTYPES
from tests.report.pages import everything_run, written

FILES = Path(__file__).parents[1] / "files"
JSON = [
    "asv/laptop/3461a28f-virtualenv-py3.11.json",
    "asv/benchmarks.json",
    "pytest-benchmark.json",
    "pytest-benchmark-cells.json",
    "pytest-benchmark-plugin.json",
    "pyperf.json",
]
JUNK = st.sampled_from(
    ["null", "true", "0", "-1", "1.5", f"{10**400}", "NaN", "Infinity", '""', '"x"', r'"\ud800\n"', '"1.0"',
     "[]", "[[]]", "{}", '{"a": 1}']
).map(json.loads)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value inside a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*path, key)
        yield from places(one, (*path, key))


def damaged(content: Any, draw: st.DataObject) -> Any:
    """Return JSON that one or two things were done to."""
    for _ in range(draw.draw(st.integers(1, 2))):
        *way, last = draw.draw(st.sampled_from(list(places(content))))
        holder = content
        for key in way:
            holder = holder[key]
        match draw.draw(st.sampled_from(["replace", "remove", "double"])):
            case "remove":
                del holder[last]
            case "double" if isinstance(holder, list):
                holder.append(holder[last])
            case _:
                holder[last] = draw.draw(JUNK)
        if not list(places(content)):
            break
    return content


@cache
def run_file() -> bytes:
    """Return what stands in a run file."""
    with TemporaryDirectory() as folder:
        return written(everything_run("alpha"), Path(folder) / "run.jsonl").read_bytes()


def read_or_refused(path: Path, where: Path) -> None:
    """Read a file, or a folder with it; it has the columns, or is refused by the name of a file ``where``."""
    refusal, table = None, None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", results.Unreadable)
            table = results.load(path)
    except ResultsError as error:
        refusal = str(error)
    if table is not None:
        assert dict(table.dtypes) == dict(DTYPES)
    else:
        assert refusal is not None
        assert refusal.startswith(str(where))
        assert len(str(where)) + 10 < len(refusal) < 2000


@pytest.mark.parametrize("name", JSON)
@given(draw=st.data())
def test_json_that_something_was_done_to_is_read_or_refused(name: str, draw: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        root = Path(shutil.copytree(FILES / "asv", Path(folder) / "asv")) if name.startswith("asv") else None
        path = Path(folder) / name
        path.write_text(json.dumps(damaged(json.loads((FILES / name).read_text()), draw)))
        read_or_refused(root or path, Path(folder))


@pytest.mark.filterwarnings("ignore::concbench.results.IncompleteRun")
@pytest.mark.parametrize("name", [JSON[0], JSON[2], JSON[5], "run.jsonl"])
@given(draw=st.data())
def test_a_file_whose_bytes_were_changed_is_read_or_refused(name: str, draw: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        content = bytearray(run_file() if name == "run.jsonl" else (FILES / name).read_bytes())
        place = draw.draw(st.integers(0, len(content) - 1))
        if draw.draw(st.booleans()):
            del content[place:]
        else:
            content[place] = draw.draw(st.integers(0, 255))
        path.write_bytes(content)
        read_or_refused(path, Path(folder))
