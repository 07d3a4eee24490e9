"""How it runs: a picture for each workload that was watched, in the colours of the rest of the page."""

from msgspec.structs import replace

from concbench.report.blocks import Picture
from concbench.report.charts.palette import look_of
from concbench.report.sections.lanes import GENERAL, how_it_runs
from tests.report.made_up import run_elsewhere
from tests.report.pages import everything_run, material_of_runs, of_kind, words_in
from tests.report.traces import BUSY, FAST, IDLE

OURS = [replace(BUSY, contender="alpha"), replace(IDLE, contender="beta")]
SWITCH = replace(FAST, contender="beta", workload="switch")
OWN = replace(FAST, contender="beta", workload="own")


def pictures(*traces: object, runs: int = 1) -> list[Picture]:
    run = everything_run("alpha", "beta", traces=list(traces))
    others = [run_elsewhere(run, number, commit=f"abcde{number}") for number in range(1, runs)]
    return of_kind(how_it_runs(material_of_runs(run, *others)), Picture)


def test_every_workload_that_was_watched_has_a_picture() -> None:
    found = pictures(*OURS, SWITCH)
    assert [picture.caption for picture in found] == ["Who runs when: timers", "Who runs when: switch"]
    assert {"alpha", "beta"} <= set(words_in(found[0].svgs[0]))


def test_every_picture_says_that_it_is_no_timing() -> None:
    timers, own = pictures(*OURS, OWN)
    assert timers.reading.startswith("Each lane is a task: a bar where it ran")
    assert own.reading.startswith(GENERAL)
    assert all("never a cost" in picture.reading for picture in (timers, own))


def test_where_busy_loops_go_by_cpu_time_the_reading_says_so() -> None:
    by_cpu, by_wall = (pictures(replace(BUSY, contender="alpha", clock=clock)) for clock in ("cpu", "wall"))
    assert "go by the CPU time of their process" in by_cpu[0].reading
    assert "CPU time" not in by_wall[0].reading
    assert "alpha (by its CPU time)" in words_in(by_cpu[0].svgs[0])


def test_a_contender_has_the_colour_that_it_has_elsewhere() -> None:
    dataset = material_of_runs(everything_run("alpha", "beta", traces=OURS))
    alpha, beta = (look_of(one.place).css for one in dataset.contenders)
    (alone,) = pictures(OURS[1])
    assert beta in alone.svgs[0]
    assert alpha not in alone.svgs[0]


def test_runs_side_by_side_have_pictures_of_their_own() -> None:
    found = pictures(*OURS, runs=2)
    assert [picture.caption[-5:] for picture in found] == ["run 1", "run 2"]
