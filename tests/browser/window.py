"""A window that opens reports offline, and keeps whatever they complain of or ask for."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    ViewportSize,
    WebSocket,
)


@dataclass(frozen=True, slots=True)
class View:
    """How a reader looks at a page."""

    scheme: Literal["light", "dark"] = "light"
    width: int = 1280

    @property
    def options(self) -> dict[str, Any]:
        """The view as options of a browser's context."""
        return {"color_scheme": self.scheme, "viewport": self._size}

    def of(self, page: Page) -> Page:
        """Return a page that is open, shown in this view on a screen."""
        page.emulate_media(media="screen", color_scheme=self.scheme, reduced_motion="reduce")
        page.set_viewport_size(self._size)
        return page

    @property
    def _size(self) -> ViewportSize:
        return {"width": self.width, "height": 900}


WIDE, PHONE, DARK, DARK_PHONE = View(), View(width=400), View("dark"), View("dark", 400)
VIEWS = (WIDE, PHONE, DARK, DARK_PHONE)

PATIENCE = 10_000
"""How long a page may take to do what it is told, ms."""


class Window:
    """Opens pages; ``complaints`` are theirs, ``requests`` what they asked for beside themselves."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []
        self.requests: list[str] = []

    def open(self, path: Path, view: View = WIDE, **options: Any) -> Page:
        """Return the page at ``path``, loaded, with no network to reach; ``options`` are the context's.

        Its reader wants no motion: else a click would wait until the page has scrolled smoothly to its place.
        """
        context = self._browser.new_context(offline=True, reduced_motion="reduce", **view.options, **options)
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        page = context.new_page()
        own = path.as_uri()

        def asked(request: Request) -> None:
            if request.url != own:
                self.requests.append(request.url)

        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("dialog", self._dialog)
        page.on("request", asked)
        page.on("websocket", self._socket)
        page.goto(own)
        return page

    def close(self) -> None:
        """Close every page."""
        for context in self._contexts:
            context.close()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _socket(self, socket: WebSocket) -> None:
        self.requests.append(socket.url)


def unfolded(page: Page) -> Page:
    """Return a page with all that its reader may open, opened."""
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    return page


class Gallery(Window):
    """Opens each page once, for many tests and views: a new one takes longer than what most do with it.

    What is folded on it is opened.
    """

    def __init__(self, browser: Browser) -> None:
        super().__init__(browser)
        self._hung: dict[Path, Page] = {}
        self._handled: dict[Path, Page] = {}

    def __call__(self, path: Path, view: View = WIDE) -> Page:
        """Return the page at ``path`` to look at; the test before may have scrolled it, no more."""
        if path not in self._hung:
            self._hung[path] = unfolded(self.open(path, view))
        return view.of(self._hung[path])

    def anew(self, path: Path, view: View = WIDE) -> Page:
        """Return the page at ``path``, loaded again in that view, to do anything with that a reader may."""
        if path not in self._handled:
            self._handled[path] = self.open(path, view)
        else:
            view.of(self._handled[path]).goto("about:blank")
            self._handled[path].goto(path.as_uri())
        return unfolded(self._handled[path])
