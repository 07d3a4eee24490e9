"""``python studies/echo_figures.py``: bare servers are ours without us; both clients speak the same bytes."""

import ast
import importlib.util
import inspect
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any

import pytest

from concbench.analysis.summary import BOTTLENECK
from concbench.models import index
from concbench.stats.median import median_interval
from concbench.workloads.sockets import echoing
from concbench.workloads.sockets.echo import Params

STUDIES = Path(__file__).parents[2] / "studies"
SMALL = Params(connections=2, requests=5, payload=64)
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the client in C waits by epoll")


@pytest.fixture(scope="module")
def figures() -> Iterator[ModuleType]:
    sys.path.insert(0, str(STUDIES))
    spec = importlib.util.spec_from_file_location("echo_figures_under_test", STUDIES / "echo_figures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.path.remove(str(STUDIES))


def statements(source: str, name: str) -> list[str]:
    """Return the statements of the first function or class of a name, without its docstrings and hints."""
    found = next(node for node in ast.walk(ast.parse(textwrap.dedent(source))) if is_named(node, name))
    lines = [line for line in ast.unparse(found).splitlines()[1:] if '"""' not in line]
    return [line.strip() for line in lines if line.strip()]


def is_named(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.AsyncFunctionDef | ast.ClassDef) and node.name == name


def test_the_bare_servers_import_nothing_of_ours(figures: ModuleType) -> None:
    program = (
        "import runpy, sys; runpy.run_path(sys.argv[1]); print([m for m in sys.modules if 'concbench' in m])"
    )
    command = [sys.executable, "-c", program, str(STUDIES / "bare_echo.py")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.smoke
def test_what_a_request_goes_through_is_the_same_in_a_bare_server(figures: ModuleType) -> None:
    bare = inspect.getsource(figures.bare_echo)
    for ours, name in ((echoing.over_streams, "echo"), (echoing.protocol_class, "Echo")):
        written: Any = getattr(ours, "__wrapped__", ours)
        assert statements(bare, name) == statements(inspect.getsource(written), name)


def test_pairs_of_a_server_are_of_as_many_requests(figures: ModuleType) -> None:
    (pair,) = figures.server("asyncio protocol", 1, SMALL)
    assert len(pair) == 2
    assert figures.ratio_words([(2.0, 1.0)] * 8, "ns").startswith(
        "2.0000 [2.0000, 2.0000] of 8 pairs (2 to 1 ns)"
    )


@LINUX
def test_both_clients_verify_what_one_server_sends_back(figures: ModuleType) -> None:
    if figures.shutil.which("gcc") is None and figures.shutil.which("cc") is None:
        pytest.skip("there is no C compiler (gcc or cc)")
    (pair,) = figures.client("asyncio streams", 1, SMALL)
    assert set(pair) == {*figures.FIGURES, "busy"}
    assert min(min(both) for both in pair.values()) > 0


@pytest.mark.nightly
@pytest.mark.parametrize("name", ["asyncio streams", "asyncio protocol", "uvloop streams", "uvloop protocol"])
def test_a_cell_takes_the_cpu_of_a_bare_server(figures: ModuleType, name: str) -> None:
    if (reason := index.get(name.partition(" ")[0]).unavailable()) is not None:
        pytest.skip(reason)
    found = median_interval([ours / bare for ours, bare in figures.server(name, 60, figures.PARAMS)])
    assert found.low <= 1.03
    assert found.high >= 0.97


@LINUX
@pytest.mark.nightly
def test_our_client_sees_what_the_one_in_c_sees(figures: ModuleType) -> None:
    """Where neither is the bottleneck: a server that computes before it answers."""
    found = figures.client("asyncio working", 20, figures.PARAMS)
    assert median(one["busy"][0] for one in found) < BOTTLENECK
    for figure in ("requests_per_s", "latency_p50_ns"):
        ratio = median(ours / theirs for ours, theirs in (one[figure] for one in found))
        assert ratio == pytest.approx(1, abs=0.05)
