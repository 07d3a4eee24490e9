"""Histories in general: how commits are shown and sorted, and the part from a date on."""

from datetime import UTC, datetime

from concbench.results.histories import CHANGES, Commit, by_date
from tests.report.histories import commits, figures, history_of, series

DAY = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_commit_is_shown_by_eight_letters_and_whether_it_was_changed() -> None:
    assert Commit("0123456789abcdef", DAY).short == "01234567"
    assert Commit("0123456789abcdef" + CHANGES, DAY).short == "01234567+changes"
    assert Commit("abc", DAY).short == "abc"


def test_commits_of_one_moment_stand_by_their_hashes() -> None:
    assert sorted([Commit("b", DAY), Commit("a", DAY)], key=by_date)[0].hash == "a"


def test_the_part_since_a_date_has_that_date_and_leaves_out_series_that_ended() -> None:
    whole = history_of(series(figures(1, 12)), series(figures(2, 5), model="gone"))
    part = whole.since(commits(12)[5].date)
    assert [len(one.points) for one in part.series] == [7]
    assert part.series[0].points[0].commit == commits(12)[5]
    assert part.commits == tuple(commits(12)[5:])
    assert whole.since(commits(12)[0].date) == whole


def test_a_history_is_named_after_where_it_was_read() -> None:
    whole = history_of(series(figures(1, 3)))
    assert whole.name == "results"
