"""pytest-benchmark: which cells are run, what its tables show, and what its files say of the machine."""

import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))  # so that `benchmarks` is found wherever pytest was started

from benchmarks import selection  # noqa: E402  (it is found only now)
from concbench.drive.host import environment  # noqa: E402
from concbench.drive.host.interpreters import Interpreter  # noqa: E402
from concbench.drive.host.origin import origin  # noqa: E402

COLUMNS = ["min", "median", "iqr", "rounds"]
"""What says something under noise: mean and standard deviation are ruled by the worst moments."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--cells``."""
    parser.getgroup("concbench").addoption(
        "--cells",
        choices=("quick", "full"),
        default="quick",
        help="which cells are run: one of each workload and model (quick), or all that asv times (full)",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Choose the columns, unless the command line does, and let pytest-benchmark warn without ending the run.

    (It warns where there is nothing to compare with, or where the machine differs; this project's own tests
    take warnings for errors.)
    """
    from pytest_benchmark.logger import PytestBenchmarkWarning  # noqa: PLC0415  (only what uses it needs it)

    warnings.filterwarnings("default", category=PytestBenchmarkWarning)  # from here on, and then in each test
    config.addinivalue_line("filterwarnings", "default::pytest_benchmark.logger.PytestBenchmarkWarning")
    if not getattr(config.option, "benchmark_columns", True):
        config.option.benchmark_columns = COLUMNS


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give ``test_cell`` its cells, those to be compared side by side."""
    if {"workload", "values", "model"} <= set(metafunc.fixturenames):
        cases = (
            selection.quick() if metafunc.config.getoption("cells", "quick") == "quick" else selection.full()
        )
        made = [pytest.param(case.workload, case.values, case.model, id=case.id) for case in cases]
        metafunc.parametrize(("workload", "values", "model"), made)


def describe() -> dict[str, Any]:
    """Return the environment record; it names no user, folder or host."""
    return environment.describe([Interpreter(Path(sys.executable))], origin=origin())


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_update_machine_info(machine_info: dict[str, Any]) -> None:
    """Say what makes the figures of two files comparable, and take the host's name out.

    pytest-benchmark warns of every difference when it compares, so what varies by the minute is left to the
    record as a whole, and the commit too: to compare commits is what files are for.
    """
    record = describe()
    machine_info["node"] = record["machine"]["id"]
    machine_info["concbench"] = {
        name: value for name, value in record["identity"].items() if name not in ("commit", "concbench")
    }


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_update_json(output_json: dict[str, Any]) -> None:
    """Add the whole environment record."""
    output_json["environment"] = describe()
