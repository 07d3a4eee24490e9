"""Web packages as their users write them: servers on the loopback, and clients whose connections are kept."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import httpx
import pytest
import pytest_asyncio
import tornado.httpclient
import tornado.httpserver
import tornado.netutil
import tornado.web
import uvicorn
import websockets
from aiohttp import web
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

pytestmark = pytest.mark.concurrency(tasks=[1, 10])


@asynccontextmanager
async def aiohttp_server() -> AsyncIterator[str]:
    """Serve a page with aiohttp, and yield its address."""

    async def page(request: web.Request) -> web.Response:
        return web.json_response({"name": request.match_info["name"]})

    app = web.Application()
    app.router.add_get("/pages/{name}", page)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    yield f"http://{host}:{port}"
    await runner.cleanup()


@asynccontextmanager
async def aiohttp_client() -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session whose connections are kept for the whole case."""
    async with aiohttp_server() as address, aiohttp.ClientSession(address) as session:
        yield session


async def fetch(session: aiohttp.ClientSession, name: str) -> str:
    async with session.get(f"/pages/{name}") as response:
        content: dict[str, str] = await response.json()
        return content["name"]


def test_aiohttp(concurrency_benchmark: Any) -> None:
    concurrency_benchmark.pedantic(fetch, resources=aiohttp_client, args=["home"], expected="home", overlap=2)


@pytest_asyncio.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """The same session as an async fixture: for tests that are coroutines."""
    async with aiohttp_client() as opened:
        yield opened


@pytest.mark.asyncio
async def test_aiohttp_in_a_coroutine(concurrency_benchmark: Any, session: aiohttp.ClientSession) -> None:
    names = await concurrency_benchmark(fetch, session, "home")
    assert names == ["home"] * concurrency_benchmark.tasks


@asynccontextmanager
async def httpx_client() -> AsyncIterator[httpx.AsyncClient]:
    async with aiohttp_server() as address, httpx.AsyncClient(base_url=address) as client:
        yield client


async def get(client: httpx.AsyncClient, path: str) -> str:
    response = await client.get(path)
    response.raise_for_status()
    name: str = response.json()["name"]
    return name


def test_httpx(concurrency_benchmark: Any) -> None:
    concurrency_benchmark.pedantic(get, resources=httpx_client, args=["/pages/home"], expected="home")


def test_httpx_says_what_failed(concurrency_benchmark: Any) -> None:
    concurrency_benchmark.pedantic(
        get, resources=httpx_client, args=["/nowhere"], raises=httpx.HTTPStatusError, timeout=30
    )


async def homepage(request: Request) -> JSONResponse:
    return JSONResponse({"name": request.path_params["name"]})


APP = Starlette(routes=[Route("/pages/{name}", homepage)])


@asynccontextmanager
async def starlette_client() -> AsyncIterator[httpx.AsyncClient]:
    """Call the application itself, without a socket."""
    transport = httpx.ASGITransport(app=APP)
    async with httpx.AsyncClient(transport=transport, base_url="http://starlette") as client:
        yield client


@pytest.mark.concurrency(models=["asyncio", "trio"])
def test_starlette(concurrency_benchmark: Any) -> None:
    concurrency_benchmark.pedantic(get, resources=starlette_client, args=["/pages/home"], expected="home")


@asynccontextmanager
async def uvicorn_client() -> AsyncIterator[httpx.AsyncClient]:
    """Serve the application with uvicorn, in a task of the case's own loop."""
    import asyncio  # noqa: PLC0415

    server = uvicorn.Server(uvicorn.Config(APP, host="127.0.0.1", port=0, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        yield client
    server.should_exit = True
    await serving


def test_uvicorn(concurrency_benchmark: Any) -> None:
    concurrency_benchmark.pedantic(get, resources=uvicorn_client, args=["/pages/home"], expected="home")


@asynccontextmanager
async def websocket_address() -> AsyncIterator[str]:
    async def echo(connection: websockets.ServerConnection) -> None:
        async for message in connection:
            await connection.send(message)

    async with websockets.serve(echo, "127.0.0.1", 0) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def say(address: str, message: str) -> str:
    async with websockets.connect(address, proxy=None) as connection:
        await connection.send(message)
        return str(await connection.recv())


def test_websockets(concurrency_benchmark: Any) -> None:
    concurrency_benchmark.pedantic(say, resources=websocket_address, args=["hello"], expected="hello")


class Page(tornado.web.RequestHandler):
    """A handler of tornado's."""

    def get(self, name: str) -> None:
        self.write({"name": name})


@asynccontextmanager
async def tornado_address() -> AsyncIterator[str]:
    server = tornado.httpserver.HTTPServer(tornado.web.Application([(r"/pages/(\w+)", Page)]))
    sockets = tornado.netutil.bind_sockets(0, "127.0.0.1")
    server.add_sockets(sockets)
    yield f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    server.stop()
    await server.close_all_connections()


async def tornado_fetch(address: str, name: str) -> bytes:
    response = await tornado.httpclient.AsyncHTTPClient().fetch(f"{address}/pages/{name}")
    return bytes(response.body)


def test_tornado(concurrency_benchmark: Any) -> None:
    concurrency_benchmark.pedantic(
        tornado_fetch, resources=tornado_address, args=["home"], expected=b'{"name": "home"}'
    )


@pytest.mark.asyncio
@pytest.mark.concurrency(tasks=1)
async def test_one_await_in_a_handler(concurrency_benchmark: Any) -> None:
    async def handler(request: web.Request) -> web.Response:
        read = await concurrency_benchmark.measure_await(request.text)
        return web.Response(text=read.upper())

    app = web.Application()
    app.router.add_post("/", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    async with aiohttp.ClientSession() as session, session.post(address, data="text") as response:
        assert await response.text() == "TEXT"
    await runner.cleanup()
