"""The layers, read from the sources: who may import whom, and what the measured side is made of."""

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import concbench
from concbench.extras import EXTRAS
from concbench.models.base import DIALECTS

PACKAGE = Path(concbench.__file__).parent
LAYERS = (
    "models",
    "workloads",
    "measure",
    "lessons",
    "cases",
    "pytest_plugin",
    "serving",
    "results",
    "drive",
    "stats",
    "analysis",
    "report",
    "runs",
    "commands",
)
BESIDE_EACH_OTHER = {
    ("results", "measure"),
    *((layer, "cases") for layer in ("results", "drive", "stats", "analysis", "report")),
    *(("stats", layer) for layer in ("measure", "results", "drive")),
    ("runs", "report"),
    *(("pytest_plugin", layer) for layer in ("results", "stats", "analysis", "report", "runs", "commands")),
}
"""Pairs that do not know each other, although the first stands above the second."""

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if (PACKAGE / "docs") not in path.parents)
NAMES = [path.relative_to(PACKAGE).with_suffix("").as_posix() for path in MODULES]
SOURCES = list(zip(MODULES, NAMES, strict=True))
FOLDERS = sorted({name.partition("/")[0] for name in NAMES})
"""Folders of the package, and modules that lie beside them."""

in_every_folder = pytest.mark.parametrize("folder", FOLDERS)


def sources(folder: str) -> list[tuple[Path, str]]:
    """Return the modules of a folder, or the module of that name beside the folders."""
    return [(path, name) for path, name in SOURCES if name.partition("/")[0] == folder]


@cache
def tree_of(path: Path) -> ast.Module:
    """Return what a source says, read once for all tests."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported(path: Path, *, inside: bool = True) -> tuple[str, ...]:
    """Return the dotted name of every module that a source imports.

    Without ``inside`` only when it is imported itself: not what its functions import, or types alone need.
    """
    return tuple(_imported(path, inside=inside))


def _nodes(tree: ast.AST, *, inside: bool) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if inside or not (_is_later(node) or _is_for_types(node)):
            yield node
            yield from _nodes(node, inside=inside)


def _is_later(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _imported(path: Path, *, inside: bool) -> Iterator[str]:
    for node in _nodes(tree_of(path), inside=inside):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import hides its layer"
            module = node.module or ""
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def layer_of(module: str) -> str | None:
    """Return the layer of ``concbench.x.y``; None for the package itself, its errors, and other packages."""
    parts = module.split(".")
    return parts[1] if parts[0] == "concbench" and len(parts) > 1 and parts[1] in LAYERS else None


def in_measure(path: Path) -> set[str]:
    """Return the names of the modules of ``measure`` that a source imports, those of packages in it too."""
    ours = "concbench.measure."
    found = {name.removeprefix(ours) for name in imported(path) if name.startswith(ours)}
    return {name for dotted in found if (name := module_in_measure(dotted))}


def module_in_measure(dotted: str) -> str | None:
    """Return the path of the module that a dotted name is, or is a name in; None for a mere package."""
    name = dotted.replace(".", "/")
    for module in (name, name.rpartition("/")[0]):
        if (PACKAGE / "measure" / f"{module}.py").is_file():
            return module
    return None


def worker_s_half() -> set[str]:
    """Return the modules of ``measure`` that a child process loads: what it imports, and so on."""
    found: set[str] = set()
    todo = {"worker", "tally", "telling", *(f"watching/{dialect}" for dialect in DIALECTS)}
    while todo:
        found |= todo
        todo = {other for name in todo for other in in_measure(PACKAGE / "measure" / f"{name}.py")} - found
    return found


SINCE_EVER = {
    "concbench.models.base": {"BlockingRuntime", "CoroutineRuntime", "DIALECTS", "Dialect", "Exhausted",
                              "Factory", "Model", "Runtime", "Session"},
    "concbench.models.generator": {"sleep_generator"},
    "concbench.workloads.base": {"NotExpressible", "PRESETS", "Promise", "Workload", "params_from_dict",
                                 "params_to_dict"},
    "concbench.workloads.catalogue": {"Catalogue", "loop_name"},
}  # fmt: skip
"""What every checkout of the suite has, as far back as ``compare`` can measure one: its models and workloads
meet the measuring code of today."""


OF_EXTRAS = {*EXTRAS["report"], *EXTRAS["parquet"]}
"""Libraries that the core of an installation does not have."""

MEASURED = ("models", "workloads", "measure", "cases")


def test_every_folder_is_a_layer() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir()}
    assert folders - {"__pycache__", "docs"} == set(LAYERS)  # the documents are in the wheel, and only there


def test_a_child_process_loads_all_of_the_measured_side_and_nothing_else_of_ours() -> None:
    folder = PACKAGE / "measure"
    all_of_it = {path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.py")}
    assert worker_s_half() == {name for name in all_of_it if not name.endswith("__init__")}


@in_every_folder
def test_a_module_imports_only_layers_before_its_own(folder: str) -> None:
    if folder in LAYERS:
        beside = {other for one, other in BESIDE_EACH_OTHER if one == folder}
        allowed = set(LAYERS[: LAYERS.index(folder) + 1]) - beside
    else:
        allowed = {"commands"} if folder == "cli" else set()
    used = {name: {layer_of(module) for module in imported(path)} - {None} for path, name in sources(folder)}
    assert {name: layers - allowed for name, layers in used.items() if layers - allowed} == {}


@pytest.mark.parametrize("folder", MEASURED)
def test_the_measured_side_imports_the_standard_library_alone(folder: str) -> None:
    inside = folder != "models"  # a model's functions import its library, in the worker that runs it
    modules = {module for path, _ in sources(folder) for module in imported(path, inside=inside)}
    assert {module.partition(".")[0] for module in modules} <= sys.stdlib_module_names | {"concbench"}
    assert not {layer_of(module) for module in modules} - {*MEASURED, None}


@pytest.mark.parametrize("name", sorted(worker_s_half()))
def test_what_measures_imports_only_what_models_and_workloads_of_any_age_have(name: str) -> None:
    path = PACKAGE / "measure" / f"{name}.py"
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom) and layer_of(f"{node.module}.") in ("models", "workloads"):
            assert {alias.name for alias in node.names} <= SINCE_EVER.get(f"{node.module}", set())


def imports_between_modules() -> dict[str, set[str]]:
    """Return which modules of ours each module imports, wherever in it, but for the packages it lies in."""
    ours = {f"concbench.{name.replace('/', '.')}".removesuffix(".__init__"): path for path, name in SOURCES}
    return {
        name: {other for other in imported(path) if other in ours and not f"{name}.".startswith(f"{other}.")}
        for name, path in ours.items()
    }


def test_no_module_imports_itself_by_way_of_others() -> None:
    TopologicalSorter(imports_between_modules()).prepare()  # raises CycleError, which names the circle


def users_of(library: str) -> set[str]:
    """Return the folders whose modules import a library."""
    found = (name for path, name in SOURCES if library in {one.partition(".")[0] for one in imported(path)})
    return {name.rpartition("/")[0] for name in found}


def test_only_commands_know_click_and_only_they_and_tables_for_the_terminal_know_rich() -> None:
    assert users_of("click") == {"commands"}
    assert users_of("rich") == {"commands", "report/terminal"}


def libraries_by_way_of(name: str) -> dict[str, str]:
    """Return the libraries of extras that are imported along with a module, each with the way to it."""
    ours = {f"concbench.{name.replace('/', '.')}".removesuffix(".__init__"): path for path, name in SOURCES}
    ways, todo = {name: name}, [name]
    found: dict[str, str] = {}
    while todo:
        before = todo.pop(0)
        for other in imported(ours[before], inside=False):
            library = other.partition(".")[0]
            if other in ours and other not in ways:
                ways[other] = f"{ways[before]} -> {other}"
                todo.append(other)
            elif library in OF_EXTRAS:
                found.setdefault(library, f"{ways[before]} -> {library}")
    return found


CALLED = {"runs/explaining", "report/terminal/why"}
"""What verbs call that work without extras, and that no test calls where there are none."""


@pytest.mark.parametrize(
    "name", [name for _, name in SOURCES if name.startswith("commands/") or name in CALLED]
)
def test_verbs_are_loaded_without_the_libraries_of_extras(name: str) -> None:
    """So that help and completion are whole with the core alone, and ``run`` measures (extras.py)."""
    assert libraries_by_way_of(f"concbench.{name.replace('/', '.')}".removesuffix(".__init__")) == {}


def test_nothing_imports_the_whole_of_scipy_stats_which_takes_half_a_second() -> None:
    assert [name for path, name in SOURCES if "scipy.stats" in imported(path)] == []


def test_no_two_classes_have_the_same_name() -> None:
    """But for those that nobody imports: what begins with an underscore, and each workload's ``Params``.

    The rungs of the ladder are read one by one, each as a whole: their kernels and tasks are called so.
    """
    found = Counter(
        node.name
        for path, name in SOURCES
        if not name.startswith("models/ladder/")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and node.name != "Params"
    )
    assert [name for name, times in found.items() if times > 1] == []


@in_every_folder
def test_a_module_says_what_it_is_for_and_has_three_hundred_lines_at_most(folder: str) -> None:
    for path, name in sources(folder):
        source = path.read_text(encoding="utf-8")
        assert ast.get_docstring(tree_of(path)), name
        assert len(source.splitlines()) <= 300, name


LONGER = {
    "workloads/basics/parked.coroutine",
    "workloads/basics/parked.blocking",
    "pytest_plugin/running.pedantic",
}
"""Two wordings of tasks, as they are timed, and a signature with its documentation."""


def test_a_function_has_thirty_lines_at_most() -> None:
    functions = (
        (f"{name}.{node.name}", (node.end_lineno or 0) - node.lineno + 1)
        for path, name in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert {name for name, lines in functions if lines > 30} == LONGER
