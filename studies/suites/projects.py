"""Public projects with benchmarks of their own, and the repositories that are made of their releases."""

import ast
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gates.repository import Failed
from suites import commits

OLDER, NEWER, SAME, SLOWER = "older", "newer", "same", "slower"
"""The tags: a release, the next one, and two that follow the first: nothing changed, and a slow-down."""

PATIENCE_S = 900.0
NAME = "strangers_extra"
FEW, A_ROUND = 20, 4
"""Up to so many rounds are assignments instead, so many for a round."""

FIXTURE, CODSPEED, ASV = "pytest-benchmark", "pytest-codspeed", "asv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project: two releases, which of its benchmarks are asked, and what they need.

    ``function`` of ``file`` (``Class.method``) is made slower; ``benchmark`` is one that shows it, and
    ``statement``, after ``setup``, is what that one calls. ``suite`` says for which tool the benchmarks are
    written; who marks them for pytest-codspeed is passed by by pytest-benchmark. ``path`` of an asv suite is
    the folder of asv's file.
    """

    name: str
    older: str
    newer: str
    path: str
    keyword: str
    needs: tuple[str, ...]
    file: str
    function: str
    benchmark: str
    setup: str
    statement: str
    suite: str = FIXTURE


PYTEST = ("hypothesis", "pytest", "pytest-benchmark", "pytest-codspeed", "pytest-cov", "pytest-xdist")

PROJECTS = (
    Project(
        name="attrs", older="25.3.0", newer="25.4.0", path="bench", keyword="eq or create_frozen",
        needs=PYTEST, file="src/attr/_make.py", function="_ClassBuilder.build_class", suite=CODSPEED,
        benchmark="test_create_frozen_class", setup="import attrs",
        statement="attrs.frozen(type('C', (), {'__annotations__': {'x': int, 'y': str, 'z': dict}}))",
    ),
    Project(
        name="cattrs", older="25.2.0", newer="25.3.0", path="bench/test_attrs_primitives.py",
        keyword="attrs_primitives", needs=PYTEST, file="src/cattrs/converters.py",
        function="BaseConverter.unstructure",
        benchmark="test_unstructure_attrs_primitives[UnstructureStrategy.AS_DICT-Converter]",
        setup="import attrs; from cattrs import Converter; c = Converter();"
        " K = attrs.make_class('K', {f'a{n}': attrs.field(type=int) for n in range(30)}); k = K(*range(30))",
        statement="c.unstructure(k)",
    ),
    Project(
        name="yarl", older="1.20.0", newer="1.20.1", path="tests/test_url_benchmarks.py",
        keyword="test_url_build_no_netloc or test_url_make_no_netloc or test_url_with_path",
        needs=PYTEST, file="yarl/_url.py", function="URL.build", benchmark="test_url_build_no_netloc",
        setup="from yarl import URL", statement="URL.build(path='/req/req/req')",
    ),
    Project(
        name="multidict", older="6.4.3", newer="6.4.4", path="tests/test_multidict_benchmarks.py",
        keyword="case-sensitive and (getall_str or test_multidict_fetch)",
        needs=(*PYTEST, "objgraph", "psutil"),
        file="multidict/_multidict_py.py", function="_Base.getall",
        benchmark="test_multidict_getall_str_hit[case-sensitive-pure-python-module]",
        setup="from multidict._multidict_py import MultiDict;"
        " md = MultiDict((f'key{j}', f'{i}-{j}') for i in range(20) for j in range(5))",
        statement="md.getall('key0')",
    ),
    Project(
        name="pint", older="0.24.4", newer="0.25", path="pint/testsuite/benchmarks/test_20_quantity.py",
        keyword="build_by_mul or (test_op1 and neg)", needs=PYTEST,
        file="pint/facets/plain/unit.py", function="PlainUnit.__mul__", benchmark="test_build_by_mul[int]",
        setup="import pint; u = pint.UnitRegistry().meter", statement="1 * u",
    ),
    Project(
        name="pydantic", older="2.12.0", newer="2.12.5", path="tests/benchmarks/test_model_serialization.py",
        keyword="serialization", needs=(*PYTEST, "dirty-equals", "jsonschema", "pytest-run-parallel"),
        file="pydantic/main.py", function="BaseModel.model_dump", benchmark="test_simple_model_serialization",
        setup="from pydantic import create_model;"
        " m = create_model('M', field1=str, field2=int, field3=float)(field1='test', field2=42, field3=3.14)",
        statement="m.model_dump()",
    ),
    Project(
        name="xarray", older="2025.4.0", newer="2025.6.1", path="asv_bench",
        keyword="merge.DatasetAddVariable|datatree", needs=("cftime", "flox"), suite=ASV,
        file="xarray/core/datatree.py", function="DataTree.from_dict",
        benchmark="datatree.Datatree.time_from_dict_few",
        setup="import xarray; from xarray.core.datatree import DataTree;"
        " d = {'run1': DataTree.from_dict({'run1': xarray.Dataset({'a': 1})})}",
        statement="DataTree.from_dict(d)",
    ),
)  # fmt: skip


def sources(project: Project, release: str, folder: Path) -> Path:
    """Return the archive of a release, downloaded once through pip. Raises Failed where it cannot be had."""
    names = {f"{project.name}-{release}.tar.gz"}
    found = next((folder / name for name in names if (folder / name).is_file()), None)
    if found is not None:
        return found
    command = [
        sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", project.name,
        f"{project.name}=={release}", "-d", str(folder),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    if done.returncode or not any((folder / name).is_file() for name in names):
        raise Failed(f"pip cannot download {project.name} {release}: {done.stderr[-500:].strip()}")
    return next(folder / name for name in names)


def make(project: Project, folder: Path, archives: Path, loops: int = 0) -> Path:
    """Make the repository of a project, and its four commits; ``loops`` make the function slower."""
    repository = commits.make(folder)
    for release, tag in ((project.newer, NEWER), (project.older, OLDER)):
        commits.emptied(repository)
        unpack(sources(project, release, archives), repository)
        commits.commit(repository, tag)
    commits.commit(repository, SAME)
    file = repository / project.file
    slowed = slower(file.read_text(encoding="utf-8"), project.function, loops)
    file.write_text(slowed, encoding="utf-8")
    commits.commit(repository, SLOWER)
    return repository


def unpack(archive: Path, folder: Path) -> None:
    """Put the files of an archive, which lie in one folder there, into another."""
    with tarfile.open(archive) as files:
        for member in files.getmembers():
            _, _, member.name = member.name.partition("/")
            if member.name and (member.isfile() or member.isdir()):
                files.extract(member, folder, filter="data")
    (folder / ".gitignore").unlink(missing_ok=True)


def slower(text: str, function: str, loops: int) -> str:
    """Return a module whose function first counts to ``loops``. Raises Failed where there is none.

    To begin counting takes as long as some rounds of it: up to ``FEW`` are so many assignments, of a like
    duration.
    """
    body = ast.parse(text).body
    for name in function.split("."):
        body = _named(body, name).body
    lines = text.splitlines(keepends=True)
    first = body[1] if _is_text(body[0]) and len(body) > 1 else body[0]
    indent = " " * first.col_offset
    if loops:
        counts = f"for {NAME} in range({loops}): pass"
        few = "; ".join([f"{NAME} = None"] * (A_ROUND * loops))
        lines.insert(first.lineno - 1, f"{indent}{few if loops <= FEW else counts}\n")
    return "".join(lines)


def _named(body: Sequence[ast.stmt], name: str) -> ast.ClassDef | ast.FunctionDef:
    """Return the last class or function of that name: those before are overloads."""
    found = [one for one in body if isinstance(one, ast.ClassDef | ast.FunctionDef) and one.name == name]
    if not found:
        raise Failed(f"there is no {name}")
    return found[-1]


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
