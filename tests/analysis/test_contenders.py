"""Arms: who is compared, what each is called, and which runs may stand side by side."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.analysis.contenders import (
    Mismatch,
    RunContender,
    check_comparable,
    contenders_of,
    differences,
    places_of,
)
from concbench.families import FAMILIES
from concbench.results.measured import Measured, measured_of
from concbench.results.reader import Run
from tests.results.examples import HEADER, IDENTITY, made_header


def contender(model: str, python: str = "3.13", **more: Any) -> dict[str, Any]:
    usual = {"id": model, "dialect": "generator", "version": "3.13.0"}
    return usual | {"model": model, "python": python} | more


def run(
    *contenders: dict[str, Any], number: int = 0, dirty: bool = False, started: str = "", **identity: str
) -> Measured:
    environment = {"identity": IDENTITY | identity, "repository": {"dirty": dirty}}
    header = made_header(
        run=f"{number:032x}",
        started=started or HEADER["started"],
        environment=environment,
        contenders=list(contenders),
        cells=[],
    )
    return measured_of(Run(path=Path(f"{number}.jsonl"), header=header, records=(), torn=None))


def labels(contenders: Sequence[RunContender]) -> list[str]:
    return [contender.label for contender in contenders]


ASYNCIO, THREADS = contender("asyncio"), contender("threads", version=None)


def test_where_only_models_differ_an_arm_is_called_like_its_model() -> None:
    first, second = contenders_of([run(ASYNCIO, THREADS)])
    assert (first.label, first.model, first.variant, first.run) == ("asyncio", "asyncio", "", 0)
    assert labels([first, second]) == ["asyncio", "threads"]


def test_interpreters_of_one_run_are_told_by_their_names() -> None:
    both = [contender("asyncio", python, id=f"asyncio@{python}") for python in ("3.11", "3.13")]
    contenders = contenders_of([run(*both)])
    assert labels(contenders) == ["asyncio 3.11", "asyncio 3.13"]
    assert [contender.id for contender in contenders] == ["asyncio@3.11", "asyncio@3.13"]


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ({"commit": "0123456789abcdef"}, ["abc123", "01234567"]),
        ({"dirty": True}, ["abc123", "abc123+changes"]),
        ({"concbench": "0.2.0, source feed"}, ["", "feed"]),
        ({"started": "2026-12-24T18:30:00+00:00"}, ["2026-11-22 12:00", "2026-12-24 18:30"]),
        ({"python 1": "another build"}, ["run 1", "run 2"]),
    ],
)
def test_runs_are_told_by_the_first_thing_that_differs(others: dict[str, Any], words: list[str]) -> None:
    contenders = contenders_of([run(ASYNCIO), run(ASYNCIO, number=1, **others)])
    assert [contender.variant for contender in contenders] == words
    assert labels(contenders) == [f"asyncio {word}".rstrip() for word in words]


def test_an_interpreter_that_kept_its_name_is_told_by_its_release() -> None:
    releases = [
        contender("greenlet", "python3", release=release, version="3.1") for release in ("3.12.1", "3.13.0")
    ]
    contenders = contenders_of(
        [run(one, number=number, commit=f"{number}") for number, one in enumerate(releases)]
    )
    assert labels(contenders) == ["greenlet 3.12.1", "greenlet 3.13.0"]


def test_releases_of_a_library_are_told_and_a_library_without_one_has_none() -> None:
    runs = [
        run(contender("greenlet", version=version), number=place)
        for place, version in enumerate(("3.1", None))
    ]
    assert labels(contenders_of(runs)) == ["greenlet 3.1", "greenlet"]


def test_what_is_the_same_everywhere_is_not_told() -> None:
    contenders = contenders_of(
        [run(ASYNCIO, THREADS, number=number, commit=f"{number}") for number in range(2)]
    )
    assert labels(contenders) == ["asyncio 0", "asyncio 1", "threads 0", "threads 1"]


def test_one_model_under_two_names_in_one_run_is_told_by_these() -> None:
    assert labels(contenders_of([run(*(contender("m", id=name) for name in ("a", "b")))])) == ["m a", "m b"]


def test_arms_come_model_by_model_and_in_each_run_by_run() -> None:
    contenders = contenders_of([run(THREADS, ASYNCIO), run(ASYNCIO, THREADS, number=1)])
    assert [(contender.model, contender.run) for contender in contenders] == [
        ("threads", 0), ("threads", 1), ("asyncio", 0), ("asyncio", 1),
    ]  # fmt: skip


def test_a_model_has_the_colour_of_its_family_in_all_runs() -> None:
    contenders = contenders_of([run(ASYNCIO, THREADS), run(THREADS, ASYNCIO, number=1)])
    numbers = {(contender.model, contender.place.family) for contender in contenders}
    assert numbers == {("asyncio", FAMILIES.index("event-loop")), ("threads", FAMILIES.index("threads"))}
    assert len({(contender.place.family, contender.place.variant) for contender in contenders}) == 4


def test_members_of_a_family_are_told_apart_as_they_are_listed_whoever_takes_part() -> None:
    places = places_of([("uvloop", ""), ("asyncio", ""), ("polling", "")])
    assert places["uvloop", ""].family == places["asyncio", ""].family != places["polling", ""].family
    assert (places["asyncio", ""].member, places["uvloop", ""].member) == (0, 4)


def test_a_model_has_the_same_place_whether_or_not_other_families_take_part() -> None:
    alone = places_of([("uvloop", ""), ("asyncio", ""), ("asyncio+mine:loop", "")])
    among = places_of([("threads", ""), ("uvloop", ""), ("asyncio", ""), ("asyncio+mine:loop", "")])
    assert alone.items() <= among.items()
    assert len({place.member for place in alone.values()}) == 3


def test_a_model_that_no_name_tells_has_the_family_that_its_run_file_says() -> None:
    places = places_of([("mine", ""), ("asyncio", "")], {"mine": "pool"})
    assert places["mine", ""].family == FAMILIES.index("pool")


_words = st.text("a 1", max_size=3)
_contenders = st.builds(
    contender,
    model=_words,
    python=_words,
    version=st.none() | _words,
    release=_words,
)


@given(
    runs=st.lists(
        st.builds(
            lambda contenders, commit: (contenders, commit),
            st.lists(_contenders, min_size=1, max_size=4),
            _words,
        ),
        min_size=1,
        max_size=3,
    )
)
def test_whatever_the_names_no_two_arms_have_the_same_label(
    runs: list[tuple[list[dict[str, Any]], str]],
) -> None:
    contenders = contenders_of(
        [
            run(
                *(replaced | {"id": f"{place}"} for place, replaced in enumerate(contenders)),
                number=number,
                commit=commit,
            )
            for number, (contenders, commit) in enumerate(runs)
        ]
    )
    assert len(set(labels(contenders))) == len(contenders) == sum(len(contenders) for contenders, _ in runs)
    assert len({(contender.model, contender.variant) for contender in contenders}) == len(contenders)


def test_the_same_run_twice_is_refused_with_both_names() -> None:
    with pytest.raises(Mismatch, match=r"0\.jsonl and copy\.jsonl are the same run"):
        check_comparable(
            [run(ASYNCIO), replace(run(ASYNCIO), path=Path("copy.jsonl"))], different_machines=True
        )


@pytest.mark.parametrize(
    ("identity", "words"),
    [
        ({"machine": "feed (arm64)"}, r"another machine than .*\(feed \(arm64\), not x86_64\)"),
        ({"cpu": "one fast core"}, "another processor than"),
    ],
)
def test_runs_of_different_machines_are_refused_unless_that_is_wanted(
    identity: dict[str, Any], words: str
) -> None:
    runs = [run(ASYNCIO), run(ASYNCIO, number=1), run(ASYNCIO, number=2, **identity)]
    with pytest.raises(Mismatch, match=rf"2\.jsonl was measured on {words}"):
        check_comparable(runs, different_machines=False)
    check_comparable(runs, different_machines=True)


def test_a_machine_that_only_one_run_recorded_is_another_one() -> None:
    nameless = run(ASYNCIO, number=1)
    del nameless.header.environment["identity"]["machine"]
    with pytest.raises(Mismatch, match="not recorded, not x86_64"):
        check_comparable([run(ASYNCIO), nameless], different_machines=False)


def test_another_commit_or_python_of_the_same_machine_compares() -> None:
    check_comparable(
        [run(ASYNCIO), run(contender("asyncio", "3.14"), number=1, commit="feed")], different_machines=False
    )


def test_what_differs_is_listed_with_every_run_s_value() -> None:
    runs = [run(ASYNCIO), run(ASYNCIO, number=1, commit="feed", gc="off")]
    assert differences(runs) == ["commit: abc123; feed", "gc: not recorded; off"]
    assert differences(runs[:1]) == []


def test_a_repository_that_is_null_counts_as_not_recorded() -> None:
    one = run(ASYNCIO)
    one.header.environment["repository"] = None
    assert labels(contenders_of([one, run(ASYNCIO, number=1, commit="feed")])) == [
        "asyncio abc123",
        "asyncio feed",
    ]
