"""What pytest loads in every run where concbench is installed: an option, a marker, and little else.

It imports pytest alone. The fixtures are registered once it is known whether pytest-benchmark is there, and
what they stand on is imported by the first test that uses them.
"""

from importlib import import_module

import pytest

MARKER = (
    "concurrency(models=None, tasks=(1, 100)): the cases of a test that uses the fixture "
    "concurrency_benchmark: under which models (names of concbench's models, or event loops as "
    "module:factory; None: the one that is natural for the function), and how many tasks at once. Example: "
    '@pytest.mark.concurrency(models=["asyncio", "uvloop:new_event_loop"], tasks=[1, 100])'
)
PLUGINS = (
    "Files with models of your own for concurrency_benchmark: Python files that define MODELS, named from "
    "the folder of this configuration. Example: concurrency_plugins = tests/my_model.py"
)
BENCHMARK = ("benchmark", "pytest_benchmark.plugin", "concbench-served")
"""pytest-benchmark's plug-in, as its entry point names it, and as ``-p`` does, and what stands in for it in a
comparison."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the one setting that is ours."""
    parser.addini("concurrency_plugins", PLUGINS, type="paths", default=[])


def pytest_configure(config: pytest.Config) -> None:
    """Describe the marker, and register the fixtures, or what says that pytest-benchmark is missing."""
    config.addinivalue_line("markers", MARKER)
    there = any(config.pluginmanager.hasplugin(name) for name in BENCHMARK)
    module = import_module(f"concbench.pytest_plugin.{'fixtures' if there else 'absent'}")
    config.pluginmanager.register(module, "concbench-fixtures")
