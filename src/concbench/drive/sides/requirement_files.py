"""Requirement files: what they say is part of what names an environment, included files and all.

They are read here only so far: which other files they include, and whether anything in them lies behind a
path or an address, where it may change without the file. What they ask for is up to the installer.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from concbench.errors import UserError

INCLUDED = re.compile(r"(?:-r|-c|--requirements?|--constraints?)(?:\s+|=|(?<=-[rc]))(?P<file>\S.*)")

ELSEWHERE = re.compile(
    r"-e\b|--editable\b|\.{0,2}/|\.\.?(?:\[|\s|$)|\w+(?:\+\w+)?://|[^#;]*@\s|[^;]*\.(?:whl|zip|tar\.\w+)\b"
)
"""How a line begins that asks for what lies behind a path or an address: what lies there may change."""

ITSELF = re.compile(r"(?:(?:-e|--editable)(?:\s+|=|(?<=-e)))?\./?(?:\[(?P<extras>[^\]]*)\])?")
"""A line that asks for the project in whose root paths begin."""

_COMMENT = re.compile(r"(?:^|\s)#.*")


class RequirementsError(UserError):
    """A requirement file that cannot be read; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementFile:
    """A requirement file: ``digest`` is that of its content, and of the files that it includes.

    ``lasting``: all that it asks for is named, so the digest says what it is. ``lines`` are what it asks for
    besides the project itself, and ``extras`` those of the project: for where that is built anyway.
    ``hashed``: it has hashes of what it asks for.
    """

    path: Path
    digest: str
    lasting: bool
    lines: tuple[str, ...] | None = None
    extras: tuple[str, ...] = ()
    hashed: bool = False


def requirement_file(path: Path, *, beside_project: bool = False) -> RequirementFile:
    """Return what a requirement file is; raises RequirementsError.

    ``beside_project``: paths in it begin at the root of the project that is built and installed, so lines
    such as ``-e .[test]`` are left out.
    """
    read: dict[Path, bytes] = {}
    lines = list(_lines(path.resolve(), read, ()))
    whole = b"\0".join(hashlib.sha256(content).digest() for content in read.values())
    digest = hashlib.sha256(whole).hexdigest()
    own = [found for line in lines if (found := ITSELF.fullmatch(line.said))] if beside_project else []
    rest = [line for line in lines if not (beside_project and ITSELF.fullmatch(line.said))]
    extras = ",".join(found["extras"] or "" for found in own)
    return RequirementFile(
        path=path,
        digest=digest,
        lasting=not any(ELSEWHERE.match(line.said) for line in rest),
        lines=tuple(line.written for line in rest) if own else None,
        extras=tuple(filter(None, (name.strip() for name in extras.split(",")))),
        hashed=any("--hash" in line.written for line in rest),
    )


class _Line(NamedTuple):
    """A line: what it says, and how it is written into one file for all."""

    said: str
    written: str


def _lines(path: Path, read: dict[Path, bytes], includers: tuple[Path, ...]) -> Iterator[_Line]:
    """Yield the lines of a file and of those that it includes, each file once; they are kept in ``read``.

    Raises RequirementsError for one that includes one of its ``includers``: installers go round in circles.
    """
    if path in includers:
        raise RequirementsError(
            f"{path} includes itself, by way of {includers[-1].name}: take out one of these lines"
        )
    if path in read:
        return
    inside = (*includers, path)
    for line in _text(path, read).replace("\\\n", " ").splitlines():
        bare = _COMMENT.sub("", line).strip()
        found = INCLUDED.fullmatch(bare)
        if found is None or "://" in found["file"]:
            yield _Line(found["file"] if found else bare, bare)
            continue
        other = (path.parent / found["file"].strip("'\"")).resolve()
        if bare.startswith(("-c", "--c")):
            yield _Line("", f"-c {other}")
            yield from (_Line(one.said, "") for one in _lines(other, read, inside))
        else:
            yield from _lines(other, read, inside)


def _text(path: Path, read: dict[Path, bytes]) -> str:
    try:
        read[path] = path.read_bytes()
        return read[path].decode("utf-8-sig")
    except OSError as error:
        raise RequirementsError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RequirementsError(
            f"{path} is no text: a requirement file has a requirement in each line"
        ) from error
