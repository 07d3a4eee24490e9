"""The colours that a page is shown in, as the browser computes them, and how far they stand apart."""

from typing import Any, NamedTuple

from playwright.sync_api import Page

Colour = tuple[int, int, int]

_PAINT = """(() => {
  const pen = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const painted = new Map();
  const paint = (css) => {
    if (!painted.has(css)) {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = css;
      pen.fillRect(0, 0, 1, 1);
      painted.set(css, [...pen.getImageData(0, 0, 1, 1).data]);
    }
    return painted.get(css);
  };
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = paint(getComputedStyle(one).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    throw new Error("no ground");
  };
  const shown = (element) => element.checkVisibility() && element.getBoundingClientRect().width > 0;
  const solid = ({opacity, fillOpacity, strokeOpacity}) =>
    opacity === "1" && fillOpacity === "1" && strokeOpacity === "1";
  const pair = (element, css) => ({
    front: paint(css), ground: ground(element), what: (element.textContent || element.tagName).slice(0, 40)
  });
  const different = (pairs) => [
    ...new Map(pairs.reverse().map((one) => [`${one.front} on ${one.ground}`, one])).values()
  ];
"""
_TEXTS = f"""{_PAINT}
  const words = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim();
  const written = (element) => [...element.childNodes].some(words);
  return different([...document.body.querySelectorAll("*")]
    .filter((element) => written(element) && shown(element) && !element.matches("script"))
    .map((element) => pair(element, getComputedStyle(element)[element.closest("svg") ? "fill" : "color"])));
}})()"""
_SERIES = f"""{_PAINT}
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  const coloured = rules.filter((rule) => /^[.]s[0-9]+ .*--series-/.test(rule.cssText));
  const drawn = [...document.querySelectorAll("svg.chart *")]
    .filter((element) => solid(getComputedStyle(element)))
    .flatMap((element) => coloured.filter((rule) => element.matches(rule.selectorText))
      .flatMap((rule) => ["stroke", "fill"].filter((name) => rule.style[name].includes("--series-")))
      .map((name) => pair(element, getComputedStyle(element)[name])));
  const signs = [...document.querySelectorAll("[class^='m']")].filter(shown);
  const before = (element) => getComputedStyle(element, "::before").color;
  return different([...drawn, ...signs.map((element) => pair(element, before(element)))]);
}})()"""


class Pair(NamedTuple):
    """A colour and the ground it stands on, and what is the first to be shown so."""

    front: Colour
    ground: Colour
    what: str


def texts(page: Page) -> list[Pair]:
    """Return the pairs of colours of all text that is shown, one of each."""
    return _pairs(page.evaluate(_TEXTS))


def series(page: Page) -> list[Pair]:
    """Return the pairs of colours of all lines, marks and signs of contenders, one of each."""
    return _pairs(page.evaluate(_SERIES))


def _pairs(found: list[dict[str, Any]]) -> list[Pair]:
    return [Pair(_colour(one["front"]), _colour(one["ground"]), one["what"]) for one in found]


def _colour(painted: list[int]) -> Colour:
    red, green, blue, alpha = painted
    assert alpha == 255, "a colour that lets its ground through"
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: Colour) -> float:
    """Return the relative luminance of a colour, 0 to 1 (WCAG 2.2, "relative luminance")."""
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
