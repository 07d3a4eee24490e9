"""Errors that a user can do something about. The command line prints them, and ends with their exit code."""

from collections.abc import Callable
from typing import TypeAlias

Spell: TypeAlias = Callable[..., str]
"""Spells an argument by its name, with a value where one is given after it."""


def argument(name: str, value: object = None) -> str:
    """Return an argument as a program spells it: ``timeout``, ``memory=False``."""
    return name if value is None else f"{name}={value}"


class UserError(Exception):
    """What went wrong, where, and what to do next; the exit code is that of wrong usage.

    Words that name arguments are a function of who spells them: programs have arguments, commands options.
    """

    exit_code = 2

    def __init__(self, words: str | Callable[[Spell], str]) -> None:
        self._words = words
        super().__init__(words if isinstance(words, str) else words(argument))

    def spelled(self, spell: Spell) -> str:
        """Return the words with arguments as ``spell`` has them."""
        return str(self) if isinstance(self._words, str) else self._words(spell)


class RequestError(UserError):
    """What cannot be asked for, and what to ask for instead; nothing has been done."""
