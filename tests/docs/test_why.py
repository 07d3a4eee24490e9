"""docs/WHY.md says what every layer is, as the command does."""

from concbench.analysis.layer_words import MEANINGS

from .test_documents import ROOT

TEXT = (ROOT / "docs" / "WHY.md").read_text(encoding="utf-8")


def test_the_document_has_every_layer_and_what_it_means() -> None:
    rows = "".join(f"| {layer} | {says} |\n" for layer, says in MEANINGS.items())
    assert f"| layer | what it is |\n| --- | --- |\n{rows}\n" in TEXT
