"""Pythons that answer what a test wants: scripts in their place."""

import json
from pathlib import Path
from typing import Any


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def python(path: Path, release: str, **changes: Any) -> Path:
    answer = {
        "executable": "",
        "version": [int(part) for part in release.split(".")],
        "release": release,
        "implementation": "CPython",
        "compiler": "a compiler",
        "build": "a build",
        "gil": True,
        "free_threaded": False,
        "debug": False,
        "optimizations": True,
        "lto": None,
        "jit": False,
        "packages": {},
    }
    return script(path, f"echo '{json.dumps(answer | changes)}'")


def shim(path: Path) -> Path:
    return script(path, "echo 'pyenv: command not found' >&2; echo 'and more' >&2; exit 127")


def wrapper(path: Path, real: Path, more: str = "") -> Path:
    return script(path, f"{more}\nexec '{real}' \"$@\"")
