"""The plan of a comparison: which cells both sides have, and what more work is."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.drive.pairing import PairedCell, paired_cells, with_more_work
from concbench.models import index as models
from concbench.workloads import index

WORKLOADS = [index.get(name) for name in index.BASICS]


def cells_of(model: str, *, weigh: bool = False) -> list[PairedCell]:
    return paired_cells(WORKLOADS, [models.get(model)], {}, weigh=weigh)


def test_a_model_has_the_cells_that_its_dialect_can_express() -> None:
    assert [cell.workload for cell in cells_of("generator")] == [
        name for name in index.BASICS if name != "chain"
    ]
    assert [cell.workload for cell in cells_of("asyncio")] == list(index.BASICS)


def test_only_cells_with_a_moment_when_all_tasks_are_parked_are_weighed() -> None:
    weighed = [cell for cell in cells_of("asyncio", weigh=True) if cell.purpose == "memory"]
    assert [(cell.workload, cell.params["tasks"]) for cell in weighed] == [("parked", 1000)]


def test_chosen_parameters_take_the_place_of_the_brief_ones() -> None:
    cells = paired_cells(WORKLOADS, [models.get("asyncio")], {"tasks": ["2", "3"]}, weigh=False)
    assert {cell.params["tasks"] for cell in cells} == {2, 3}
    with pytest.raises(ValueError, match="tasks"):
        paired_cells(WORKLOADS, [models.get("asyncio")], {"tasks": ["0"]}, weigh=False)


@pytest.mark.parametrize("factor", ["1.02", "1.05", "1.10"])
def test_the_brief_sizes_have_whole_numbers_of_more_work(factor: str) -> None:
    for cell in cells_of("asyncio"):
        more = with_more_work(cell, index.get(cell.workload), Fraction(factor))
        changed = [name for name in cell.params if cell.params[name] != more.head_params[name]]
        assert len(changed) == 1
        assert more.head_params[changed[0]] == Fraction(factor) * cell.params[changed[0]]
        assert more.injected
        assert more.ids[0] == cell.ids[0]
        assert more.ids[1] != cell.ids[1]
        assert more.id == f"{cell.id} × {float(factor):g}"


def test_work_that_would_be_rounded_is_refused() -> None:
    (cell,) = paired_cells([index.get("spawn")], [models.get("asyncio")], {"tasks": ["10"]}, weigh=False)
    with pytest.raises(ValueError, match=r"10 tasks of spawn × 1\.05 is no whole number"):
        with_more_work(cell, index.get("spawn"), Fraction("1.05"))


def test_work_that_is_no_whole_number_is_not_given_more_of() -> None:
    (cell,) = paired_cells([index.get("timers")], [models.get("asyncio")], {"tasks": ["10"]}, weigh=False)
    with pytest.raises(ValueError, match="timers has no whole number 'delay' to give it more work"):
        with_more_work(cell, replace(index.get("timers"), doubled="delay"), Fraction("1.05"))


@given(tasks=st.lists(st.integers(1, 50), min_size=1, unique=True))
def test_every_cell_has_an_id_of_its_own_on_either_side(tasks: list[int]) -> None:
    cells = paired_cells(
        WORKLOADS,
        [models.get("asyncio"), models.get("generator")],
        {"tasks": [str(n) for n in tasks]},
        weigh=False,
    )
    ids = [name for cell in cells for name in cell.ids]
    assert len(set(ids)) == len(ids)
