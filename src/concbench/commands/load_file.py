"""A load in a TOML file: it may say what the command line may, in the same words; its errors name it."""

import tomllib
from pathlib import Path
from stat import S_ISREG
from typing import Any

import click

from concbench.commands.options import given_options
from concbench.validators import LARGEST
from concbench.words import MOST_SHOWN, cut, shown

OF_A_LOAD = ("tasks", "wait", "compute", "rounds", "deadline", "share", "at", "explain")
"""What a file may say."""

MOST_BYTES = 100_000
"""A load is told in a few lines; TOML that is nested deeply takes long to read."""


def said_in(file: Path, ctx: click.Context) -> dict[str, Any]:
    """Return what a file says of a load, but for what the command line says; raises click.UsageError."""
    told = _table(file)
    strange = [name for name in told if name not in OF_A_LOAD]
    if strange:
        raise click.UsageError(f"{file}: there is no {shown(strange[0])}; it may say {', '.join(OF_A_LOAD)}")
    given = {option.name for option in given_options(ctx)}
    params = {param.name: param for param in ctx.command.params}
    return {name: _read(file, params[name], value, ctx) for name, value in told.items() if name not in given}


def _table(file: Path) -> dict[str, Any]:
    """Return what a file holds; raises click.UsageError, also for a pipe or a device: it may have no end."""
    try:
        about = file.stat()
        if not S_ISREG(about.st_mode):
            raise click.UsageError(f"{file}: is no regular file; name a file of TOML")
        if about.st_size > MOST_BYTES:
            raise click.UsageError(f"{file}: has {about.st_size} bytes; a load is a few lines of TOML")
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


def _read(file: Path, param: click.Parameter, value: Any, ctx: click.Context) -> Any:
    """Return what a value is as that option; raises click.UsageError, with the file and the name."""
    try:
        return param.type_cast_value(ctx, _spelled(param, value))
    except click.BadParameter as error:
        raise click.UsageError(f"{file}: {param.name}: {error.message}") from error


def _spelled(param: click.Parameter, value: Any) -> Any:
    """Return a value as the command line spells it; raises click.BadParameter for one of another kind."""
    if param.name == "explain":
        if type(value) is not bool:
            raise click.BadParameter(f"{shown(value)} is neither true nor false")
        return value
    if param.name == "at" and type(value) is list:
        return ",".join(map(_in_words, value))
    return _in_words(value)


def _in_words(value: Any) -> str:
    """Return a text or a number as text; raises click.BadParameter for anything else."""
    if type(value) is str and len(value) <= MOST_SHOWN:
        return value
    if type(value) is float or (type(value) is int and abs(value) <= LARGEST):
        return repr(value)
    raise click.BadParameter(f"{shown(value)} is neither a number nor a short text")
