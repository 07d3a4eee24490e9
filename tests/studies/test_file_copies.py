"""``python studies/file_copies.py``: copies of a package, and folders that share the libraries of one."""

import json

import pytest

import file_copies as command


@pytest.mark.smoke
def test_copies_and_links_are_timed(capsys: pytest.CaptureFixture[str]) -> None:
    code = command.main(
        ["--copies", "1", "--rounds", "2", "--statement", "pass", "--setup", "pass", "--json"]
    )
    told = json.loads(capsys.readouterr().out)
    assert code == 0
    assert {kind: sorted(one["medians"]) for kind, one in told.items()} == {
        "copy": ["copy1"],
        "link": ["link1"],
    }


def test_the_spread_is_of_the_medians() -> None:
    found = {"copy1": [1.0, 1.0, 1.0], "copy2": [1.1, 1.1, 9.0], "link1": [1.0, 1.0], "link2": [1.0, 1.0]}
    told = command.summary(found)
    assert told["copy"]["spread"] == pytest.approx(0.1)
    assert (told["link"]["spread"], told["link"]["chance"]) == (0, 0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--package", "no_such_package"], "there is no package no_such_package"),
        (["--copies", "1", "--rounds", "2", "--setup", "import no_such"], "does not run"),
    ],
)
def test_what_cannot_be_measured_is_told(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert command.main(arguments) == 3
    assert words in capsys.readouterr().err
