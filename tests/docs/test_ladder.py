"""docs/LADDER.md says what was predicted, as the data have it."""

from collections.abc import Iterator

from concbench.analysis.ladder.rungs import RUNGS, STEPS
from concbench.analysis.ladder.steps import EFFECTS, Expected

from .test_documents import ROOT

TEXT = (ROOT / "docs" / "LADDER.md").read_text(encoding="utf-8")
HEAD = f"| step | workloads | {' | '.join(EFFECTS)} | because |\n{'| --- ' * (3 + len(EFFECTS))}|\n"


def table() -> str:
    """Return the table of all predictions, as the document has it."""
    return HEAD + "".join(f"{row}\n" for step in STEPS for row in rows(step.rung))


def rows(rung: str) -> Iterator[str]:
    step = STEPS[RUNGS.index(rung) - 1]
    told = [(", ".join(f"`{name}`" for name in names.split()), one) for names, one in step.others.items()]
    told += [("all others" if told else "all", step.usual)]
    for place, (workloads, one) in enumerate(told):
        yield row("" if place else f"`{rung}`", workloads, one)


def row(step: str, workloads: str, one: Expected) -> str:
    signs = " | ".join(one.signs[effect] for effect in EFFECTS)
    return f"| {step} | {workloads} | {signs} | {one.why} |"


def test_the_document_has_every_prediction() -> None:
    assert table() in TEXT


def test_the_document_has_what_was_learned() -> None:
    lessons = [
        f"| `{step.rung}` | {of} | {words} |\n" for step in STEPS for of, words in step.learned.items()
    ]
    assert "".join(lessons) in TEXT


def test_the_document_names_every_rung_and_what_it_adds() -> None:
    for step in STEPS:
        assert f"| `{step.rung}` | {step.adds} |" in TEXT
