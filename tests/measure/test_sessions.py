"""What a session lends: asked for once, and what runs return copied at once."""

from typing import Any

import pytest

from concbench.measure.sessions import Lent, as_they_are, lent_by
from concbench.models.generator import MODEL

pytestmark = pytest.mark.measured_side


def test_what_is_lent_is_a_session_and_is_not_asked_for_again() -> None:
    with MODEL.open() as session:
        lent = lent_by(session)
    assert lent == Lent(session.rt, session.run)
    assert lent_by(lent) is lent


def test_lists_are_copied_and_nothing_else_is_touched() -> None:
    class Odd(list[Any]):
        def copy(self) -> list[Any]:
            raise AssertionError

    returned: list[Any] = [[1], Odd(), None]
    kept = as_they_are(returned)
    returned[0].append(2)
    assert kept == [[1], [], None]
    assert kept[1] is returned[1]
