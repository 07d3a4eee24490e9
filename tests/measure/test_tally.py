"""The tally: builds all, runs none or all, judges as many results either way."""

from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from concbench.drive.workers.answers import complaint_about
from concbench.measure.execution import WrongResult, cell_of
from concbench.measure.tally import LAYOUTS, carry_out, padding, tally
from concbench.models import generator
from concbench.models.base import Factory, GeneratorRuntime
from concbench.workloads.basics import switch

pytestmark = pytest.mark.measured_side
PARAMS = switch.Params(tasks=2, suspensions=3)


class Session:
    """Runs generators, and counts how often."""

    def __init__(self) -> None:
        self.rt, self.runs = GeneratorRuntime(), 0

    def run(self, factories: Sequence[Factory]) -> list[Any]:
        self.runs += 1
        return generator.wait_gen([factory() for factory in factories])


def setup(**settings: Any) -> dict[str, Any]:
    cell = {"model": "generator", "workload": "switch", "params": {"tasks": 2, "suspensions": 3}}
    amounts = {"op": "tally", "number": 4, "runs": "000004", "layout": 1}
    return {**cell, "plugins": [], "loops": [], "roots": [], **amounts, **settings}


@pytest.mark.parametrize("number", [1, LAYOUTS, 3 * LAYOUTS + 5])
@pytest.mark.parametrize("all_of_them", [True, False])
def test_after_the_warm_up_all_runs_are_carried_out_or_none(number: int, all_of_them: bool) -> None:
    session, judged = Session(), list[Any]()

    def judge(results: list[int], _params: switch.Params, salt: int) -> None:
        judged.append([result - salt for result in results])

    workload = replace(switch.WORKLOAD, judge=judge)
    runs = number if all_of_them else 0
    tally(cell_of(workload, PARAMS, generator.MODEL, session), number=number, runs=runs, layout=1)
    assert session.runs == 1 + runs
    assert judged == [[0, 1]] * (1 + number)


def test_a_wrong_result_of_a_counted_run_is_refused() -> None:
    class Wrong(Session):
        def run(self, factories: Sequence[Factory]) -> list[Any]:
            return super().run(factories) if self.runs < 3 else ["nonsense"]

    with pytest.raises(WrongResult, match="1 results instead of 2"):
        tally(cell_of(switch.WORKLOAD, PARAMS, generator.MODEL, Wrong()), number=4, runs=4, layout=1)


def test_layouts_differ_from_each_other_and_repeat_with_their_seed() -> None:
    def shape(random: Random) -> list[int]:
        return [len(blocks) for blocks in padding(random)]

    one = Random(1)
    first, second = shape(one), shape(one)
    assert first != second
    assert shape(Random(1)) == first
    assert shape(Random(2)) != first


def test_an_estimate_times_a_run_and_a_pass_of_the_calibration_loop() -> None:
    answer = carry_out(setup(op="estimate"), [])
    assert set(answer) == {"once_ns", "pass_ns"}
    assert min(answer.values()) > 0


def test_what_a_tally_made_is_kept_until_the_end() -> None:
    held: list[Any] = []
    assert carry_out(setup(), held) == {"runs": 4}
    batches, _factories, returned, _kept = held[-1]
    assert returned == [[batch.salt, batch.salt + 1] for batch in batches]
    assert len({batch.salt for batch in batches}) == 4


def test_what_a_dialect_cannot_express_is_an_outcome() -> None:
    chain = setup(workload="chain", params={"tasks": 1})
    assert carry_out(chain, [])["outcome"] == "not-expressible"


def test_a_model_that_is_not_available_is_an_outcome_with_its_reason() -> None:
    answer = carry_out(setup(model="asyncio+no_such:loop", loops=["no_such:loop"]), [])
    assert answer["outcome"] == "unavailable"
    assert "no_such" in answer["reason"]


def test_a_judge_that_shows_thousands_of_results_has_judged_them(monkeypatch: pytest.MonkeyPatch) -> None:
    wordy = replace(switch.WORKLOAD, judge=lambda results, _params, _salt: f"wrong: {results!r}" * 1000)
    monkeypatch.setattr(switch, "WORKLOAD", wordy)
    answer = carry_out(setup(), [])
    assert answer["outcome"] == "invalid"
    assert complaint_about("tally", answer) is None


def test_a_model_that_raises_has_crashed(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def broken() -> Any:
        raise LookupError("no reactor")
        yield

    monkeypatch.setattr(generator, "MODEL", replace(generator.MODEL, open=broken))
    answer = carry_out(setup(), [])
    assert answer["outcome"] == "crashed"
    assert answer["reason"].startswith("LookupError: no reactor, in broken at test_tally.py:")
