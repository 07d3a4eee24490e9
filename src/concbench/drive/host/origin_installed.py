"""What pip or uv noted beside a package that it installed (PEP 610), and whether that is still so."""

import base64
import hashlib
import json
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


def distribution(package: Path) -> metadata.Distribution | None:
    """Return what pip or uv noted beside a package that it installed, None where there is no such note."""
    return next(iter(metadata.distributions(name="concbench", path=[str(package.parent)])), None)


def direct_url(dist: metadata.Distribution) -> dict[str, Any]:
    """Return where a package was installed from, as was noted; empty where that is not known."""
    try:
        told = json.loads(dist.read_text("direct_url.json") or "{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def folder_of(url: Mapping[str, Any]) -> Path | None:
    """Return the folder that a package was installed from, where it was one."""
    address = urlsplit(str(url.get("url", "")))
    if "dir_info" not in url or address.scheme != "file":
        return None
    folder = Path(unquote(address.path))
    return folder if folder.is_dir() else None


def untouched(dist: metadata.Distribution) -> bool:
    """Say whether the installed sources are still those that were recorded when they were installed."""
    return all(_recorded(file) for file in dist.files or () if file.suffix == ".py")


def _recorded(file: metadata.PackagePath) -> bool:
    if file.hash is None:
        return False
    try:
        digest = hashlib.new(file.hash.mode, file.locate().read_bytes()).digest()  # type: ignore[attr-defined]
    except (OSError, ValueError):
        return False
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == file.hash.value
