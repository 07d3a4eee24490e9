"""Tests of a project that is installed: what they import is that, and not its sources beside them."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

OPTION = "--import-mode"
IGNORE_MISMATCH = "PY_IGNORE_IMPORTMISMATCH"
"""Has pytest take a test module that it finds by its name, though it looked for it at another place."""


class Installed:
    """Has pytest search the folders of tests last, unless the project says where it searches them.

    Tests may lie inside the package that they try. Then they, too, are those that were installed; where none
    were, they alone are taken from the sources. ``setup`` is what the process was told.
    """

    def __init__(self, setup: Mapping[str, Any]) -> None:
        self._packages = dict(inside(setup["folder"], setup["paths"], setup["modules"]))

    @pytest.hookimpl(tryfirst=True)
    def pytest_load_initial_conftests(self, early_config: Any, args: list[str]) -> None:
        """Change pytest's default before any file of the project's is imported."""
        if not any(argument.startswith(OPTION) for argument in args):
            args.append(f"{OPTION}=append")
            early_config.known_args_namespace.importmode = "append"
        if self._packages:
            os.environ[IGNORE_MISMATCH] = "1"
            sys.meta_path.append(FromSources(self._packages))


def inside(folder: str, paths: Sequence[str], modules: Sequence[str]) -> Iterator[tuple[str, Path]]:
    """Yield the packages that tests lie in, by their full names, with the folder of each one's root.

    ``paths`` are those of tests, in ``folder``; only packages of ``modules`` count, which are installed.
    """
    for path in paths:
        place = Path(folder, path.partition("::")[0]).resolve()
        home = place if place.is_dir() else place.parent
        root = home
        while (root / "__init__.py").is_file():
            root = root.parent
        names = home.relative_to(root).parts
        if names and names[0] in modules:
            yield ".".join(names), root


class FromSources:
    """Finds what is installed nowhere: packages of tests, what they lie in, and conftest files there."""

    def __init__(self, packages: Mapping[str, Path]) -> None:
        self._packages = packages

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where a module lies in the sources, None for what is no test's."""
        outer = name.removesuffix(".conftest")
        for package, root in self._packages.items():
            if f"{package}.".startswith(f"{outer}.") or name.startswith(f"{package}."):
                return PathFinder.find_spec(name, [str(root.joinpath(*name.split(".")[:-1]))])
        return None
