"""Event loops whose factory is misspelt: what is missing is told with what is there."""

from pathlib import Path

import pytest

from concbench.measure.misspelt import misspelt
from concbench.measure.plugin_trial import Broken
from concbench.measure.telling import answer
from concbench.models.files import module_of
from concbench.workloads.catalogue import Catalogue

pytestmark = pytest.mark.measured_side


def test_names_that_are_like_it_come_first_and_only_what_can_be_called_is_told(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("import asyncio\nNUMBER = 1\ndef another(): pass\ndef factory(): pass\n")
    assert misspelt(f"{file}:factory") is None, "nobody has imported it"
    module_of(file)
    assert misspelt(f"{file}:fctory") == "there is no fctory in mine.py; there are factory, another"
    assert misspelt(f"{file}:factory") is None
    assert misspelt(f"{file}:asyncio.new_event_lop").startswith(  # type: ignore[union-attr]
        "there is no new_event_lop in asyncio; there are new_event_loop"
    )


def test_a_module_that_is_missing_is_not_misspelt() -> None:
    assert misspelt("no_such_module_here:loop") is None


def test_whoever_tells_of_a_loop_says_so() -> None:
    loops = ["asyncio:new_event_lop"]
    question = {"ask": "about", "of": "asyncio+asyncio:new_event_lop"}
    with pytest.raises(Broken, match="there is no new_event_lop in asyncio; there are new_event_loop"):
        answer(Catalogue((), loops), question, loops)
    missing = ["no_such_module_here:loop"]
    said = answer(Catalogue((), missing), {"ask": "about", "of": f"asyncio+{missing[0]}"}, missing)
    assert "no_such_module_here" in said["unavailable"]
