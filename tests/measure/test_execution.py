"""What a session lends: asked for once, and what runs return copied at once."""

from dataclasses import replace
from typing import Any

import pytest

from concbench.measure.execution import Lent, as_they_are, lent_from, opening
from concbench.models.generator import MODEL

pytestmark = pytest.mark.measured_side


def test_what_is_lent_is_a_session_and_is_not_asked_for_again() -> None:
    with MODEL.open() as session:
        lent = lent_from(session)
    assert lent == Lent(session.rt, session.run, None, session.processes)  # type: ignore[attr-defined]
    assert lent_from(lent) is lent


def test_lists_are_copied_and_nothing_else_is_touched() -> None:
    class Odd(list[Any]):
        def copy(self) -> list[Any]:
            raise AssertionError

    returned: list[Any] = [[1], Odd(), None]
    kept = as_they_are(returned)
    returned[0].append(2)
    assert kept == [[1], [], None]
    assert kept[1] is returned[1]


def plain_generator() -> Any:
    with MODEL.open() as session:
        yield session


@pytest.mark.parametrize("opened", [plain_generator, lambda: None])
def test_an_open_that_gives_no_context_manager_is_told_with_what_to_write(opened: Any) -> None:
    with pytest.raises(TypeError, match=r"open of mine must .*, and returned .*@contextlib\.contextmanager$"):
        opening(replace(MODEL, name="mine", open=opened))
