"""In the place of pytest-benchmark where that is not installed: a project's options and hooks for it pass."""

import importlib.util
from typing import Any

import pytest

FLAGS = ["autosave", "disable", "disable-gc", "enable", "only", "quiet", "save-data", "skip", "verbose"]
MAY_HAVE_ONE = ["compare", "cprofile-dump", "csv", "histogram", "netrc", "warmup"]
HAVE_ONE = [
    "calibration-precision",
    "columns",
    "confidence",
    "cprofile",
    "cprofile-loops",
    "cprofile-top",
    "group-by",
    "json",
    "max-time",
    "min-rounds",
    "min-time",
    "name",
    "precision",
    "save",
    "sort",
    "storage",
    "time-unit",
    "timer",
    "warmup-iterations",
]
HAVE_MANY = ["compare-fail"]
"""The options of pytest-benchmark, by the values that they have."""

KINDS: tuple[tuple[list[str], dict[str, Any]], ...] = (
    (FLAGS, {"action": "store_true"}),
    (MAY_HAVE_ONE, {"nargs": "?"}),
    (HAVE_ONE, {}),
    (HAVE_MANY, {"nargs": "+"}),
)


def absent() -> bool:
    """Say whether pytest-benchmark is not installed in this environment."""
    return importlib.util.find_spec("pytest_benchmark") is None


class Hooks:
    """The hooks of pytest-benchmark, which nobody calls here."""

    def pytest_benchmark_scale_unit(
        self, config: Any, unit: Any, benchmarks: Any, best: Any, worst: Any, sort: Any
    ) -> Any:
        """Choose a unit."""

    def pytest_benchmark_generate_machine_info(self, config: Any) -> Any:
        """Describe the machine."""

    def pytest_benchmark_update_machine_info(self, config: Any, machine_info: Any) -> Any:
        """Change that."""

    def pytest_benchmark_generate_commit_info(self, config: Any) -> Any:
        """Describe the commit."""

    def pytest_benchmark_update_commit_info(self, config: Any, commit_info: Any) -> Any:
        """Change that."""

    def pytest_benchmark_group_stats(self, config: Any, benchmarks: Any, group_by: Any) -> Any:
        """Group what was measured."""

    def pytest_benchmark_generate_json(
        self, config: Any, benchmarks: Any, include_data: Any, machine_info: Any, commit_info: Any
    ) -> Any:
        """Write what was measured."""

    def pytest_benchmark_update_json(self, config: Any, benchmarks: Any, output_json: Any) -> Any:
        """Change that."""

    def pytest_benchmark_compare_machine_info(
        self, config: Any, benchmarksession: Any, machine_info: Any, compared_benchmark: Any
    ) -> Any:
        """Compare two machines."""


class Absent:
    """Takes the options and hooks of pytest-benchmark, and does nothing with them."""

    @staticmethod
    def pytest_addoption(parser: pytest.Parser) -> None:
        """Accept what stands in a project's ``addopts``."""
        group = parser.getgroup("benchmark")
        for names, about in KINDS:
            for name in names:
                group.addoption(f"--benchmark-{name}", **about)

    @staticmethod
    def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
        """Accept what stands in a project's conftest files: an unknown hook would be an error."""
        spec = pytest.hookspec()
        for name, function in vars(Hooks).items():
            if name.startswith("pytest_"):
                spec(function)
        pluginmanager.add_hookspecs(Hooks)
