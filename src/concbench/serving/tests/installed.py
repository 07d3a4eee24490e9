"""Tests of a project that is installed: what they import is that, and not its sources beside them."""

from typing import Any

import pytest

OPTION = "--import-mode"


class Installed:
    """Has pytest search the folders of tests last, unless the project says where it searches them."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_load_initial_conftests(self, early_config: Any, args: list[str]) -> None:
        """Change pytest's default before any file of the project's is imported."""
        if not any(argument.startswith(OPTION) for argument in args):
            args.append(f"{OPTION}=append")
            early_config.known_args_namespace.importmode = "append"
