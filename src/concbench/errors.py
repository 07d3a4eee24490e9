"""Errors that a user can do something about. The command line prints them, and ends with their exit code."""


class UserError(Exception):
    """What went wrong, where, and what to do next. The exit code means wrong usage, unless a subclass says else."""

    exit_code = 2
