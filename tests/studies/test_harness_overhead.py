"""``python studies/harness_overhead.py``: what it compares, what it finds, and how it says so."""

import ast
import importlib.util
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.models import generator

STUDIES = Path(__file__).parents[2] / "studies"
MODELS = ("asyncio", "generator")


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"{name}_under_test", STUDIES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


bare, process, command = load("bare_switch"), load("harness_process"), load("harness_overhead")


@pytest.fixture
def own_modules() -> Iterator[None]:
    modules = dict(sys.modules)
    yield
    sys.modules.update(modules)


def verdict(ratio: float) -> Any:
    return command.verdict("asyncio", [{"ratio": ratio, "ours_ns": 1000.0, "bare_ns": 1000.0}] * 6)


def test_the_bare_loops_import_nothing_of_ours() -> None:
    program = (
        "import runpy, sys; runpy.run_path(sys.argv[1]); print([m for m in sys.modules if 'concbench' in m])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(STUDIES / "bare_switch.py")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "[]\n"


def test_the_bare_generator_loop_is_the_models_own_written_out() -> None:
    def body(function: Any) -> list[str]:
        (definition,) = ast.parse(inspect.getsource(function)).body
        assert isinstance(definition, ast.FunctionDef)
        return [ast.unparse(statement) for statement in definition.body[1:]]

    assert body(bare.step_all) == body(generator.wait_gen), (
        "the model's loop changed: write the new one out in studies/bare_switch.py, "
        "and run studies/harness_overhead.py"
    )


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("number", [1, 3])
def test_a_bare_slice_returns_every_result_in_order(name: str, number: int) -> None:
    with bare.SLICES[name]() as by_hand:
        wall_ns, returned = by_hand(5, 4, number)
    assert wall_ns > 0
    assert returned == [[0, 1, 2, 3, 4]] * number


@pytest.mark.smoke
@pytest.mark.parametrize("name", MODELS)
@pytest.mark.usefixtures("own_modules")
def test_witness_and_hook_count_the_same_suspensions_on_both_sides(name: str) -> None:
    load = process.LOADS[name]
    counts = [process.count_suspensions(name, leg) for leg in (0, 1)]
    assert counts == [load["tasks"] * load["suspensions"], 2 * load["tasks"] * load["suspensions"]]


@pytest.mark.usefixtures("own_modules")
def test_a_bare_loop_that_suspends_once_less_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = process.load_bare

    def lazy() -> ModuleType:
        module: ModuleType = honest()
        slices = module.SLICES

        @contextmanager
        def once_less() -> Iterator[Any]:
            with slices["generator"]() as by_hand:
                yield lambda tasks, suspensions, number: by_hand(tasks, suspensions - 1, number)

        monkeypatch.setattr(module, "SLICES", {"generator": once_less})
        return module

    monkeypatch.setattr(process, "load_bare", lazy)
    with pytest.raises(process.CountsDiffer, match="make both sides do the same work"):
        process.count_suspensions("generator", 0)


@pytest.mark.timing
@pytest.mark.parametrize("name", MODELS)
def test_a_small_sample_finds_the_two_sides_about_equal(name: str) -> None:
    plan = ("--layouts", "2", "--blocks", "16")
    found = [command.in_process(number, name, *plan) for number in range(3)]
    ratios = sorted(one["ratio"] for one in found)
    assert 0.85 <= ratios[1] <= 1.15


@pytest.mark.timing
@pytest.mark.usefixtures("own_modules")
def test_a_wrapper_around_the_switch_would_be_seen() -> None:
    workload, model, bare_loops = process.Layouts("asyncio").load()
    legs = process.legs_of(workload, "asyncio")
    with model.open() as session, bare_loops.SLICES["asyncio"]() as by_hand:
        native = session.rt.switch

        async def twice() -> None:
            await native()
            await native()

        session.rt = replace(session.rt, switch=twice)
        ours = process.our_slice(workload, model, session)
        theirs = process.bare_slice(workload, by_hand)
        measured = (
            process.middle_ratio([process.compare((ours, theirs), legs, 1, block) for block in range(40)])
            for _ in range(4)  # a busy machine may hide it once
        )
        assert any(ratio > 1.3 for ratio in measured)


def test_a_block_runs_each_leg_of_each_side_twice_and_there_and_back() -> None:
    seen: list[tuple[str, str]] = []

    def side(name: str) -> Any:
        def run(leg: str, number: int) -> int:
            seen.append((name, leg))
            return {"short": 10, "long": 30}[leg] * number

        return run

    firsts = set()
    for block in range(4):
        seen.clear()
        assert process.compare((side("ours"), side("bare")), ("short", "long"), 2, block) == [80, 80]
        assert seen == seen[::-1]
        assert {pair: seen.count(pair) for pair in seen} == dict.fromkeys(set(seen), 2)
        assert len(set(seen)) == 4
        firsts.add(seen[0])
    assert len(firsts) == 4


differences = st.integers(-1000, 1000).filter(bool)


positive = st.tuples(st.integers(1, 1000), st.integers(1, 1000))


@given(st.lists(positive, min_size=1, max_size=15).filter(lambda extras: len(extras) % 2 == 1))
def test_the_middle_of_positive_ratios_is_the_middle_one(extras: list[tuple[int, int]]) -> None:
    ratios = sorted(ours / theirs for ours, theirs in extras)
    assert process.middle_ratio(extras) == pytest.approx(ratios[len(ratios) // 2])


@given(st.lists(st.tuples(differences, differences), min_size=1, max_size=15))
def test_exchanging_the_sides_inverts_the_middle_ratio(extras: list[tuple[int, int]]) -> None:
    quiet = extras + [(1, 1)] * (len(extras) + 1)
    swapped = [(theirs, ours) for ours, theirs in quiet]
    assert process.middle_ratio(quiet) == pytest.approx(1 / process.middle_ratio(swapped))


def test_blocks_that_were_mostly_interrupted_are_refused() -> None:
    with pytest.raises(ValueError, match="measure more blocks"):
        process.middle_ratio([(-1, 5), (-2, 5), (5, 5)])


@pytest.mark.parametrize("ratio", [0.991, 1.0, 1.009])
def test_a_median_within_one_per_cent_is_kept(ratio: float) -> None:
    assert verdict(ratio).kept


@pytest.mark.parametrize("ratio", [0.98, 1.02])
def test_a_median_beyond_one_per_cent_is_not_kept(ratio: float) -> None:
    assert not verdict(ratio).kept


@pytest.mark.parametrize(("ratio", "code", "said"), [(1.001, 0, ""), (1.03, 1, "NOT WITHIN 1 ± 0.01")])
def test_the_table_and_the_exit_code_say_whether_the_harness_adds_something(
    ratio: float, code: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {"ratio": ratio, "ours_ns": 1000.0 * ratio, "bare_ns": 1000.0}
    monkeypatch.setattr(command, "in_process", lambda number, model, *plan: found)
    assert command.main(["--processes", "6"]) == code
    captured = capsys.readouterr()
    assert [line.split()[0] for line in captured.out.splitlines()] == ["model", *MODELS]
    assert all(said in line for line in captured.out.splitlines()[1:])
    assert ("NOT WITHIN" in captured.out) == bool(code)
    assert "process 6 of 6" in captured.err
    assert command.main(["--processes", "6", "--json"]) == code
    assert len(json.loads(capsys.readouterr().out)["processes"]["asyncio"]) == 6


def test_what_surrounds_a_region_is_printed_with_its_times(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--around", "--json"]) == 0
    times = json.loads(capsys.readouterr().out)["median_ns"]
    assert len(times) == 4
    assert min(times.values()) > 0


@pytest.mark.parametrize("processes", ["5", "0", "many"])
def test_too_few_processes_for_an_interval_are_a_usage_error(
    processes: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        command.main(["--processes", processes])
    assert caught.value.code == 2
    assert "6 or more" in capsys.readouterr().err
