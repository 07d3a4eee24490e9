"""Errors that a user can do something about. The command line prints them, and ends with their exit code."""


class UserError(Exception):
    """What went wrong, where, and what to do next. The exit code says "wrong usage" unless a subclass differs."""

    exit_code = 2
