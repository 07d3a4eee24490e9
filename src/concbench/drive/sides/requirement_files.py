"""Requirement files: what they say is part of what names an environment, included files and all.

They are read here only so far: which other files they include, and whether anything in them lies behind a
path or an address, where it may change without the file. What they ask for is up to the installer.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from concbench.errors import UserError

INCLUDED = re.compile(r"(?:-r|-c|--requirements?|--constraints?)(?:\s+|=|(?<=-[rc]))(?P<file>\S.*)")

ELSEWHERE = re.compile(
    r"-e\b|--editable\b|\.{0,2}/|\.(?:\[|$)|\w+(?:\+\w+)?://|[^#;]*@\s|[^;]*\.(?:whl|zip|tar\.\w+)\b"
)
"""How a line begins that asks for what lies behind a path or an address: what lies there may change."""

_COMMENT = re.compile(r"(?:^|\s)#.*")


class RequirementsError(UserError):
    """A requirement file that cannot be read; the message names it."""


@dataclass(frozen=True, slots=True)
class RequirementFile:
    """A requirement file: ``digest`` is that of its content, and of the files that it includes.

    ``lasting``: all that it asks for is named, so the digest says what it is.
    """

    path: Path
    digest: str
    lasting: bool


def requirement_file(path: Path) -> RequirementFile:
    """Return what a requirement file is; raises RequirementsError."""
    read: dict[Path, bytes] = {}
    lines = list(_lines(path.resolve(), read))
    whole = b"\0".join(hashlib.sha256(content).digest() for content in read.values())
    return RequirementFile(
        path, hashlib.sha256(whole).hexdigest(), lasting=not any(map(ELSEWHERE.match, lines))
    )


def _lines(path: Path, read: dict[Path, bytes]) -> Iterator[str]:
    """Yield the lines of a file and of those that it includes, each file once; they are kept in ``read``."""
    if path in read:
        return
    try:
        read[path] = path.read_bytes()
        text = read[path].decode("utf-8-sig")
    except OSError as error:
        raise RequirementsError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RequirementsError(
            f"{path} is no text: a requirement file has a requirement in each line"
        ) from error
    for line in text.replace("\\\n", " ").splitlines():
        bare = _COMMENT.sub("", line).strip()
        found = INCLUDED.fullmatch(bare)
        if found is None or "://" in found["file"]:
            yield found["file"] if found else bare
        else:
            yield from _lines((path.parent / found["file"].strip("'\"")).resolve(), read)
