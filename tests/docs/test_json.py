"""docs/JSON.md says what ``--json`` prints: every key of every output is in its tables, with its kind."""

import io
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest

from concbench.commands import VERBS, cli
from concbench.metrics import metrics_for

from .json_outputs import PRINTED, outputs_in
from .test_documents import ROOT

JSON = (ROOT / "docs" / "JSON.md").read_text(encoding="utf-8")

PRIMITIVES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "scalar": (str, bool, int, float),
    "anything": (str, bool, int, float, list, dict, type(None)),
    "null": (type(None),),
}
CONTAINERS = {"list": "list", "map": "dict"}

ROW = re.compile(r"^\| (`.*?) \| (.*?) \| ?(.*?) ?\|$", re.MULTILINE)
WORDS = re.compile(r"(?:`[^`]+`(?:, or | or |, )?){2,}")
"""What the words of a text begin with where a value is one of several."""

LINK = re.compile(r"\[([^\]]+)\]\(#([\w-]+)\)")

SECTIONS: dict[str, str] = dict(re.findall(r"^##+ (.*)\n((?:(?!##).*\n?)*)", JSON, re.MULTILINE))
"""What stands below each heading."""

SAID_ONCE = {"environment", "build", "repository"}
"""Sections on the record of a machine, of which it is said once what null means."""

Seen = set[tuple[str, str]]
"""Tables by their headings, and keys of theirs."""


def rows_of(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield the keys of a section's table, one by one, with their kinds and what is said of them."""
    for keys, kind, words in ROW.findall(text.partition("| key | kind |")[2]):
        for key in re.findall(r"`([\w.]+)`", keys):
            yield key, LINK.sub(r"<\1>", kind), words


def tables() -> dict[str, dict[str, str]]:
    """Return the kind of each key in each table; ``os.kernel`` is a key of a table of its own."""
    found: dict[str, dict[str, str]] = {}
    for heading, text in SECTIONS.items():
        for key, kind, _ in rows_of(text):
            outer, dot, inner = key.partition(".")
            if dot:
                found[heading][outer] = f"<{heading}.{outer}>"
                found.setdefault(f"{heading}.{outer}", {})[inner] = kind
            else:
                found.setdefault(heading, {})[key] = kind
    return found


TABLES = tables()

CHOICES = {
    (heading, key): re.findall(r"`([^`]+)`", told[0])
    for heading, text in SECTIONS.items()
    for key, kind, words in rows_of(text)
    if kind.startswith("string") and (told := WORDS.match(words))
}
"""The values that a text may have, where the page lists them."""


class Misfit(Exception):
    """A value is not of the kind that the page says; the words begin with its place."""


def held(value: Any, kind: str, place: str) -> Seen:
    """Return the keys of tables that a value has; raises Misfit, of several alternatives the most told."""
    misfits = []
    for one in re.split(r" or (?![^(]*\))", kind.partition(", ")[0]):
        try:
            return held_to_one(value, one, place)
        except Misfit as misfit:
            misfits.append(misfit)
    raise max(misfits, key=lambda misfit: len(str(misfit)))


def held_to_one(value: Any, kind: str, place: str) -> Seen:
    """Do the same for a kind without alternatives."""
    container, _, inner = kind.partition(" of ")
    if kind.startswith("<"):
        return held_to_table(value, kind.strip("<>"), place)
    if container not in CONTAINERS:
        if type(value) not in PRIMITIVES[kind]:
            raise Misfit(f"{place}: {value!r} is no {kind}")
        return set()
    if type(value).__name__ != CONTAINERS[container]:
        raise Misfit(f"{place}: {value!r} is no {container}")
    items = value.items() if container == "map" else enumerate(value)
    found = (held(item, inner.strip("()"), f"{place}[{name!r}]") for name, item in items)
    return set().union(*found)


def held_to_table(value: Any, heading: str, place: str) -> Seen:
    """Do the same for an object whose keys are in a table."""
    table = TABLES[heading]
    if type(value) is not dict:
        raise Misfit(f"{place}: {value!r} is no {heading}")
    required = {key for key, kind in table.items() if "optional" not in kind.split(", ")}
    if strange := (value.keys() - table.keys()) | (required - value.keys()):
        raise Misfit(f"{place} ({heading}): {', '.join(sorted(strange))} on one side alone")
    for key, item in value.items():
        if item not in CHOICES.get((heading, key), (item,)) and item is not None:
            raise Misfit(f"{place}.{key}: the page does not list {item!r}")
    inner = (held(item, table[key], f"{place}.{key}") for key, item in value.items())
    return {(heading, key) for key in value}.union(*inner)


def test_every_output_is_as_the_page_says_its_example_works_and_every_key_of_the_page_occurs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All in one: it takes some seconds to make the outputs."""
    seen: Seen = set()
    for heading, printed in outputs_in(tmp_path, monkeypatch).items():
        (code,) = re.findall(r"python -c '(.*?)'", SECTIONS[heading])
        capsys.readouterr()
        for number, one in enumerate(printed):
            seen |= held_to_table(one, heading, f"{heading} {number}")
            monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(one)))
            exec(compile(code, heading, "exec"), {})  # noqa: S102  (of our own page)
        assert capsys.readouterr().out.strip(), heading
    told = {(heading, key) for heading, table in TABLES.items() for key in table}
    assert told - seen == set()


def test_every_command_that_prints_json_has_a_section_and_an_output() -> None:
    context = click.Context(cli)
    able = {verb for verb in VERBS if any(one.name == "as_json" for one in command_of(verb, context).params)}
    named = {one for heading in SECTIONS for one in re.findall(r"concbench (\w+)", heading)}
    assert named == able
    assert PRINTED.keys() == {heading for heading in SECTIONS if heading.startswith("concbench ")}


def command_of(verb: str, context: click.Context) -> click.Command:
    found = cli.get_command(context, verb)
    assert found is not None
    return found


def test_what_a_text_may_be_is_listed_where_it_is_one_of_a_few() -> None:
    assert CHOICES["candidate", "keeps"] == ["yes", "no", "unsure"]
    assert CHOICES["count", "verdict"] == ["slower", "faster", "same"]


def test_what_null_means_is_said() -> None:
    for heading in SECTIONS.keys() - SAID_ONCE:
        for key, kind, words in rows_of(SECTIONS[heading]):
            assert ("null" in kind) == ("null" in words), f"{heading}: {key}"


def test_every_link_within_the_page_leads_to_a_heading_of_that_name() -> None:
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in SECTIONS}
    assert {anchor for _, anchor in LINK.findall(JSON)} <= anchors
    for words, anchor in LINK.findall("".join(row for row in JSON.splitlines() if row.startswith("| `"))):
        assert words.replace(" ", "-") == anchor or words == "metric"


def test_every_metric_of_a_table_has_its_unit() -> None:
    rows = re.findall(r"^\| (`.*?) \| `(.*?)`", SECTIONS["estimate"].partition("| metric |")[2], re.MULTILINE)
    told = {name: unit for names, unit in rows for name in re.findall(r"`(\w+)`", names)}
    assert told == {one.name: one.spelled_unit("unit") for one in metrics_for("table")}
