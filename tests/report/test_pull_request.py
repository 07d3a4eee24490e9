"""The summary of a comparison for a pull request, and its annotations."""

from dataclasses import replace

import pytest

from concbench.analysis.comparison import Comparison, Counted, Failed, Line
from concbench.report.pull_request import LONGEST, SHOWN, annotations, as_markdown, code

LINE = Line(
    cell="switch[tasks=10]/asyncio",
    workload="switch",
    model="asyncio",
    params={"tasks": 10},
    metric="wall",
    kind="ratio",
    margin=0.01,
    verdict="same",
    low=0.995,
    middle=1.0,
    high=1.005,
    confidence=0.99,
    pairs=24,
    base=1_000_000.0,
    head=1_000_000.0,
    reason=None,
    gated=True,
)
SLOWER = replace(LINE, cell="spawn[tasks=10]/asyncio", verdict="slower", low=1.04, middle=1.05, high=1.06)
HOSTILE = "a|b`c\n<img src=x>@team\x1b[31m"


def comparison(*lines: Line, **changes: object) -> Comparison:
    whole = Comparison(
        base="v0",
        head="v1",
        lines=lines,
        counted=(),
        failed=(),
        rate=0.01,
        confidence=0.99,
        seconds=10.0,
        budget=60.0,
        paired=True,
        gates=("wall",),
        uncounted=(),
        complete=True,
        warnings=(),
        about={},
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def test_the_answer_comes_first_and_what_is_slower_before_all_else() -> None:
    text = as_markdown(comparison(LINE, SLOWER))
    assert text.startswith("### 1 of 2 cells is slower: spawn")
    slower, same = text.index("🔴 slower"), text.index("same (within ±1%)")
    assert slower < text.index("<details>") < same < text.index("</details>")
    assert "×1.050 [1.040–1.060]" in text


def test_words_of_a_file_break_no_table_and_mention_nobody() -> None:
    hostile = replace(SLOWER, cell=HOSTILE, model=HOSTILE)
    failed = Failed(cell=HOSTILE, workload="w", model="m", side="head", outcome="crashed", reason=HOSTILE)
    text = as_markdown(comparison(hostile, base=HOSTILE, warnings=(HOSTILE,), failed=(failed,)))
    assert "\x1b" not in text
    for line in text.splitlines():
        outside = "".join(line.split("`")[::2])
        assert "<img" not in outside.replace("\\<", "")
        assert "@team" not in outside
    (row,) = (line for line in text.splitlines() if "slower" in line and line.startswith("| "))
    assert row.replace("\\|", "").count("|") == 7


def test_a_code_span_is_closed_only_by_its_end() -> None:
    assert code("a`b") == "`a’b`"
    assert code("a|b") == "`a\\|b`"


@pytest.mark.parametrize("count", [10, 2000])
def test_it_fits_into_a_comment_and_closes_what_it_opened(count: int) -> None:
    text = as_markdown(comparison(*[replace(LINE, cell=f"w[tasks={n}]/m") for n in range(count)]))
    assert len(text) <= LONGEST + 200
    assert text.count("<details>") == text.count("</details>") == 1
    assert ("too long for a comment" in text) is (count == 2000)


def test_instructions_stand_beside_the_time() -> None:
    counted = Counted(
        cell=LINE.cell,
        workload="switch",
        model="asyncio",
        params=LINE.params,
        base=1000,
        head=1006,
        ratio=1.006,
        verdict="slower",
        threshold=0.005,
        gated=False,
    )
    text = as_markdown(comparison(LINE, counted=(counted,)))
    assert "×1.0060 slower |" in text
    assert text.index("is **slower** by instructions ×1.0060") < text.index("<details>")
    (told,) = annotations(comparison(LINE, counted=(counted,)))
    assert told.startswith("::warning title=switch[tasks=10]/asyncio is slower::instructions ×1.0060")


def test_annotations_are_escaped_as_github_wants_it() -> None:
    failed = Failed(cell="a,b:c", workload="w", model="m", side="head", outcome="crashed", reason="50%\nlost")
    told = annotations(comparison(SLOWER, replace(SLOWER, gated=False), failed=(failed,)))
    assert told == [
        "::error title=spawn[tasks=10]/asyncio is slower::wall time ×1.050 [1.040–1.060]",
        "::error title=a%2Cb%3Ac on head%3A crashed::50%25%0Alost",
        "::warning title=spawn[tasks=10]/asyncio is slower::wall time ×1.050 [1.040–1.060]",
    ]


OPEN = replace(LINE, verdict="unsure", reason="open then")
CLEARS = replace(OPEN, cell="park[tasks=10]/asyncio", low=1.02, middle=1.03, high=1.04)


def test_nothing_is_annotated_where_all_is_the_same_or_better_or_does_not_count() -> None:
    faster = replace(LINE, verdict="faster", low=0.8, middle=0.9, high=0.95)
    assert annotations(comparison(LINE, faster, replace(OPEN, gated=False))) == []


def test_what_counts_and_is_undecided_is_a_warning_for_each_cell_what_may_be_worse_first() -> None:
    cpu = replace(OPEN, metric="cpu", reason="too few")
    assert annotations(comparison(OPEN, cpu, CLEARS)) == [
        "::warning title=park[tasks=10]/asyncio may be worse::wall time ×1.030 [1.020–1.040]: open then",
        "::warning title=switch[tasks=10]/asyncio is undecided::wall time ×1.000 [0.995–1.005],"
        " CPU time ×1.000 [0.995–1.005]: open then; too few",
    ]


def test_what_of_a_cell_got_worse_is_one_annotation_since_github_shows_ten() -> None:
    cpu = replace(SLOWER, metric="cpu")
    (told,) = annotations(comparison(SLOWER, cpu))
    assert told == (
        "::error title=spawn[tasks=10]/asyncio is slower::"
        "wall time ×1.050 [1.040–1.060], CPU time ×1.050 [1.040–1.060]"
    )


def test_each_name_is_a_code_span_of_its_own_where_many_could_not_be_compared() -> None:
    lost = Failed(cell="a", workload="w", model="m", side="base", outcome="unavailable", reason="no")
    text = as_markdown(comparison(LINE, failed=(lost, replace(lost, cell="b"))))
    assert "- 2 cells (`a`, `b`) on base: **unavailable**: no" in text


@pytest.mark.parametrize(
    ("fail_on", "levels"),
    [("unsure", ["error", "error"]), ("slower", ["error", "warning"]), ("never", ["warning", "warning"])],
)
def test_only_what_fails_is_an_error(fail_on: str, levels: list[str]) -> None:
    told = annotations(comparison(OPEN, SLOWER, fail_on=fail_on))
    assert [one.split(" ")[0].strip(":") for one in told] == levels


def test_what_is_said_of_a_test_stands_at_its_file() -> None:
    both = [replace(one, workload="benchmarks/test_a.py") for one in (SLOWER, OPEN)]
    for served, starts in (
        (
            "pytest",
            ["::error file=benchmarks/test_a.py,title=", "::warning file=benchmarks/test_a.py,title="],
        ),
        ("asv", ["::error title=", "::warning title="]),
    ):
        told = annotations(comparison(*both, served=served))
        assert [one.startswith(start) for one, start in zip(told, starts, strict=True)] == [True, True]


def test_of_more_than_github_shows_the_last_one_tells_how_many_and_which() -> None:
    many = [replace(OPEN, cell=f"w[tasks={number}]/m") for number in range(SHOWN + 5)]
    assert len(annotations(comparison(*many[:SHOWN]))) == SHOWN
    told = annotations(comparison(SLOWER, *many))
    assert [one.partition(" ")[0] for one in told] == ["::error"] + ["::warning"] * SHOWN
    assert told[-1].startswith(f"::warning title=and 6 more::w[tasks={SHOWN - 1}]/m is undecided, ")
    assert told[-1].endswith(f"w[tasks={SHOWN + 4}]/m is undecided")


def test_a_change_that_is_not_decided_is_one_so_far_and_of_stored_runs_one_for_good() -> None:
    assert "| ×1.000 [0.995–1.005] so far | ❔ unsure |" in as_markdown(comparison(OPEN))
    assert "so far" not in as_markdown(comparison(OPEN, paired=False))
    assert "so far" not in as_markdown(comparison(LINE, SLOWER))


def test_what_may_be_slower_is_a_warning_with_its_reason() -> None:
    maybe = replace(SLOWER, verdict="unsure", reason="not at 1 % over all")
    assert annotations(comparison(maybe, replace(maybe, gated=False))) == [
        "::warning title=spawn[tasks=10]/asyncio may be worse::"
        "wall time ×1.050 [1.040–1.060]: not at 1 %25 over all"
    ]


def test_people_and_issues_are_parted_from_their_signs_for_a_backslash_does_not_stop_github() -> None:
    text = as_markdown(comparison(LINE, warnings=("ask @octocat about #12",)))
    assert "> ⚠️ ask \\@&#8203;octocat about \\#&#8203;12" in text


def test_what_base_lacks_is_a_warning_and_what_head_alone_lacks_an_error() -> None:
    failed = Failed(
        cell="w/m", workload="w", model="m", side="base", outcome="unavailable", reason="not here"
    )
    (told,) = annotations(comparison(failed=(failed,)))
    assert told == "::warning title=w/m on base%3A unavailable::not here"
    (told,) = annotations(comparison(failed=(replace(failed, side="head"),)))
    assert told == "::error title=w/m on head%3A unavailable::not here"


def test_of_a_cell_that_got_worse_it_is_not_told_besides_what_else_is_undecided() -> None:
    (told,) = annotations(comparison(SLOWER, replace(OPEN, cell=SLOWER.cell, metric="cpu")))
    assert told.startswith("::error title=spawn[tasks=10]/asyncio is slower")
