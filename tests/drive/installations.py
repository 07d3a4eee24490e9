"""Packages as pip leaves them, from clones as developers have them."""

import base64
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from concbench.drive.host.origin import Origin, origin
from tests.drive.sides.repositories import git

FILES = {
    "pyproject.toml": "",
    "src/concbench/__init__.py": "",
    "src/concbench/models/a.py": "a = 1\n",
    "src/concbench/page.html": "<p>",
}
SHA = "0123456789abcdef0123456789abcdef01234567"


def installed(source: Path, to: Path, url: dict[str, Any] | None = None) -> Path:
    """Install the package that lies in a clone as pip does, and return its folder."""
    package = to / "concbench"
    shutil.copytree(source / "src/concbench", package)
    info = to / "concbench-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: concbench\nVersion: 0.1.0\n")
    lines = [
        f"{path.relative_to(to)},sha256={digest(path)},{path.stat().st_size}"
        for path in sorted(package.rglob("*"))
        if path.is_file()
    ]
    (info / "RECORD").write_text("\n".join([*lines, ""]))
    if url is not None:
        (info / "direct_url.json").write_text(json.dumps(url))
    return package


def digest(path: Path) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest()).rstrip(b"=").decode()


def from_folder(folder: Path) -> dict[str, Any]:
    return {"url": folder.as_uri(), "dir_info": {}}


def of(package: Path, here: Path | None = None, environ: dict[str, str] | None = None) -> Origin:
    return origin(package, here or package.parent, environ or {})


def head(folder: Path) -> str:
    return git(folder, "rev-parse", "HEAD")
