"""Reading a file of TOML that somebody wrote by hand: what is wrong with it is told with its name."""

import tomllib
from pathlib import Path
from stat import S_ISREG
from typing import Any

import click

from concbench.words import cut

MOST_BYTES = 100_000
"""Such files have some lines; TOML that is nested deeply takes long to read."""


def table_of(file: Path, most: int = MOST_BYTES) -> dict[str, Any]:
    """Return what a file holds; raises click.UsageError, also for a pipe or a device: it may have no end."""
    try:
        about = file.stat()
        if not S_ISREG(about.st_mode):
            raise click.UsageError(f"{file}: is no regular file; name a file of TOML")
        if about.st_size > most:
            raise click.UsageError(f"{file}: has {about.st_size} bytes; {most} are the most")
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))  # some editors put a mark before the text
    except OSError as error:
        raise click.UsageError(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{file}: is no text in UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise click.UsageError(f"{file}: is no TOML: {cut(str(error))}") from error
    except RecursionError as error:
        raise click.UsageError(f"{file}: its brackets are nested too deeply") from error
    except ValueError as error:
        raise click.UsageError(f"{file}: has a number of more digits than can be read") from error
