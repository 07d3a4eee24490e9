"""Pages that take 2 ms to fetch, and a cache that fetches each once, however many tasks ask for it."""

import asyncio
import time

DELAY = 0.002


async def fetch(name: str) -> str:
    """Fetch a page; other tasks go on meanwhile."""
    await asyncio.sleep(DELAY)
    return f"page {name}"


def fetch_blocking(name: str) -> str:
    """Fetch a page; the thread waits meanwhile."""
    time.sleep(DELAY)
    return f"page {name}"


class Cache:
    """Pages by name. ``fetched`` counts how many had to be fetched."""

    def __init__(self) -> None:
        self.fetched = 0
        self._pages: dict[str, asyncio.Task[str]] = {}

    async def get(self, name: str) -> str:
        """Return a page. The first task that asks for it fetches it, and all others wait for that."""
        if name not in self._pages:
            self.fetched += 1
            self._pages[name] = asyncio.create_task(fetch(name))
        return await self._pages[name]
