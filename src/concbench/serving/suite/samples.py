"""Samples as asv takes them: a setup, and calls that follow it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import repeat
from typing import Any

from concbench.serving.attending import Skipped
from concbench.serving.calls import Figures, timed
from concbench.words import error_words

ONE_EACH = "more than one call follows its setup; with number = 1 each call has a setup of its own"

SKIPS = "SkipNotImplemented"
"""asv_runner's exception by which a benchmark leaves itself out while it runs."""


class SampledCalls:
    """Calls of a benchmark, in samples: what was done before is undone, its setup is done, it is called.

    ``each`` calls follow a setup; None: as many as are asked for at once.
    """

    tasks = 1
    alone = True
    last = None

    def __init__(
        self,
        call: Callable[[], Any],
        setup: Callable[[], None],
        teardown: Callable[[], None],
        *,
        prepared: bool,
        each: int | None,
        most: int | None,
    ) -> None:
        """``setup`` was done once already; ``prepared``: it does something."""
        self._call, self._setup, self._teardown, self._each = call, setup, teardown, each
        self._fresh = True
        self.most = most
        self.sample = each or 1
        self.surrounded, self.prepared = each is not None, each is None and prepared

    def run(self, number: int) -> None:
        """Call it ``number`` times, untimed."""
        call = self._call
        for calls in self._samples(number):
            with _told(alone=self._each is not None or calls == 1):
                for _ in repeat(None, calls):
                    call()

    def timed(self, number: int) -> Figures:
        """Time ``number`` calls, those that follow one setup together; setups are in no figure."""
        total: Figures = {}
        for calls in self._samples(number):
            with _told(alone=self._each is not None or calls == 1):
                figures, _last = timed(self._call, calls)
            total = {name: total.get(name, 0) + value for name, value in figures.items()}
        return total

    def _samples(self, number: int) -> Iterator[int]:
        """Yield how many calls come next, each time after a setup."""
        each = self._each
        sizes = [each] * (number // each) if each else [number] * bool(number)
        for size in sizes:
            if not self._fresh:
                self._teardown()
                self._setup()
            self._fresh = False
            yield size


@contextmanager
def _told(*, alone: bool) -> Iterator[None]:
    """Say of a call that fails what may be behind it; one that leaves itself out is skipped."""
    try:
        yield
    except Exception as error:
        if any(one.__name__ == SKIPS for one in type(error).__mro__):
            raise Skipped(f"it was skipped: {error_words(error) or SKIPS}") from error
        if not alone:
            error.add_note(ONE_EACH)
        raise
