"""``concbench aa``: what is recorded, that it goes on where it stopped, and what is refused."""

import shlex
from pathlib import Path

import pytest

from concbench.drive.sides import asked
from concbench.runs import experiment

from .aa_runs import Measure
from .concbench import Caller

QUICK = ["-m", "generator", "-w", "spawn", "--pairs", "16", "--pairs-of-more", "16", "--more", "1.10"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("aa") / "kept"


@pytest.mark.nightly
def test_pairs_are_recorded_once_and_gone_on_with(
    concbench: Caller, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = concbench("aa", *QUICK, "--live", "1", "--budget", "1s", "--replays", "5", "-o", folder)
    assert first.code == 0
    assert "5 replayed comparisons of identical sides" in first.out
    made = sorted(path.name for path in folder.iterdir())
    assert made == ["live-001.jsonl", "pairs-001.jsonl"]
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    again = concbench("aa", *QUICK, "--live", "1", "--replays", "5", "-o", folder)
    assert again.code == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    monkeypatch.setattr(experiment, "measure", Measure())
    further = concbench("aa", *QUICK, "--pairs", "18", "--live", "0", "--replays", "5", "-o", folder)
    assert further.code == 0
    assert "18 recorded pairs or more" in further.out


@pytest.mark.nightly
def test_what_lies_there_is_judged_without_measuring(concbench: Caller, folder: Path) -> None:
    page = folder.with_name("rates.html")
    said = concbench("aa", "--replay", folder, "--replays", "7", "--json", "--report", page)
    assert said.code == 0, said.err
    assert "How often more work in one cell is found" in page.read_text()
    assert (said.json["cells"], said.json["replays"]) == (1, 7)
    (power,) = said.json["powers"]
    assert (power["model"], power["factor"], power["counted"]) == ("generator", 1.1, 1.1)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--more", "0.9"), "factors above 1"),
        (("--more", "lots"), "takes factors such as"),
        (("-w", "spawn", "-p", "tasks=10", "--more", "1.05"), "no whole number"),
        (("--more", "1e400"), "takes factors such as"),
        (("--more", "1e999999999"), "takes factors such as"),
        (("--more", f"1{'0' * 400}"), "takes factors such as"),
        (("--seed", "-1"), "-1 is not in the range 0<=x<=9007199254740992"),
        (("--seed", str(2**53 + 1)), "is not in the range 0<=x<=9007199254740992"),
        (("--budget", "0"), "not a number of a billionth or more"),
        (("--replay", "/nowhere"), "does not exist"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    concbench: Caller, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    said = concbench("aa", "-m", "generator", *arguments, "-o", tmp_path / "kept")
    assert said.code == 2
    assert told in said.err


def test_an_empty_folder_tells_no_rate(concbench: Caller, tmp_path: Path) -> None:
    said = concbench("aa", "--replay", tmp_path)
    assert said.code == 2
    assert "neither a recorded pair nor a live run" in said.err


SMALL = ["-m", "generator", "-w", "spawn", "--pairs-of-more", "0", "--replays", "5"]


@pytest.fixture
def measure(monkeypatch: pytest.MonkeyPatch) -> Measure:
    made = Measure()
    monkeypatch.setattr(experiment, "measure", made)
    monkeypatch.setattr(asked, "refuse_unfit_sides", lambda _base, _head: None)  # no worker is started
    return made


@pytest.mark.parametrize("interrupted", ["pairs-001.jsonl", "live-001.jsonl"])
def test_an_interruption_ends_with_130(
    concbench: Caller, measure: Measure, tmp_path: Path, interrupted: str
) -> None:
    measure.interrupted = (interrupted,)
    said = concbench("aa", *SMALL, "--pairs", "16", "--live", "1", "-o", tmp_path / "kept")
    assert said.code == 130
    assert measure.paths[-1] == interrupted


def test_live_runs_alone_are_something_measured(concbench: Caller, measure: Measure, tmp_path: Path) -> None:
    said = concbench("aa", *SMALL, "--pairs", "0", "--live", "1", "-o", tmp_path / "kept")
    assert said.code == 0
    assert said.out.startswith("Of 1 live comparisons of identical sides 0 raised a false alarm")


def test_a_recording_without_a_pair_is_nothing_measured(
    concbench: Caller, measure: Measure, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    concbench("aa", *SMALL, "--pairs", "1", "--live", "0", "-o", folder)
    (pairs,) = folder.iterdir()
    pairs.write_text("".join(line for line in pairs.read_text().splitlines(True) if '"pair"' not in line))
    assert concbench("aa", "--replay", folder, "--replays", "5").code == 4


def test_going_on_is_the_whole_command_again(concbench: Caller, measure: Measure, tmp_path: Path) -> None:
    folder = tmp_path / "a b; c"
    measure.interrupted = ("pairs-001.jsonl",)
    words_asked = ["-m", "generator", "-m", "asyncio", "-w", "spawn", "-p", "tasks=20", "--pairs", "16"]
    words_asked += [
        "--pairs-of-more",
        "2",
        "--more",
        "1.5",
        "--live",
        "0",
        "--budget",
        "2m",
        "--seed",
        "3",
        "--json",
    ]
    said = concbench("aa", *words_asked, "--replays", "5", "-o", folder)
    assert said.code == 130
    (line,) = (line for line in said.err.splitlines() if line.startswith("interrupted; go on with: "))
    words = shlex.split(line.partition(": ")[2])
    assert words[:2] == ["concbench", "aa"]
    told = ["--model", "generator,asyncio", "--workload", "spawn", "--param", "tasks=20", "--pairs", "16"]
    told += ["--more", "1.5", "--pairs-of-more", "2", "--live", "0", "--budget", "120s", "--replays", "5"]
    assert words[2:] == [*told, "--seed", "3", "--json", "--output", str(folder)]
    assert concbench(*words[1:]).code == 0
    assert measure.paths == ["pairs-001.jsonl", "pairs-002.jsonl"]


def test_going_on_names_the_folder_that_was_made(
    concbench: Caller, measure: Measure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    measure.interrupted = ("pairs-001.jsonl",)
    said = concbench("aa", *SMALL, "--live", "0")
    (folder,) = (tmp_path / "reports").iterdir()
    assert f"--output reports/{folder.name}\n" in said.err


def test_going_on_says_what_a_file_of_defaults_said(
    concbench: Caller, measure: Measure, tmp_path: Path
) -> None:
    config = tmp_path / "other.toml"
    config.write_text("[tool.concbench.aa]\npairs = 16\nmodel = ['generator', 'asyncio']\njson = false\n")
    measure.interrupted = ("pairs-001.jsonl",)
    said = concbench("--config", config, "aa", "-w", "spawn", "--live", "0", "--pairs-of-more", "0",
                     "--output", tmp_path / "aa")  # fmt: skip
    assert (
        " --model generator,asyncio --workload spawn --pairs 16 --pairs-of-more 0 --live 0 --output"
        in said.err
    )


def test_options_that_mean_nothing_beside_replay_are_refused(concbench: Caller, tmp_path: Path) -> None:
    options = ("-m", "threads", "--pairs", "200", "--output", tmp_path / "elsewhere")
    said = concbench("aa", "--replay", tmp_path, "--replays", "5", *options)
    assert said.code == 2
    assert "leave out --model, --pairs, --output" in said.err


@pytest.mark.parametrize("name", ["foreign.html", "file/rates.html"])
def test_a_page_that_cannot_be_written_is_named_by_its_option(
    concbench: Caller, measure: Measure, tmp_path: Path, name: str
) -> None:
    (tmp_path / "foreign.html").write_text("mine")
    (tmp_path / "file").write_text("mine too")
    kept = tmp_path / "kept"
    said = concbench("aa", *SMALL, "--pairs", "16", "--live", "0", "-o", kept, "--report", tmp_path / name)
    assert said.code in (2, 5)
    assert "--report" in said.err
    assert "--output" not in said.err


@pytest.mark.parametrize("fault", ["stat", "write"])
def test_every_step_of_writing_the_page_names_its_option(
    concbench: Caller, measure: Measure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    def full(*_arguments: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    if fault == "write":
        monkeypatch.setattr("concbench.commands.reporting.tempfile.mkstemp", full)
    page = tmp_path / ("page.html" if fault == "write" else "p" * 300)
    said = concbench("aa", *SMALL, "--pairs", "16", "--live", "0", "-o", tmp_path / "kept", "--report", page)
    assert said.code == (5 if fault == "write" else 2)
    assert "--report" in said.err
    assert "--output" not in said.err


@pytest.mark.parametrize(
    "wrong",
    [
        ("-m", "nosuch"),
        ("-w", "nosuch"),
        ("--affinity", "most"),
        ("-p", "nosuch=1"),
        ("-w", "spawn", "-p", "tasks=none"),
        ("--python", "/no/such/python"),
    ],
)
def test_a_wrong_request_leaves_no_folder(
    concbench: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert concbench("aa", *wrong).code == 2
    assert list(tmp_path.iterdir()) == []
