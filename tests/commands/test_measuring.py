"""Verbs that measure: refused where that could only fail, while their help is printed anywhere."""

import pytest

from .concbench import Caller

MEASURE = {
    "verify": ("verify",),
    "run": ("run",),
    "aa": ("aa",),
    "seeds": ("seeds",),
    "trace": ("trace", "switch"),
    "compare": ("compare", "HEAD~1", "HEAD"),
}


def nowhere() -> str:
    raise FileNotFoundError(2, "No usable temporary directory found")


@pytest.mark.parametrize(
    ("patched", "value", "told"),
    [
        ("tempfile.gettempdir", nowhere, "name another with TMPDIR"),
        ("concbench.platforms.unsupported_platform", lambda: "Not on this one.", "Not on this one."),
    ],
)
def test_where_nothing_can_be_measured_the_help_is_printed_and_measuring_is_refused(
    concbench: Caller, monkeypatch: pytest.MonkeyPatch, patched: str, value: object, told: str
) -> None:
    monkeypatch.setattr(patched, value)
    for verb, arguments in MEASURE.items():
        helped = concbench(verb, "--help")
        assert (helped.code, helped.err) == (0, "")
        assert f"concbench {verb} " in helped.out
        said = concbench(*arguments)
        assert said.code == 2
        assert told in said.err
