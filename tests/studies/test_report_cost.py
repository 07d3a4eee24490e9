"""``python studies/report_cost.py``: its files are run files of the right size, its fit is a fit."""

import json
import sys
from collections import Counter
from pathlib import Path

import pytest

import report_cost
from concbench.results import queries
from concbench.results.measured import Measured, read_measured
from concbench.results.reader import read_run
from report_cost import EXAMPLE, Cost, fit, main, write

RUN = read_run(EXAMPLE)
MEASURED = read_measured(EXAMPLE)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.jsonl"


def samples_by_cell(measured: Measured) -> Counter[int]:
    assert measured.samples.counted.all()
    return Counter(measured.samples.cell.tolist())


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("generations", "samples", "copies", "times"), [(1, 1, 1, 1), (7, 7000, 2, 3), (13, 3000, 3, 1)]
)
def test_a_file_repeats_generations_and_rounds_of_the_example(
    path: Path, generations: int, samples: int, copies: int, times: int
) -> None:
    written = write(path, RUN, generations, samples)
    found = read_measured(path)
    assert written == found.samples.cell.size == copies * times * MEASURED.samples.cell.size
    once = samples_by_cell(MEASURED)
    assert samples_by_cell(found) == {cell: copies * times * number for cell, number in once.items()}
    assert set(found.samples.generation.tolist()) == set(range(6 * copies))
    assert len(queries.completed_blocks(found)) == copies * len(queries.completed_blocks(MEASURED))
    assert queries.outcomes(found) == queries.outcomes(MEASURED)
    assert queries.is_complete(found)


def test_no_round_of_a_cell_and_generation_occurs_twice(path: Path) -> None:
    write(path, RUN, 12, 5000)
    found = read_measured(path).samples
    places = zip(found.cell.tolist(), found.generation.tolist(), found.round.tolist(), strict=True)
    assert set(Counter(places).values()) == {1}


def test_the_fit_finds_the_fixed_part_the_part_of_each_sample_and_the_exponent() -> None:
    straight = [Cost(n, 1, 9, 2 + 3e-6 * n, 1) for n in (10_000, 20_000, 40_000, 80_000)]
    assert fit(straight) == pytest.approx((2, 3e-6, 1), rel=0.01)
    square = [Cost(n, 1, 9, 0.5 + 1e-9 * n**2, 1) for n in (10_000, 20_000, 40_000, 80_000)]
    assert fit(square)[2] == pytest.approx(2, rel=0.01)


def test_the_command_prints_what_each_file_took(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_cost, "SHARES", (8, 4, 2, 1))
    once = MEASURED.samples.cell.size
    code = main(["--command", "show", "--most", str(8 * once), "--generations", "1", "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert [cost["samples"] for cost in answer["costs"]] == [once, 2 * once, 4 * once, 8 * once]
    assert all(cost["seconds"] > 0 < cost["cpu_seconds"] and cost["peak_mb"] > 1 for cost in answer["costs"])
    assert code == (0 if answer["kept"] else 1)


def test_files_that_do_not_grow_are_refused() -> None:
    with pytest.raises(SystemExit, match="ask for more with --most"):
        main(["--command", "show", "--most", "1000", "--generations", "1", "--json"])


def test_a_command_that_fails_is_not_measured(path: Path) -> None:
    path.touch()
    with pytest.raises(SystemExit, match="ended with 5"):
        report_cost.cost_of([sys.executable, "-c", "raise SystemExit(5)"], path, 1)
