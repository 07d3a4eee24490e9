"""Defaults of options, from the tables ``[tool.concbench.VERB]`` of a file; docs/CLI.md tells of them.

Of a file that nobody named, no option is taken that runs code, or names a file that is read or written: who
enters a folder has not agreed to what lies there, or in a folder above it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from concbench.commands.config_file import SECTION, ConfigFile, named_file, nearest_file
from concbench.commands.loudness import Loudness, detail, loudness, note
from concbench.validators import LARGEST
from concbench.words import few, no_such, shown

NAMED, UNWANTED, TAKEN = "concbench.config", "concbench.no-config", "concbench.defaults"
"""Where a command line keeps which file it names, that it wants none, and what was taken from one."""

WITH = ("with", "with-requirements", "with-project", "with-extras")
RUNS_CODE = frozenset(
    {
        "plugin",
        "plugin-from",
        "loop",
        "python",
        *WITH,
        "repo",
        "pytest",
        "pytest-args",
        "asv",
        "call",
        "check",
    }
)
"""Options whose values are run, imported or installed."""

TELLING = frozenset(
    (
        "allow-different-machines",
        "deadline",
        "gate",
        "margin",
        "memory-margin",
        "open",
        "share",
        "time-margin",
    )
)
"""Options that change what a verdict or an exit code means, or open a program: those are told unasked."""

NO_OPTIONS = ("docs", "help")
"""Verbs that print what they are asked for, whatever a file holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a verb takes from a file, ``named`` on the line or found: where each value stands."""

    path: Path
    named: bool
    places: Mapping[str, str]

    def in_force(self, ctx: click.Context) -> list[str]:
        """Return the names of the parameters that nothing on the command line outweighs."""
        return [name for name in self.places if ctx.get_parameter_source(name) is ParameterSource.DEFAULT_MAP]


def config_options(*, hidden: bool) -> list[click.Parameter]:
    """Return the options that say which file has defaults; those of a verb are ``hidden`` in its help.

    They are eager, so that other options know their defaults, and what was typed comes before what was not:
    ``--help`` is answered before any file is read.
    """
    return [
        click.Option(["--no-config"], is_flag=True, is_eager=True, expose_value=False, hidden=hidden,
                     callback=_without, help="Take no defaults from a pyproject.toml."),
        click.Option(["--config"], type=click.Path(path_type=Path, readable=False), is_eager=True,
                     expose_value=False, hidden=hidden, callback=_with, metavar="FILE",
                     help="Take defaults from this file (default: the nearest pyproject.toml)."),
    ]  # fmt: skip


def _without(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    """Keep that no file is wanted."""
    if value:
        ctx.meta[UNWANTED] = True
        _refuse_both(ctx)


def _with(ctx: click.Context, _param: click.Parameter, value: Path | None) -> None:
    """Keep which file is named, and give a verb its defaults; raises click.UsageError."""
    if value is not None:
        ctx.meta[NAMED] = value
        _refuse_both(ctx)
    if ctx.parent is None or ctx.resilient_parsing or UNWANTED in ctx.meta:
        return
    found = named_file(ctx.meta[NAMED]) if NAMED in ctx.meta else nearest_file()
    if found is not None:
        _give_defaults(ctx, found)


def _refuse_both(ctx: click.Context) -> None:
    if UNWANTED in ctx.meta and NAMED in ctx.meta:
        raise click.UsageError("--config and --no-config exclude each other; leave one of them out", ctx)


def _give_defaults(ctx: click.Context, found: ConfigFile) -> None:
    """Have a verb's options take their defaults from a file; raises click.UsageError for what is wrong."""
    verb, group = ctx.info_name or "", ctx.find_root().command
    known = group.list_commands(ctx) if isinstance(group, click.Group) else [verb]
    verbs = [name for name in known if name not in NO_OPTIONS]
    options = _options(ctx)
    defaults: dict[str, Any] = {}
    places: dict[str, str] = {}
    for key, value in found.table(verb, verbs).items():
        table = f"{found.path}: [{SECTION}.{verb}]"
        option = options.get(key.replace("_", "-"))
        if option is None:
            raise click.UsageError(f"{table}: {no_such('option', key, list(options))}", ctx)
        if not found.named and (reason := _refused(option)):
            raise click.UsageError(
                f"{table} {key}: {reason}, so it is not taken from a file that nobody named: give it on the"
                f" command line, or say --config {found.path}; --no-config leaves the file out",
                ctx,
            )
        name = option.name or ""
        if name in places:
            raise click.UsageError(f"{table}: {places[name]} and {key} are one option; keep one", ctx)
        defaults[name], places[name] = _value(option, value, f"{table} {key}", ctx), key
    ctx.default_map = defaults
    ctx.meta[TAKEN] = Taken(path=found.path, named=found.named, places=places)


def _options(ctx: click.Context) -> dict[str, click.Option]:
    """Return the options of a verb that a file may have, by their names without dashes."""
    options = [one for one in ctx.command.params if isinstance(one, click.Option) and not one.is_eager]
    return {next(name for name in one.opts if name.startswith("--"))[2:]: one for one in options}


def _refused(option: click.Option) -> str | None:
    """Return why an option is not taken from a file that nobody named, or None."""
    if RUNS_CODE.intersection(name.lstrip("-") for name in option.opts):
        return "it says which code is run"
    return "it names a file or folder" if isinstance(option.type, click.Path) else None


def _value(option: click.Option, value: Any, place: str, ctx: click.Context) -> Any:
    """Return a value of TOML as the command line has it; raises click.UsageError for one of another kind."""
    if option.is_flag:
        if type(value) is bool:
            return value
        raise click.UsageError(f"{place}: expected true or false, got {shown(value)}", ctx)
    items = value if isinstance(value, list) else [value]
    if not all(map(_is_plain, items)):
        raise click.UsageError(f"{place}: expected {_kind(option)}, got {shown(value)}", ctx)
    words = [item if isinstance(item, str) else str(item) for item in items]
    return words if option.multiple else ",".join(words)


def _is_plain(value: Any) -> bool:
    """Say whether a value of TOML can stand on a command line: a text, a day, a number of bounded length."""
    if type(value) is int:
        return abs(value) <= LARGEST
    return type(value) is not bool and isinstance(value, str | float | date)


def _kind(option: click.Option) -> str:
    """Return what an option takes, in words."""
    if isinstance(option.type, click.Choice):
        return f"one of {', '.join(map(str, option.type.choices))}"
    number = isinstance(option.type, click.types.IntParamType | click.types.FloatParamType)
    return f"{'a number' if number else 'a text'}{', or a list of such' if option.multiple else ''}"


def located(error: click.BadParameter, ctx: click.Context) -> click.UsageError:
    """Return an error about a value with the file and the key that it came from, if it did."""
    taken: Taken | None = ctx.meta.get(TAKEN)
    name = error.param.name if error.param is not None else None
    if taken is None or name not in taken.in_force(ctx):
        return error
    place = f"[{SECTION}.{ctx.info_name}] {taken.places[name]}"
    return click.UsageError(f"{taken.path}: {place}: {error.message}", ctx)


def hinted(error: click.UsageError, ctx: click.Context) -> click.UsageError:
    """Return an error that may come of defaults with what those are."""
    taken: Taken | None = ctx.meta.get(TAKEN)
    names = taken.in_force(ctx) if taken else []
    if taken and names:
        keys = few([taken.places[name] for name in names], 6)
        told = f"({taken.path} has defaults for {keys}; --no-config leaves them out)"
        return click.UsageError(f"{error.format_message()}\n{told}", error.ctx or ctx)
    return error


def tell_defaults(ctx: click.Context) -> None:
    """Say which defaults are taken from which file: all to who wants to know, to others what judges."""
    taken: Taken | None = ctx.meta.get(TAKEN)
    if taken is None:
        return
    defaults = ctx.default_map or {}
    told = {taken.places[name]: shown(defaults[name]) for name in taken.in_force(ctx)}
    detail(f"defaults of {taken.path}: {_pairs(told) or 'none in force'}")
    judging = {key: value for key, value in told.items() if key.replace("_", "-") in TELLING}
    usual = loudness() is Loudness.USUAL and not ctx.params.get("as_json")
    if judging and usual and not taken.named:
        note(f"{taken.path} has {_pairs(judging)} (--no-config leaves that out)", err=True)


def _pairs(told: Mapping[str, str]) -> str:
    return ", ".join(f"{key} = {value}" for key, value in told.items())
