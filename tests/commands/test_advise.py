"""``concbench advise``: a load of one's own, asked for on the command line or in a file."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from concbench import runs
from concbench.commands.param_types import Duration
from concbench.drive.driver import Driver
from concbench.errors import RequestError
from concbench.runs import advise, advising
from concbench.runs.advising import window

from .concbench import Caller

LOAD = ("--tasks", 5, "--wait", "5ms", "--compute", "20us", "--rounds", 600, "--deadline", "2s")


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let rounds come in for a moment only: what is tested is what is told."""
    monkeypatch.setattr(advising, "SHORTEST_S", 0.1)
    monkeypatch.setattr(advising, "FEWEST_ROUNDS", 1)


@pytest.mark.usefixtures("short")
def test_a_load_is_run_under_the_models_and_the_answer_is_told_with_its_page(
    concbench: Caller, tmp_path: Path
) -> None:
    to = tmp_path / "load.jsonl"
    said = concbench("advise", *LOAD, "-m", "asyncio", "--explain", "--seed", 7, "-o", to)
    assert said.code == 0, said.err
    with to.open(encoding="utf-8") as lines:
        assert {cell["params"]["seed"] for cell in json.loads(next(lines))["cells"]} == {7}  # draws arrivals
    assert said.out.startswith(
        "5 tasks, each 600 rounds a minute: wait 5 ms, compute 20 µs. 99 % of rounds must be done within 2 s."
    )
    assert "None surely keeps the deadline at 5 tasks" in said.out  # one process tells nothing of others
    assert "Of what a round alone takes, the model's own is" in " ".join(said.out.split())
    assert "(not asked for: -m); sockets, queues and locks are no part of it" in " ".join(said.out.split())
    page = to.with_suffix(".html").read_text(encoding="utf-8")
    assert "A load with a deadline" in page
    assert "5 tasks, each 600 rounds a minute" in page


@pytest.mark.nightly
@pytest.mark.usefixtures("short")
def test_what_is_told_can_be_had_as_json_and_of_several_numbers_of_tasks(
    concbench: Caller, tmp_path: Path
) -> None:
    written = tmp_path / "load.toml"
    written.write_text(
        'tasks = 5\nwait = "5ms"\nrounds = 600\ndeadline = "2s"\nat = ["1x", "2x"]\n', encoding="utf-8"
    )
    to = tmp_path / "load.jsonl"
    more = ("-m", "asyncio", "--wait", "6ms", "--no-report", "--json", "-o", to)
    said = concbench("advise", written, *more)
    assert said.code == 0, said.err
    told = said.json
    assert told["load"]["tasks"] == [5, 10]
    assert told["load"]["wait"] == 0.006  # the command line comes before the file
    assert [one["tasks"] for one in told["candidates"]] == [5, 10]
    assert {one["keeps"] for one in told["candidates"]} == {"unsure"}
    assert told["cheapest"] is None
    again = concbench("advise", "--resume", to, "--json", "--no-report")
    assert (again.code, json.loads(again.out)) == (0, told)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--tasks", 5), "give --wait or --compute"),
        (("--wait", "200ms"), "--deadline 0.1 cannot be kept: a round alone takes 0.2 s"),
        (
            ("--wait", "30ms", "--rounds", 2000),
            "--rounds 2000 cannot be kept: a task does one round at a time",
        ),
        (("--wait", "thirty"), "'thirty' is no amount such as 30ms"),
        (("--wait", "30ms", "--at", "twice"), "'twice' is not of the form 1x,2x,5x"),
        (("--wait", "30ms", "--share", "99"), "give per cent (99%) or a fraction below 1"),
        (("--wait", "30ms", "--tasks", 0), "0 is not in the range"),
        (("--wait", "30ms", "--rounds", "nan"), "--rounds: expected `float` >= 1e-06"),
        (("--wait", "30ms", "--rounds", 600, "--tasks", 10_000_000), "no more than 1000000 rounds come in"),
        (("--wait", "30ms", "--rounds", "1e-9"), "--rounds: expected `float` >= 1e-06"),
        (("--wait", "30"), "'30' has no unit: say 30ms, 30s"),
        (("--wait", "30ms", "--share", "100%"), "all or more, which no number of rounds shows"),
        (
            ("--wait", "30ms", "--tasks", 10**6, "--rounds", 0.01),
            "--timeout 60 ends it before",
        ),
        (("--wait", "61s", "--deadline", "99s", "--rounds", 0.5), "--timeout 60 ends it before"),
        (("--wait", "30ms", "-m", "asynchio"), "there is no model 'asynchio'"),
        (("--resume", "run.jsonl", "--wait", "30ms"), "leave out --wait"),
    ],
)
def test_what_is_no_load_is_refused_with_what_to_do(
    concbench: Caller, arguments: tuple[Any, ...], words: str
) -> None:
    said = concbench("advise", *arguments)
    assert said.code == 2
    assert words in said.err


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("tasks = ", "Invalid value"),
        ("workers = 3", "there is no 'workers'; it may say tasks, wait"),
        ('wait = "thirty"', "load.toml: wait: 'thirty' is no amount"),
        ("wait = 30", "load.toml: wait: '30' has no unit"),
        ("tasks = [1]", "tasks: [1] is neither a number nor a short text"),
        ("tasks = {a = 1}", "tasks: {'a': 1} is neither"),
        ("tasks = 2026-11-30", "tasks: datetime.date(2026, 11, 30) is neither"),
        ("tasks = true", "tasks: True is neither"),
        ("tasks = 2000.7", "tasks: '2000.7' is not a valid integer"),
        ("tasks = inf", "tasks: 'inf' is not a valid integer"),
        (f"tasks = {'9' * 400}", "is neither a number nor a short text"),
        (f"tasks = 0x{'f' * 4400}", "is neither a number nor a short text"),
        (f"tasks = {'9' * 5000}", "more digits than can be read"),
        (f'wait = "{"9" * 5000}ms"', "is neither a number nor a short text"),
        (f"rounds = {'9' * 400}", "is neither a number nor a short text"),
        ('at = [["1x"]]', "at: ['1x'] is neither"),
        ("at = []", "at: '' is not of the form 1x,2x,5x"),
        ('explain = "no"', "explain: 'no' is neither true nor false"),
        ("explain = [1]", "explain: [1] is neither true nor false"),
        ('"\\u001b[31m" = 1', r"there is no '\x1b[31m'"),
        (f"x = {'[' * 5000}", "nested too deeply"),
        (f"# {'x' * 200_000}", "has 200002 bytes; 100000 are the most"),
        (b"\xff\xfe", "is no text in UTF-8"),
        (None, "No such file"),
    ],
)
def test_a_file_that_says_no_load_is_refused_by_its_name(
    concbench: Caller, tmp_path: Path, written: str | bytes | None, words: str
) -> None:
    path = tmp_path / "load.toml"
    if written is not None:
        path.write_bytes(written if isinstance(written, bytes) else written.encode())
    said = concbench("advise", path)
    assert said.code == 2
    assert words in said.err


def test_a_file_that_is_none_is_refused_and_not_waited_for(concbench: Caller, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in (tmp_path / "pipe", tmp_path, Path("/dev/zero")):
        said = concbench("advise", name)
        assert said.code == 2
        assert "is no regular file" in said.err


@pytest.mark.usefixtures("short")
def test_a_file_is_read_as_the_command_line_is(
    concbench: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = tmp_path / "load.toml"
    written.write_text(
        '\N{BYTE ORDER MARK}tasks = "5"\nwait = 0\ncompute = "20us"\nshare = 0.9\nat = "2x"\n'
        "explain = true\n",
        encoding="utf-8",
    )
    asked: dict[str, Any] = {}

    def noted(**options: Any) -> None:
        asked.update(options)
        raise RequestError("this was asked for")

    monkeypatch.setattr(runs, "advise", noted)
    assert "this was asked for" in concbench("advise", written).err
    names = ("tasks", "wait", "compute", "share", "at", "explain")
    assert [asked[name] for name in names] == [5, 0.0, 2e-5, 0.9, (2.0,), True]


@pytest.mark.parametrize("complete", [True, False])
def test_a_run_that_holds_no_such_load_has_no_advice_and_is_not_gone_on_with(
    concbench: Caller, measured: Path, tmp_path: Path, complete: bool
) -> None:
    lines = measured.read_bytes().splitlines(keepends=True)
    path = tmp_path / "other.jsonl"
    path.write_bytes(b"".join(lines if complete else lines[:-1]))
    before = path.read_bytes()
    said = concbench("advise", "--resume", path)
    assert said.code == 2
    assert "holds no advice: concbench show" in said.err
    assert path.read_bytes() == before


@pytest.mark.usefixtures("short")
def test_a_file_of_advice_that_is_not_complete_names_advise_whoever_reads_it(
    concbench: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_driver: Driver) -> None:
        raise KeyboardInterrupt

    path = tmp_path / "load.jsonl"
    with monkeypatch.context() as patch:
        patch.setattr(Driver, "run", interrupted)
        told = [concbench("advise", *LOAD, "-m", "asyncio", "-o", path)]
        told.append(concbench("run", "--resume", path))
    assert [one.code for one in told] == [130, 130]
    told.append(concbench("show", path))
    for one in told:
        assert f"go on with: concbench advise --resume {path}" in "".join((one.out + one.err).split("\n"))
    assert concbench("advise", "--resume", path, "--no-report").code == 0


def test_what_is_in_the_way_of_advice_is_gone_on_with_by_advise(concbench: Caller, measured: Path) -> None:
    said = concbench("advise", "--wait", "5ms", "-m", "asyncio", "-o", measured)
    assert said.code == 5
    assert "or go on with `concbench advise --resume" in " ".join(said.err.split())


@pytest.mark.parametrize(("tasks", "rate", "seconds"), [(2000, 10, 1.0), (10, 60, 10.0), (100, 60, 3.0)])
def test_rounds_come_in_until_there_are_enough_of_them_within_bounds(
    tasks: int, rate: float, seconds: float
) -> None:
    assert window(tasks, rate) == pytest.approx(seconds)


def test_a_duration_has_no_more_digits_than_were_written() -> None:
    assert repr(Duration().convert("200us", None, None)) == "0.0002"
    assert Duration().convert("1.5s", None, None) == 1.5


@pytest.mark.parametrize("words", ["0", "0ms", "0s"])
def test_nothing_is_nothing_in_any_unit(words: str) -> None:
    assert Duration().convert(words, None, None) == 0


def test_a_program_asks_for_it_in_seconds_and_is_told_what_is_none(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="at: expected a list"):
        advise(at=0.5, wait=0.01, to=tmp_path / "x.jsonl")  # type: ignore[arg-type]
    with pytest.raises(RequestError, match="at: expected a list of length >= 1"):
        advise(at=(), wait=0.01, to=tmp_path / "x.jsonl")
    with pytest.raises(RequestError, match="neither waits nor computes"):
        advise(tasks=5, to=tmp_path / "x.jsonl")
