"""The study of instruction counts: its copies of the suite, what it injects, and what it calls kept."""

import sys
from pathlib import Path

import pytest

import instruction_counts as study
from concbench.drive.sides.side import Side
from concbench.drive.workers.place import Place


def side(folder: Path, length: int, *, more: bool) -> Side:
    suite = study.copy_suite(folder, length, more=more)
    return Side(label="copy", place=Place(Path(sys.executable), suite))


def test_copies_lie_at_paths_of_different_length(tmp_path: Path) -> None:
    lengths = [len(str(study.copy_suite(tmp_path, length))) for length in (0, 7, 14, 98)]
    assert len(set(lengths)) == 4


@pytest.mark.smoke
@pytest.mark.parametrize(("more", "suspensions"), [(False, 10_000), (True, 10_100)])
def test_the_witness_counts_one_per_cent_more_where_it_was_injected(
    tmp_path: Path, more: bool, suspensions: int
) -> None:
    assert study.suspensions(side(tmp_path, 3, more=more)) == suspensions


@pytest.mark.parametrize(
    ("injected", "ratios", "kept"),
    [
        (False, (1.0, 1.004), True),
        (False, (1.0, 1.006), False),
        (False, (1.0, 0.99), False),
        (True, (1.01, 1.009), True),
        (True, (1.01, 1.004), False),
    ],
)
def test_one_false_alarm_or_one_miss_and_the_claim_is_not_kept(
    injected: bool, ratios: tuple[float, ...], kept: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    row = study.Row(cell=study.INJECTED, injected=injected, ratios=ratios, millions=1.0)
    assert row.kept is kept
    study.show([row])
    assert ("NOT KEPT" in capsys.readouterr().out) is not kept
