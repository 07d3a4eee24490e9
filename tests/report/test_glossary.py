"""How to read a kind of thing stands on a page once, however many there are of it."""

from concbench.report.blocks import (
    Answered,
    AnswerGroup,
    Answers,
    Folded,
    LinkLine,
    Picture,
    Section,
    Table,
    Words,
)
from concbench.report.page.glossary import glossary_of


def table(name: str, reading: str) -> Table:
    return Table(name=name, caption=name, columns=(), rows=(), reading=reading)


def test_each_text_has_one_id_and_the_first_part_that_it_stands_in() -> None:
    answered = Answered(
        name="a",
        title="",
        goal="",
        workload="",
        size="",
        said=(),
        about="",
        links=LinkLine("", ()),
        table=table("t", "of answers"),
    )
    sections = [
        Section("one", "", [Words("no"), Picture((), "", "of charts"), table("u", "of tables")]),
        Section(
            "two",
            "",
            [
                Folded("", [table("v", "of tables")]),
                Answers((AnswerGroup("g", "", "", (answered,)),)),
                table("w", ""),
            ],
        ),
    ]
    assert glossary_of(sections) == {
        "of charts": ("how-1", "", "one"),
        "of tables": ("how-2", "u", "one"),
        "of answers": ("how-3", "t", "two"),
    }
