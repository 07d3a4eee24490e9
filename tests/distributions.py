"""Distributions with models and workloads, installed for an interpreter of their own."""

import json
import os
import subprocess
import sysconfig
import venv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import concbench

QUICKLY = Path(__file__).parent / "commands" / "quickly.py"


class Environment:
    """An interpreter that finds concbench, what the tests' own one finds, and what is installed here."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder, symlinks=True)
        self.python = folder / "bin" / "python"
        paths = {"base": str(folder), "platbase": str(folder)}
        self.packages = Path(sysconfig.get_path("purelib", "venv", paths))
        found = [str(Path(concbench.__file__).parents[1]), sysconfig.get_path("purelib")]
        (self.packages / "found.pth").write_text("\n".join(found))

    def install(self, name: str, modules: Mapping[str, str], **entries: Mapping[str, str]) -> None:
        """Install modules (name → source) with entry points: ``models`` and ``workloads``, name → object."""
        for module, source in modules.items():
            (self.packages / f"{module}.py").write_text(source)
        info = self.packages / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        groups = [
            "\n".join([f"[concbench.{kind}]", *(f"{one} = {place}" for one, place in named.items())])
            for kind, named in entries.items()
        ]
        (info / "entry_points.txt").write_text("\n".join([*groups, ""]))

    def __call__(self, *arguments: object, code: int = 0) -> "subprocess.CompletedProcess[str]":
        """Call concbench, its preset quick as quick as tests have it, and compare its exit code."""
        command = [str(self.python), "-P", str(QUICKLY), *map(str, arguments)]
        environ = {**os.environ, "COLUMNS": "200"}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def json(self, *arguments: object, code: int = 0) -> Any:
        """Call concbench with ``--json``; return what it prints."""
        return json.loads(self(*arguments, "--json", code=code).stdout)
