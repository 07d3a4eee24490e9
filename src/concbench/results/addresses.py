"""Addresses of memory in names: they differ from run to run, so nothing would ever be found again by them.

A parameter or a name that was spelled by Python's ``repr`` of an object (``<function f at 0x7f3c…>``) says
where that object was. What is left without it may be the same for several: those are told apart by their
order.
"""

from collections import Counter
from collections.abc import Iterable

from concbench.words import without_address


def without_addresses(texts: Iterable[str]) -> list[str]:
    """Return the same of texts that differ, which they do afterwards: ``<A at 0x…>``, ``<A at 0x…> (2)``."""
    seen: Counter[str] = Counter()
    found = []
    for text in texts:
        bare = without_address(text)
        seen[bare] += bare != text
        found.append(f"{bare} ({seen[bare]})" if bare != text and seen[bare] > 1 else bare)
    return found
