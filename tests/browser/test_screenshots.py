"""``python studies/screenshots.py``: its pictures are of the right size, and it says what it lacks."""

import io
import math
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

import screenshots
from chromium import NoBrowser
from concbench.report.charts.palette import SERIES
from screenshots import main, pictures, readme_picture

pytestmark = pytest.mark.browser

TALL = """<!doctype html><style>
body { margin: 0; height: 2500px; background: #fff }
@media (prefers-color-scheme: dark) { body { background: #000 } }
</style>"""
"""A page in light and dark that is taller than a screen: a report's own takes seconds to be painted whole."""


def picture(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


@pytest.mark.nightly
def test_every_width_and_scheme_has_a_picture_of_its_first_screen_and_one_of_all(
    browser: Browser, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    page.write_text(TALL)
    paths = pictures(browser, page, tmp_path / "new" / "folder")
    found = {path.stem: picture(path.read_bytes()) for path in paths}
    assert len(found) == 8
    for width in (1280, 400):
        for scheme, ground in (("light", (255, 255, 255)), ("dark", (0, 0, 0))):
            top, full = (found[f"page-{width}-{scheme}-{part}"] for part in ("top", "full"))
            assert top.size == (width, 900)
            assert full.size == (width, 2500)
            for one in (top, full):
                assert {one.getpixel((x, one.height - 1)) for x in (0, width - 1)} == {ground}


@pytest.mark.nightly
def test_the_picture_of_the_readme_ends_below_the_answers_is_small_and_coloured(
    browser: Browser, example: Path
) -> None:
    png = readme_picture(browser, example)
    assert len(png) <= 300_000
    found = picture(png)
    assert found.width == 1280
    assert 500 < found.height < 2500
    known = found.getcolors(found.width * found.height) or ()
    colours = {colour for _count, colour in known if isinstance(colour, tuple)}
    assert (255, 255, 255) in colours
    signs = [tuple(bytes.fromhex(light.removeprefix("#"))) for light, *_ in SERIES]
    near = [sign for sign in signs if any(math.dist(sign, colour) < 12 for colour in colours)]
    assert near


def test_a_page_without_answers_gives_no_picture_for_the_readme(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><title>no report</title>")
    with pytest.raises(SystemExit, match="does not say which model to choose"):
        readme_picture(browser, page)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: REPORT.html"),
        (["missing.html", "--to", "folder"], "there is no file missing.html"),
        ([__file__], "say what to take"),
    ],
)
def test_what_cannot_be_done_is_an_error_of_usage(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(arguments)
    assert leaving.value.code == 2
    assert message in capsys.readouterr().err


def test_where_there_is_no_browser_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def lacking() -> None:
        raise NoBrowser("install one")

    monkeypatch.setattr(screenshots, "launched", lacking)
    with pytest.raises(SystemExit, match="install one"):
        main([__file__, "--to", str(tmp_path)])
