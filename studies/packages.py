"""Try the fixture with packages that people use: ``python studies/packages.py``.

It makes an environment with this checkout and what ``docs/examples/packages`` names, in a folder that is
deleted again, and runs the tests of that project there, each written as a user of its package would. No test
needs the network; the installation does. ``--keep FOLDER`` makes the environment there, or uses the one that
is there; what comes after ``--`` is for pytest. It prints what each package's tests came to, and exits with
pytest's code.
"""

import argparse
import json
import os
import subprocess
import sys
import tomllib
import venv
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
PROJECT = ROOT / "docs" / "examples" / "packages"
QUICK = ("--benchmark-max-time=0.1", "-q")
VERSIONS = """
import importlib.metadata as m, json, sys
print(json.dumps({name: m.version(name) for name in sys.argv[1:]}))
"""
PACKAGES = {
    "aiocache": "aiocache", "aiofiles": "aiofiles", "aiohttp": "aiohttp", "aioitertools": "aioitertools",
    "aiosqlite": "aiosqlite", "anyio": "anyio", "async_lru": "async-lru", "dnspython": "dnspython",
    "grpc": "grpcio", "httpx": "httpx", "janus": "janus", "redis": "redis", "sqlalchemy": "sqlalchemy",
    "starlette": "starlette", "structlog": "structlog", "tenacity": "tenacity", "tornado": "tornado",
    "trio": "trio", "uvicorn": "uvicorn", "websockets": "websockets",
}  # fmt: skip
"""The distribution of each package, by what its tests are called after."""


def environment(folder: Path) -> Path:
    """Return the Python of an environment with all that is needed, which is made if it is not there."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        wanted = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
        others = [one for one in wanted["test"] if not one.startswith("concbench")]
        install = [str(python), "-m", "pip", "install", "-q", "-e", f"{ROOT}[pytest]", *others]
        subprocess.run(install, check=True)
    return python


def run(python: Path, folder: Path, arguments: Sequence[str]) -> tuple[int, dict[str, list[str]]]:
    """Run the project's tests; return pytest's exit code, and how the tests of each package ended."""
    log = folder / "report.jsonl"
    writing = folder / "outcomes.py"
    writing.write_text(
        "import json\n\ndef pytest_runtest_logreport(report):\n"
        "    if report.when == 'call' or report.outcome != 'passed':\n"
        f"        with open({str(log)!r}, 'a') as file:\n"
        "            print(json.dumps([report.nodeid, report.outcome]), file=file)\n"
    )
    command = [str(python), "-m", "pytest", *QUICK, "-p", "outcomes", *arguments]
    surroundings = {**os.environ, "PYTHONPATH": str(folder)}
    done = subprocess.run(command, cwd=PROJECT, env=surroundings, check=False)
    ended: dict[str, list[str]] = defaultdict(list)
    for line in log.read_text().splitlines():
        name, outcome = json.loads(line)
        test = name.partition("::test_")[2]
        package = max((one for one in PACKAGES if test.startswith(one)), key=len, default="")
        ended[package].append(outcome)
    return done.returncode, ended


def main() -> int:
    """Make the environment, run the tests, and print a line for each package."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--keep", type=Path, help="where the environment is made, or is")
    parser.add_argument("rest", nargs="*", help="arguments for pytest")
    asked = parser.parse_args()
    with TemporaryDirectory() as scratch:
        python = environment((asked.keep or Path(scratch) / "environment").absolute())
        code, ended = run(python, Path(scratch), asked.rest)
        shown = subprocess.run(
            [python, "-c", VERSIONS, *PACKAGES.values()], capture_output=True, text=True, check=True
        )
    versions = json.loads(shown.stdout)
    for package, distribution in PACKAGES.items():
        outcomes = ended[package]
        passed = outcomes.count("passed")
        print(f"{distribution:13} {versions[distribution]:9} {passed} of {len(outcomes)} cases passed")
    return code


if __name__ == "__main__":
    sys.exit(main())
