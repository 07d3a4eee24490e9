"""Verbs that ask for something: what is refused is told with the usage, in terms of the options.

Those that measure are refused where that could only fail, but their help is printed anywhere.
"""

from collections.abc import Iterator
from typing import Any

import click
from click.core import ParameterSource

from concbench.commands.config import config_options, hinted, located, tell_defaults
from concbench.commands.loudness import detail, loudness_options
from concbench.drive.workers.sources import current_sources
from concbench.errors import RequestError
from concbench.extras import refuse_without
from concbench.platforms import refuse_where_nothing_can_be_measured

OPTIONS = {"packages": "--with", "requirements": "--with-requirements", "project": "--with-project",
           "extras": "--with-extras", "to": "--output", "instructions": "--instructions", "pairs": "--pairs",
           "tasks": "--tasks", "rounds": "--rounds", "pytest_args": "--pytest-args"}  # fmt: skip
"""Options that are not called as their arguments are without a plural's s."""

UNSAID = (ParameterSource.DEFAULT, None)
"""Where a value is from that nobody asked for."""


def option(name: str, value: str = "") -> str:
    """Return an argument as the command line spells it: ``--timeout 60``, ``--no-memory``."""
    spelled = OPTIONS.get(name, f"--{name.removesuffix('s')}".replace("_", "-"))
    if value == "False":
        return f"--no-{name}"
    return f"{spelled} {value}" if value else spelled


class Verb(click.Command):
    """A verb, which has besides its own options those that every verb has."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params = [*self.params, *loudness_options(), *config_options(hidden=True)]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take in the arguments; raises click.UsageError, which names the file that a value came from."""
        try:
            return super().parse_args(ctx, args)
        except click.BadParameter as error:
            raise located(error, ctx) from error

    def invoke(self, ctx: click.Context) -> Any:
        """Carry out the verb; raises click.UsageError, which tells what came from a file besides.

        Raises MissingExtra, before anything is done, for a verb or an option that needs what is not there.
        """
        tell_defaults(ctx)
        _tell_sources(ctx)
        for wanted in _wanted(ctx):
            refuse_without(wanted)
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            raise hinted(error, ctx) from error


def _wanted(ctx: click.Context) -> Iterator[str]:
    """Yield what is asked for as :mod:`concbench.extras` calls it: the verb, and what is said to it."""
    verb = f"concbench {ctx.command.name}"
    yield verb
    if ctx.params.get("dry_run"):  # prints a plan, which takes none
        return
    for param in ctx.command.params:
        value = ctx.params.get(param.name or "")
        if value and ctx.get_parameter_source(param.name or "") not in UNSAID:
            yield f"{verb} {param.opts[0]}"
            yield f"{verb} {param.opts[0]} {value}"


def _tell_sources(ctx: click.Context) -> None:
    """Say where modules of the user's project are looked for, to who wants to know."""
    if ctx.info_name != "compare" and (ctx.params.get("plugins") or ctx.params.get("loops")):
        for folder in current_sources():
            detail(f"modules are looked for in {folder} first")


class Asking(Verb):
    """A verb that asks for something."""

    def invoke(self, ctx: click.Context) -> Any:
        """Carry out the command; raises click.UsageError for what cannot be asked for."""
        try:
            return super().invoke(ctx)
        except RequestError as error:
            raise hinted(click.UsageError(error.spelled(option), ctx), ctx) from error


class Measuring(Asking):
    """A verb that starts workers; ``compare`` does unless it is given stored runs, and asks by itself."""

    def invoke(self, ctx: click.Context) -> Any:
        """Carry out the command; raises UserError where nothing can be measured."""
        refuse_where_nothing_can_be_measured()
        return super().invoke(ctx)
