"""Verbs that measure: they are refused where that could only fail, but their help is printed anywhere."""

from typing import Any

import click

from concbench.commands.streams import refuse_no_temporary_folder
from concbench.errors import UserError
from concbench.platforms import unsupported_platform


class Measuring(click.Command):
    """A command that starts workers; ``compare`` does unless it is given stored runs, and asks by itself."""

    def invoke(self, ctx: click.Context) -> Any:
        """Carry out the command; raises UserError where nothing can be measured."""
        refuse_where_it_fails()
        return super().invoke(ctx)


def refuse_where_it_fails() -> None:
    """Raise UserError on a platform that cannot be measured on, and where there is no temporary folder."""
    if reason := unsupported_platform():
        raise UserError(reason)
    refuse_no_temporary_folder()
