"""Errors that a user can do something about. The command line prints them, and ends with their exit code."""


class UserError(Exception):
    """What went wrong, where, and what to do next; the exit code is that of wrong usage."""

    exit_code = 2
