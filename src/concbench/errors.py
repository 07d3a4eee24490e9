"""Errors that a user can do something about. The command line prints them, and ends with their exit code."""

import re
from collections.abc import Callable

MARKED = re.compile("\ue000(\\w+)\ue001([^\ue002]*)\ue002")


def arg(name: str, value: object = "") -> str:
    """Return an argument for the words of an error: whoever prints them spells it, with its value if any."""
    return f"\ue000{name}\ue001{value}\ue002"


def as_argument(name: str, value: str) -> str:
    """Spell an argument as a program does: ``timeout``, ``memory=False``."""
    return f"{name}={value}" if value else name


class UserError(Exception):
    """What went wrong, where, and what to do next; the exit code is that of wrong usage."""

    exit_code = 2

    def __init__(self, words: str) -> None:
        self._words = words
        super().__init__(self.spelled(as_argument))

    def spelled(self, spell: Callable[[str, str], str]) -> str:
        """Return the words, with arguments (:func:`arg`) as ``spell`` has them."""
        return MARKED.sub(lambda found: spell(found[1], found[2]), self._words)


class AnswerError(UserError):
    """What keeps a learner's file from being checked: it cannot be run, or is no answer to the exercise."""


class RequestError(UserError):
    """What cannot be asked for, and what to ask for instead; nothing has been done."""
