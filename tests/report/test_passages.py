"""A page carries the passages of the documents that it refers to: these alone, safe, and linked to."""

from pathlib import Path
from typing import Any

import pytest

from concbench.documents import Passage, passage
from concbench.report.blocks import Answered, AnswerGroup, Answers, LinkLine, Section, Table
from concbench.report.page.markdown import html_of
from concbench.report.page.passages import SEE, carried_by, seen_from
from concbench.workloads.index import BASICS, LOADS
from tests.report.pages import example_page, parsed

MOST = 8_000
"""Bytes of a passage's HTML."""


def made(text: str, names: dict[str, str] | None = None) -> str:
    return str(html_of(Passage("HERE", "here", "Title & <b>", text), names or {}))


@pytest.mark.parametrize("key", sorted({key for keys in SEE.values() for key in keys}))
def test_what_parts_refer_to_is_in_the_documents_and_is_small(key: str) -> None:
    found = passage(*key.split("#"))
    assert found is not None
    assert 100 < len(html_of(found, {})) < MOST


def test_a_passage_ends_at_the_next_heading() -> None:
    found = passage("REPORT", "rank")
    assert found is not None
    assert found.title == "Rank"
    assert found.text.startswith("No single score.")
    assert "\n#" not in found.text
    assert passage("REPORT", "nowhere") is None
    assert passage("NOWHERE", "rank") is None


def test_a_comment_in_code_is_no_heading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "CODED.md").write_text(
        "# Title\n\n```sh\n# not a heading\n```\nafter\n## Next, `one`\n\nlast\n"
    )
    monkeypatch.setattr("concbench.documents.FOLDERS", (tmp_path / "none", tmp_path))
    title, following = passage("CODED", "title"), passage("CODED", "next-one")
    assert title is not None
    assert title.text.endswith("```\nafter")
    assert following is not None
    assert following.text == "last"
    assert passage("CODED", "not-a-heading") is None


def test_every_part_links_to_its_passages_and_every_passage_back() -> None:
    root = parsed(example_page())
    parts = {one["id"]: one for one in root.all("section")}
    links = {name: {a["href"] for a in part.all("a")} for name, part in parts.items()}
    for name in ("answer", "scaling", "memory", "rank", "figures", "method"):
        for key in SEE[name]:
            there = f"doc-{key.replace('#', '-').lower()}"
            assert f"#{there}" in links[name], name
            (text,) = [one for one in parts["references"].all("div") if one.attributes.get("id") == there]
            assert f"#{name}" in {a["href"] for a in text.all("a")}
            assert f"concbench docs {key.partition('#')[0]}" in text.text


def test_a_popover_links_to_what_its_part_refers_to() -> None:
    root = parsed(example_page())
    popovers = {one["id"]: one for one in root.all("p") if "popover" in one.attributes}
    (scaling,) = [one for one in root.all("section") if one["id"] == "scaling"]
    ask = next(one for one in scaling.all("button") if one.attributes.get("class") == "ask")
    assert "#doc-report-laws" in {a["href"] for a in popovers[ask["popovertarget"]].all("a")}


def loads_of(*workloads: str) -> tuple[Answered, ...]:
    """Return a load of each workload."""
    table = Table(name="t", caption="c", columns=(), rows=())
    about: dict[str, Any] = {"title": "", "goal": "", "size": "", "said": (), "about": ""}
    return tuple(
        Answered(name=name, workload=name, links=LinkLine("", ()), table=table, **about) for name in workloads
    )


def test_a_load_links_to_what_is_said_of_it_up_to_its_first_table() -> None:
    loads = loads_of("queue", "timers")
    carried = carried_by([Section("loads", "Loads", [Answers((AnswerGroup("g", "", "", loads),))])])
    assert list(carried) == ["LOADS#queue"]
    assert "one queue of capacity K" in carried["LOADS#queue"].html
    assert "<table>" not in carried["LOADS#queue"].html
    assert seen_from("loads", carried) == []


def test_a_load_of_a_plugin_refers_to_nothing_whatever_its_name() -> None:
    loads = loads_of("a#b#c", "queue#x", "../LOADS")
    assert carried_by([Section("x", "X", [Answers((AnswerGroup("g", "", "", loads),))])]) == {}


def test_all_loads_but_the_basic_ones_are_told_of() -> None:
    assert [name for name in (*BASICS, *LOADS) if passage("LOADS", name) is not None] == [*LOADS]


def test_html_in_a_document_is_text_and_pictures_are_none() -> None:
    html = made("a <script>alert(1)</script> b\n\n<img src=x>\n\n![words](https://a.b/c.png)")
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


def test_links_lead_to_what_the_page_carries_and_others_are_words() -> None:
    there = {"STATISTICS#looks": "doc-statistics-looks", "HERE#below": "doc-here-below"}
    assert made("[x](STATISTICS.md#looks)", there) == '<p><a href="#doc-statistics-looks">x</a></p>\n'
    assert made("[x](#below)", there) == '<p><a href="#doc-here-below">x</a></p>\n'
    assert made("a [x](OTHER.md) b", there) == "<p>a <code>concbench docs OTHER</code> b</p>\n"
    for address in ("https://a.b/c", "../src/a.py", "javascript:alert(1)"):
        html = made(f"a [x]({address}) b", there)
        assert "<a" not in html
        assert "x" in html


def test_each_table_has_a_name_of_its_own() -> None:
    table = "| a |\n| --- |\n| 1 |"
    names = [one["aria-label"] for one in parsed(made(f"{table}\n\nand\n\n{table}")).all("div")]
    assert len(set(names)) == 2


def test_a_table_has_a_name_heads_and_room_to_scroll() -> None:
    root = parsed(made("| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |"))
    assert root.all("caption")[0].text == "HERE: Title & <b>, table 1"
    assert [(one["scope"], one.text) for one in root.all("th")] == [
        ("col", "a"),
        ("col", "b"),
        ("row", "1"),
        ("row", "3"),
    ]
    (region,) = root.all("div")
    assert (region["role"], region["tabindex"], region["aria-label"]) == (
        "region",
        "0",
        "HERE: Title & <b>, table 1",
    )
