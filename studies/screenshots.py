"""Take pictures of a report, to look at: ``python studies/screenshots.py REPORT.html --to FOLDER``.

They are the first screen and the whole page, 1280 and 400 px wide, in light and in dark. With ``--readme
FILE.png`` it takes the picture of the README: the top of the page, down to the end of the answers, of which
one is unfolded, in 256 colours. The browser is that of ``chromium.py``.
"""

import argparse
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page

from chromium import NoBrowser, launched

Scheme = Literal["light", "dark"]

WIDTHS = (1280, 400)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
HEIGHT = 900
MARGIN = 8
"""What is left below the answers in the README's picture, px."""


@contextmanager
def opened(browser: Browser, report: Path, width: int, scheme: Scheme) -> Iterator[Page]:
    """Open a report, with no network to reach."""
    viewport = {"width": width, "height": HEIGHT}
    context = browser.new_context(viewport=viewport, color_scheme=scheme, offline=True)  # type: ignore[arg-type]
    try:
        page = context.new_page()
        page.goto(report.resolve().as_uri())
        yield page
    finally:
        context.close()


def pictures(browser: Browser, report: Path, folder: Path) -> Iterator[Path]:
    """Take all pictures of a report, and yield the path of each when it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    for width in WIDTHS:
        for scheme in SCHEMES:
            with opened(browser, report, width, scheme) as page:
                for part in ("top", "full"):
                    path = folder / f"{report.stem}-{width}-{scheme}-{part}.png"
                    page.screenshot(path=path, full_page=part == "full")
                    yield path


def readme_picture(browser: Browser, report: Path) -> bytes:
    """Return the README's picture, as PNG. Raises SystemExit for a page without answers."""
    with opened(browser, report, WIDTHS[0], "light") as page:
        answers = page.locator("#answer .answers")
        if not answers.count():
            raise SystemExit(f"{report} does not say which model to choose: take another report")
        page.locator("#answer .load:has(.said b)").first.evaluate("load => { load.open = true }")
        box = answers.bounding_box()
        assert box is not None  # noqa: S101  (it is on the page)
        height = box["y"] + box["height"] + MARGIN
        shot = page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": WIDTHS[0], "height": height})
    few = (
        Image.open(io.BytesIO(shot))
        .convert("RGB")
        .quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    )
    stream = io.BytesIO()
    few.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line; a report that is not there is an error of usage."""
    parser = argparse.ArgumentParser(description="Take pictures of a report.")
    parser.add_argument("report", type=Path, metavar="REPORT.html", help="a page that concbench has written")
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="where the pictures to look at go")
    parser.add_argument("--readme", type=Path, metavar="FILE.png", help="where the README's picture goes")
    options = parser.parse_args(arguments)
    if not options.report.is_file():
        parser.error(f"there is no file {options.report}")
    if options.to is None and options.readme is None:
        parser.error("say what to take: --to FOLDER, --readme FILE.png, or both")
    return options


def main(arguments: list[str] | None = None) -> int:
    """Take the pictures that were asked for, print where they are, and return the exit code."""
    options = parse(arguments)
    try:
        with launched() as browser:
            if options.to is not None:
                for path in pictures(browser, options.report, options.to):
                    print(path, flush=True)
            if options.readme is not None:
                options.readme.write_bytes(readme_picture(browser, options.report))
                print(options.readme)
    except NoBrowser as lack:
        raise SystemExit(str(lack)) from lack
    return 0


if __name__ == "__main__":
    sys.exit(main())
