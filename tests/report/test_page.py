"""The page: one file that needs nothing else, whole for every reader, and safe whatever a run file says."""

import base64
import gzip
import hashlib
import io
import re
from collections import Counter
from collections.abc import Callable
from functools import cache

import pandas as pd
import pytest
from msgspec.structs import replace

from concbench.analysis.dataset import Dataset
from concbench.report.page.build import page_of, unbroken
from concbench.report.sections.processes import ABOUT
from concbench.results.measured import measured_of
from concbench.words import plain_text
from tests.report.hostile import NAMES, harmless_run, hostile_run
from tests.report.made_up import Cell, always, run_elsewhere, run_of
from tests.report.pages import (
    Element,
    everything_run,
    example_page,
    material_of_runs,
    parsed,
    sizes,
    svgs_in,
)
from tests.report.traces import BUSY, IDLE, no_trace

LIMIT = 600_000
"""Bytes that the page of the kept example may have."""


@cache
def material_of_all() -> Dataset:
    """Return what has every section, with lanes."""
    traces = [replace(BUSY, contender="alpha"), replace(IDLE, contender="beta"), no_trace("gamma")]
    return material_of_runs(everything_run("alpha", "beta", "gamma", traces=traces))


def page_of_all() -> str:
    """Make a page that has every section, with lanes."""
    return page_of(material_of_all())


@cache
def complete() -> str:
    """Return that page."""
    return page_of_all()


@cache
def side_by_side() -> str:
    run = everything_run("alpha", "beta")
    return page_of(material_of_runs(run, run_elsewhere(run, 1, commit="fedcba98")))


@cache
def hostile() -> str:
    return page_of(material_of_runs(hostile_run()))


Page = Callable[[], str]
PAGES = pytest.mark.parametrize("page", [example_page, complete, side_by_side, hostile])


@PAGES
def test_a_page_is_whole(page: Page) -> None:
    root = parsed(page())
    assert page().lstrip().lower().startswith("<!doctype html>")
    assert [len(root.all(tag)) for tag in ("html", "head", "body", "main", "h1", "nav")] == [1] * 6
    assert len(root.all("head")[0].all("title")) == 1  # a chart has titles too, of its marks
    assert root.all("html")[0]["lang"] == "en"
    assert root.all("meta")[0]["charset"] == "utf-8"


@PAGES
def test_ids_are_unique_and_every_reference_finds_one(page: Page) -> None:
    ids = Counter(element["id"] for element in parsed(page()) if "id" in element.attributes)
    assert [identity for identity, number in ids.items() if number > 1] == []
    values = [value for element in parsed(page()) for value in element.attributes.values()]
    links = [
        element[name][1:]
        for element in parsed(page())
        for name in ("href", "xlink:href")
        if element.attributes.get(name, "").startswith("#")
    ]
    named = [element["aria-labelledby"] for element in parsed(page()).all("section")]
    urls = [url for value in values for url in re.findall(r"^url\(#([^)]*)\)$", value)]
    assert links
    assert set(links) | set(named) | set(urls) <= set(ids)


@PAGES
def test_every_table_has_a_caption_and_every_head_a_scope(page: Page) -> None:
    root = parsed(page())
    for table in root.all("table"):
        assert [caption.text != "" for caption in table.all("caption")] == [True]
        columns = len(table.all("thead")[0].all("th"))
        for row in table.all("tbody")[0].all("tr"):
            fields = [one for one in row.inside if isinstance(one, Element)]
            assert len(fields) == columns
            assert fields[0].tag == "th"
    assert {head["scope"] for head in root.all("th")} == {"col", "row"}


@PAGES
def test_every_picture_is_xml_with_a_role_and_a_name(page: Page) -> None:
    shapes, *pictures = svgs_in(page())
    assert len(pictures) == len(parsed(page()).all("svg")) - 1 > 0
    assert shapes.get("aria-hidden") == "true"
    for picture in pictures:
        assert picture.get("role") == "img"
        assert picture.get("aria-label")


@PAGES
def test_every_figure_says_how_to_read_it(page: Page) -> None:
    root = parsed(page())
    figures = root.all("figure")
    assert figures
    for figure in figures:
        assert figure.all("figcaption")[0].text
        (ask,) = figure.all("figcaption")[0].all("button")
        (reading,) = [p for p in root.all("p") if p.attributes.get("id") == ask["popovertarget"]]
        assert "popover" in reading.attributes
        assert reading.text


@PAGES
def test_the_navigation_names_every_section_in_its_order(page: Page) -> None:
    root = parsed(page())
    links = [(link["href"], link.text) for link in root.all("nav")[0].all("a")]
    assert links == [(f"#{section['id']}", section.all("h2")[0].text) for section in root.all("section")]
    assert root.all("a")[0].text == "Skip to the answer"


@PAGES
def test_nothing_comes_from_elsewhere(page: Page) -> None:
    allowed = {"a", "svg", "use", "link"}
    for element in parsed(page()):
        for name, value in element.attributes.items():
            assert name not in ("src", "srcset", "action", "poster", "ping", "background")
            if name in ("href", "xlink:href"):
                assert element.tag in allowed
                assert value.startswith(("#", "data:"))
            if "url(" in value:
                assert value.startswith("url(#")
    style = parsed(page()).all("style")[0].inside[0]
    assert "url(" not in style
    assert "@import" not in style


@PAGES
def test_the_policy_lets_our_script_run_and_nothing_else(page: Page) -> None:
    root = parsed(page())
    (policy,) = [meta["content"] for meta in root.all("meta") if "http-equiv" in meta.attributes]
    (script,) = root.all("script")
    assert script.attributes == {}
    text = script.inside[0]
    assert isinstance(text, str)
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe-inline" not in policy.partition("script-src")[2]


@PAGES
def test_the_tidy_table_is_in_the_page(page: Page) -> None:
    (link,) = [a for a in parsed(page()).all("a") if "download" in a.attributes]
    kind, _, content = link["href"].partition(",")
    assert kind == "data:application/gzip;base64"
    assert re.fullmatch(r"concbench-[0-9a-f]{8}\.csv", link["data-name"])
    assert link["download"] == f"{link['data-name']}.gz"
    table = pd.read_csv(io.BytesIO(gzip.decompress(base64.b64decode(content))), lineterminator="\n")
    assert tuple(table.columns)[: len(ABOUT)] == ABOUT
    assert table.drop(columns=list(ABOUT)).notna().any(axis=1).all()
    (rows,) = re.findall(r"CSV \(([\d ]+) rows", link.text)
    assert int(rows.replace(" ", "")) == len(table) > 50


def test_the_page_of_the_example_is_small_enough_to_be_mailed() -> None:
    assert len(example_page().encode()) <= LIMIT


@pytest.mark.nightly
def test_the_same_run_gives_the_same_page() -> None:
    assert page_of_all() == complete()


def test_the_top_says_what_was_compared_where_when_and_how_noisy_it_was() -> None:
    root = parsed(complete())
    facts = {group.all("dt")[0].text: group.all("dd")[0].text for group in root.all("dl")[0].all("div")}
    assert facts["Workloads"] == "timers, spawn, switch, chain, parked"
    assert facts["Python"] == "3.13"
    assert facts["When"] == "2026-11-22 12:00 UTC"
    assert facts["Machine"] == "two slow cores"
    assert facts["System"] == "not recorded"
    assert facts["Noise"]
    assert re.fullmatch(r"[\d\s]+ samples, at least 7 processes a cell", facts["Measured"])
    assert facts["Run files"] == "made-up.jsonl"
    assert root.all("h1")[0].text == "The same work at its whole price: alpha, beta, gamma"
    assert root.all("title")[0].text == root.all("h1")[0].text


def test_many_models_are_not_all_in_the_title() -> None:
    run = run_of(*(Cell(contender=f"m{number}", cost=always(100.0)) for number in range(9)))
    title = parsed(page_of(material_of_runs(run))).all("h1")[0].text
    assert title == "The same work at its whole price: m0, m1, m2, m3, m4 and 4 more"


def test_whoever_waits_is_told_what_is_being_made() -> None:
    told: list[str] = []
    page_of(material_of_runs(run_of(*sizes("alpha", "spawn", 100.0, 10, 1000))), told.append)
    assert told[:2] == ["answer", "advice"]
    assert "how it runs" in told


def test_a_column_of_the_map_is_named_by_its_contender() -> None:
    root = parsed(complete())
    for name in ("map-wall", "map-cpu"):
        (holder,) = [element for element in root.all("div") if element.attributes.get("id") == name]
        assert [head.text for head in holder.all("thead")[0].all("th")][2:] == ["alpha", "beta", "gamma"]


def test_rows_can_be_filtered_by_what_is_in_them() -> None:
    (cells,) = [div for div in parsed(complete()).all("div") if div.attributes.get("id") == "cells"]
    assert "data-filters" in cells.attributes
    assert cells["data-filters"] == "workload model"
    about = {(row.all("th")[0].text, row.all("th")[2].text) for row in cells.all("tbody")[0].all("tr")}
    assert about == {
        (cell.point.workload, cell.contender.model) for cell in material_of_all().cells if cell.ok
    }
    assert not [row for row in cells.all("tr") if row.attributes]


def test_hostile_names_give_no_element_and_no_attribute() -> None:
    harmless = parsed(page_of(material_of_runs(harmless_run())))
    root = parsed(hostile())
    outside = [element.tag for element in root if element.tag not in ("text", "use", "path", "g", "defs")]
    assert outside == [
        element.tag for element in harmless if element.tag not in ("text", "use", "path", "g", "defs")
    ]
    names = {(element.tag, name) for element in root for name in element.attributes}
    assert names <= {(element.tag, name) for element in harmless for name in element.attributes} | {
        ("th", "class"),
        ("td", "class"),
    }


def test_hostile_names_are_shown_as_they_are() -> None:
    text = parsed(hostile()).text
    for name in NAMES:
        assert " ".join(plain_text(name).split()) in text
    labels = [head.text for head in parsed(hostile()).all("th")]
    for contender in material_of_runs(hostile_run()).contenders:
        assert any(" ".join(plain_text(contender.label).split()) in label for label in labels)


def test_nothing_that_cannot_be_printed_gets_into_a_page() -> None:
    unprintable = {letter for letter in hostile() if not letter.isprintable()}
    assert unprintable == {"\n", "\N{NARROW NO-BREAK SPACE}"}


def test_a_name_of_three_hundred_letters_is_broken_in_tables_and_cut_in_pictures() -> None:
    long = [head for head in parsed(hostile()).all("th") if "x" * 300 in head.text]
    assert long
    assert all("long" in head["class"].split() for head in long)
    words = [
        line
        for svg in svgs_in(hostile())
        for element in svg.iter()
        for line in (element.text or "").split("\n")
    ]
    assert any(word.startswith("x" * 20) for word in words)
    assert max(map(len, words)) < 110


def test_a_model_s_name_on_two_lines_is_one_name_to_filter_by() -> None:
    (cells,) = [div for div in parsed(hostile()).all("div") if div.attributes.get("id") == "cells"]
    models = {row.all("th")[2].text for row in cells.all("tbody")[0].all("tr")}
    contenders = material_of_runs(hostile_run()).contenders
    assert models == {" ".join(plain_text(one.model).split()) for one in contenders}


def test_runs_side_by_side_have_a_row_each() -> None:
    root = parsed(side_by_side())
    (models,) = [div for div in root.all("div") if div.attributes.get("id") == "load-models"]
    rows = [row.all("th")[0].text for row in models.all("tbody")[0].all("tr")]
    labels = ["alpha abc123", "alpha fedcba98", "beta abc123", "beta fedcba98"]
    assert sorted(rows) == labels
    captions = [caption.text for caption in root.all("caption")]
    assert {"Environment and settings of run 1", "Environment and settings of run 2"} <= set(captions)
    assert "The runs differ in commit: abc123; fedcba98" in root.text
    assert "the runs were not interleaved" in root.text


def test_a_file_with_a_name_that_is_no_text_has_a_page() -> None:
    run = run_of(*sizes("alpha", "spawn", 100.0, 10, 1000))
    odd = type(run)(
        path=run.path.with_name("\udcff.jsonl"), header=run.header, records=run.records, torn=None
    )
    page_of(material_of_runs(measured_of(odd))).encode()


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        ("threads ×21.6 [20.9–22.4]; uvloop", "threads ×21.6 [20.9–22.4]"),
        ("asyncio probably ×1.52 [1.09–2.12]", "probably ×1.52 [1.09–2.12]"),
        ("a-name-that-is-long ×1.52 [1.09–2.12]", "×1.52 [1.09–2.12]"),
        ("late +2.63 [1.60–3.67] ms", "late +2.63 [1.60–3.67] ms"),
        ("late +2.63 [-1.60 – 3.67] ms or so", "late +2.63 [-1.60 – 3.67] ms"),
        ("needs 8.28 µs CPU", "8.28 µs"),
        ("1.39 KiB memory", "1.39 KiB"),
    ],
)
def test_no_line_parts_a_number_from_its_unit_or_interval(words: str, whole: str) -> None:
    assert unbroken(words) == words.replace(whole, f'<span class="whole">{whole}</span>')


def test_words_around_numbers_are_escaped_and_have_no_control_characters() -> None:
    made = unbroken("<b>'1 s' & \x1b 2</b>")
    assert parsed(f"<p>{made}</p>").text == "<b>'1 s' & \N{REPLACEMENT CHARACTER} 2</b>"
