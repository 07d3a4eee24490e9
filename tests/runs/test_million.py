"""The preset million, at a thousand tasks: what it records, and what its table shows."""

import pytest

from concbench import runs
from concbench.analysis.summary import Summary, summarise
from concbench.drive import presets
from concbench.drive.presets import Effort
from concbench.report.terminal.tables import columns_of
from concbench.results.measured import read_measured
from tests.commands.concbench import make_quick


@pytest.fixture(scope="module")
def summaries(tmp_path_factory: pytest.TempPathFactory) -> list[Summary]:
    """Measure two models as the preset does, in one process for each cell."""
    path = tmp_path_factory.mktemp("million") / "run.jsonl"
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch)
        patch.setitem(presets.EFFORTS, "million", Effort(1, 1_000_000, 1, apart=True, most_memory=4.0))
        models, params = ["generator", "asyncio"], {"tasks": [1000, 2000]}
        runs.run(preset="million", models=models, params=params, most_memory=2.0, to=path)
    return summarise(read_measured(path), "asyncio")


def test_every_size_has_bytes_and_both_parts_of_its_time(summaries: list[Summary]) -> None:
    assert [(one.params["tasks"], one.contender) for one in summaries] == [
        (1000, "generator"),
        (1000, "asyncio"),
        (2000, "generator"),
        (2000, "asyncio"),
    ]
    for one in summaries:
        assert (one.outcome.name, one.memory_kind) == ("ok", "per task")
        make, wake, wall = (one.figures[name].middle for name in ("make", "wake", "wall"))
        assert make + wake == pytest.approx(wall, rel=0.01)


def test_the_table_has_a_column_for_each(summaries: list[Summary]) -> None:
    headings = list(columns_of(summaries, "asyncio", "all intervals"))
    assert [one for one in headings if one in ("memory / task", "make", "wake")] == [
        "memory / task",
        "make",
        "wake",
    ]
