"""Databases, caches and files as their users write them; what has a server has one in this process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiofiles
import aiosqlite
import fakeredis
import pytest
import redis.asyncio
import sqlalchemy
from aiocache import SimpleMemoryCache, cached
from async_lru import alru_cache
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

pytestmark = pytest.mark.concurrency(tasks=[1, 10])


@asynccontextmanager
async def database() -> AsyncIterator[aiosqlite.Connection]:
    """Open a database, whose connection is a thread of its own."""
    async with aiosqlite.connect(":memory:") as connection:
        await connection.execute("CREATE TABLE pages (name TEXT, size INTEGER)")
        await connection.execute("INSERT INTO pages VALUES ('home', 7)")
        yield connection


async def size_of(connection: aiosqlite.Connection, name: str) -> int:
    async with connection.execute("SELECT size FROM pages WHERE name = ?", (name,)) as cursor:
        row = await cursor.fetchone()
        assert row is not None
        return int(row[0])


def test_aiosqlite(concurrency_benchmark: Any) -> None:
    concurrency_benchmark.pedantic(size_of, resources=database, args=["home"], expected=7)


def test_sqlalchemy(concurrency_benchmark: Any, tmp_path: Path) -> None:
    pages = sqlalchemy.Table(
        "pages",
        sqlalchemy.MetaData(),
        sqlalchemy.Column("name", sqlalchemy.String, primary_key=True),
        sqlalchemy.Column("size", sqlalchemy.Integer),
    )

    @asynccontextmanager
    async def engine() -> AsyncIterator[AsyncEngine]:
        made = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/pages.db", pool_size=10)
        async with made.begin() as connection:
            await connection.run_sync(pages.metadata.create_all)
            await connection.execute(pages.insert().values(name="home", size=7))
        yield made
        await made.dispose()

    async def select(engine: AsyncEngine, name: str) -> int:
        async with engine.connect() as connection:
            found = await connection.execute(sqlalchemy.select(pages.c.size).where(pages.c.name == name))
            return int(found.scalar_one())

    concurrency_benchmark.pedantic(select, resources=engine, args=["home"], expected=7)


@asynccontextmanager
async def store() -> AsyncIterator[redis.asyncio.Redis]:
    """Open redis's own client on a server that is faked."""
    async with fakeredis.FakeAsyncRedis() as client:
        yield client


async def count(client: redis.asyncio.Redis, key: str) -> bool:
    before = await client.incr(key)
    return bool(await client.incr(key) > before)


def test_redis(concurrency_benchmark: Any) -> None:
    concurrency_benchmark.pedantic(count, resources=store, args=["visits"], expected=True)


@cached(cache=SimpleMemoryCache)  # type: ignore[misc]
async def square(value: int) -> int:
    return value * value


def test_aiocache(concurrency_benchmark: Any) -> None:
    """Its decorator hides that the function is a coroutine's, if that is not said."""
    concurrency_benchmark.pedantic(square, kind="coroutine", args=[5], expected=25)


def test_async_lru(concurrency_benchmark: Any) -> None:
    """Its cache belongs to the loop that uses it first: so each case has one of its own."""

    @alru_cache(maxsize=8)
    async def cube(value: int) -> int:
        return value**3

    concurrency_benchmark.pedantic(cube, kind="coroutine", each=lambda n: (n,), expected=lambda n: n**3)


def test_aiofiles(concurrency_benchmark: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text("home")

    async def read() -> str:
        async with aiofiles.open(path) as file:
            return str(await file.read())

    concurrency_benchmark.pedantic(read, expected="home")
