"""A load in a TOML file: it may say what the command line may, in the same words; its errors name it."""

from pathlib import Path
from typing import Any

import click

from concbench.commands.options import given_options
from concbench.commands.toml_file import table_of
from concbench.validators import LARGEST
from concbench.words import MOST_SHOWN, shown

OF_A_LOAD = ("tasks", "wait", "compute", "rounds", "deadline", "share", "at", "explain")
"""What a file may say."""


def said_in(file: Path, ctx: click.Context) -> dict[str, Any]:
    """Return what a file says of a load, but for what the command line says; raises click.UsageError."""
    told = table_of(file)
    strange = [name for name in told if name not in OF_A_LOAD]
    if strange:
        raise click.UsageError(f"{file}: there is no {shown(strange[0])}; it may say {', '.join(OF_A_LOAD)}")
    given = {option.name for option in given_options(ctx)}
    params = {param.name: param for param in ctx.command.params}
    return {name: _read(file, params[name], value, ctx) for name, value in told.items() if name not in given}


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
