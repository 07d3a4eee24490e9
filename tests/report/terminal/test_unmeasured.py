"""Why cells have no figures: each reason once, with its cells, and failures last."""

from concbench.report.terminal.unmeasured import Unmeasured, reasons_of

CANNOT = "not-expressible"


def test_a_reason_is_told_once_for_all_its_cells() -> None:
    cells = [
        Unmeasured("offload", "a", CANNOT, "no way"),
        Unmeasured("offload", "a", CANNOT, "no way"),  # at another size
        Unmeasured("offload", "b", CANNOT, "no way"),
        Unmeasured("mix", "a", CANNOT, "no way"),
        Unmeasured("mix", "b", CANNOT, "no way"),
        Unmeasured("chain", "a", CANNOT, "no way"),
        Unmeasured("chain", "b", CANNOT, "another"),
    ]
    assert reasons_of(cells) == [
        "offload, mix of a, b; chain/a: not-expressible: no way",
        "chain/b: not-expressible: another",
    ]


def test_a_model_that_is_not_there_is_so_at_every_workload() -> None:
    cells = [Unmeasured(workload, "z", "unavailable", "not installed") for workload in ("mix", "chain")]
    assert reasons_of(cells) == ["z: unavailable: not installed"]


def test_failures_come_last_where_they_are_seen() -> None:
    cells = [
        Unmeasured("mix", "bad", "invalid", "wrong"),
        Unmeasured("mix", "a", CANNOT, "no way"),
    ]
    assert reasons_of(cells)[-1] == "mix/bad: invalid: wrong"
