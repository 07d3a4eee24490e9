"""A run goes on only in the environment in which it began."""

import pytest

from concbench.results.errors import RunFileError
from concbench.results.identity import check_resumable

from .examples import IDENTITY, made_header


def test_the_same_environment_is_accepted_in_any_order() -> None:
    check_resumable(made_header(), dict(reversed(IDENTITY.items())))


def test_every_difference_is_listed() -> None:
    now = {"machine": "x86_64", "cpu": "a fast core", "libc": "2.36"}
    with pytest.raises(RunFileError) as caught:
        check_resumable(made_header(), now)
    assert caught.value.reason == (
        "cannot go on, because the environment has changed (commit: abc123 then, not there now; "
        "cpu: two slow cores then, a fast core now; libc: not recorded then, 2.36 now). "
        "Bring it back as it was, or start a new run"
    )
