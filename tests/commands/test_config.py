"""Defaults from ``[tool.concbench.VERB]``: which file counts, what it may say, and what is told of it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from concbench.commands import VERBS, cli
from concbench.commands.config import NO_OPTIONS, RUNS_CODE, TELLING

from .concbench import Caller

Configure = Callable[[str], Path]
RUN = "[tool.concbench.run]\n"
SPAWN = ("-w", "spawn", "--no-memory", "--dry-run", "--json")
BOTH = "--config and --no-config exclude each other"


@pytest.fixture
def configure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Configure:
    """Return a function that writes a pyproject.toml into the folder that is current from then on."""
    monkeypatch.chdir(tmp_path)

    def write(text: str) -> Path:
        path = tmp_path / "pyproject.toml"
        path.write_text(text)
        return path

    return write


def options() -> Iterator[tuple[str, click.Option]]:
    """Yield every option of every verb that a file may know of."""
    ctx = click.Context(cli)
    for verb in set(VERBS) - set(NO_OPTIONS):
        command = cli.get_command(ctx, verb)
        assert command is not None
        yield from (
            (verb, one) for one in command.params if isinstance(one, click.Option) and not one.is_eager
        )


HARMLESS = {
    *("affinity", "allow-different-machines", "annotations", "at", "baseline", "brief", "budget", "compute"),
    *(
        "deadline",
        "diff",
        "dry-run",
        "explain",
        "fail-on",
        "exercise",
        "from",
        "gate",
        "instructions",
        "json",
        "keyword",
        "live",
    ),
    *(
        "margin",
        "memory",
        "memory-margin",
        "metric",
        "model",
        "more",
        "most-memory",
        "open",
        "pairs",
        "pairs-of-more",
        "param",
    ),
    *(
        "preset",
        "price",
        "program",
        "quiet",
        "replays",
        "rounds",
        "scale",
        "seconds",
        "seed",
        "share",
        "since",
        "tasks",
    ),
    *("tasks", "time-margin", "timeout", "to", "verbose", "wait", "workload"),
}
"""Options that run nothing and name no file: whoever adds one says which it is."""


def test_every_option_is_known_to_be_harmless_or_is_refused_where_nobody_named_the_file() -> None:
    for verb, option in options():
        name = next(one for one in option.opts if one.startswith("--"))[2:]
        refused = name in RUNS_CODE or isinstance(option.type, click.Path)
        harmless = name in HARMLESS or (name == "report" and option.is_flag)  # whether there is a page
        assert refused != harmless, f"{verb} --{name}"


def test_what_changes_what_an_answer_means_is_an_option() -> None:
    assert {one.removeprefix("--") for _verb, option in options() for one in option.opts} >= TELLING


def test_the_nearest_file_with_a_table_has_the_defaults(
    configure: Configure, concbench: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = configure('[tool.concbench.run]\nmodel = ["generator", "asyncio"]\n')
    below = path.parent / "one" / "two"
    below.mkdir(parents=True)
    (path.parent / "one" / "pyproject.toml").write_text('[project]\nname = "concbench-user"\n')
    monkeypatch.chdir(below)
    assert concbench("run", *SPAWN).json["contenders"] == ["generator", "asyncio"]
    (below / "pyproject.toml").write_text('[tool.concbench.run]\nmodel = "threads"\n')
    assert concbench("run", *SPAWN).json["contenders"] == ["threads"]


def test_what_is_said_on_the_line_wins_and_no_config_leaves_all_out(
    configure: Configure, concbench: Caller
) -> None:
    configure('[tool.concbench.verify]\nmodel = "generator"\nworkload = "spawn"\nseed = 7\njson = true\n')
    found = concbench("verify").json
    assert (found["seed"], {one["contender"] for one in found["findings"]}) == (7, {"generator"})
    assert concbench("verify", "--seed", "8").json["seed"] == 8
    for words in (("--no-config", "verify"), ("verify", "--no-config")):
        assert "(seed 7)" not in concbench(*words, "-m", "threads", "-w", "spawn").out


@pytest.mark.parametrize("words", [("--config", "FILE", "verify"), ("verify", "--config", "FILE")])
def test_a_file_that_is_named_may_have_any_name_and_say_what_code_runs(
    configure: Configure, concbench: Caller, words: tuple[str, ...]
) -> None:
    path = configure("").with_name("bench.toml")
    path.write_text(
        '[tool.concbench.verify]\nloop = "asyncio:new_event_loop"\nmodel = "generator"\nworkload = "spawn"\n'
    )
    found = concbench(*(str(path) if word == "FILE" else word for word in words), "--json").json
    assert {one["contender"] for one in found["findings"]} == {"generator", "asyncio+asyncio:new_event_loop"}


@pytest.mark.parametrize(
    ("verb", "line", "option"),
    [
        ("run", 'plugin = ["mine.py"]', "plugin"),
        ("run", 'loop = "uvloop:new_event_loop"', "loop"),
        ("run", 'python = ["/bin/python"]', "python"),
        ("compare", 'with = "uvloop==0.21.0"', "with"),
        ("compare", 'repo = ".."', "repo"),
        ("doctor", 'python = "/bin/python"', "python"),
        ("run", 'output = "there.jsonl"', "output"),
        ("compare", 'markdown = "/etc/motd"', "markdown"),
        ("report", 'history = "."', "history"),
    ],
)
def test_code_and_files_are_not_taken_from_a_file_that_nobody_named(
    configure: Configure, concbench: Caller, verb: str, line: str, option: str
) -> None:
    path = configure(f"[tool.concbench.{verb}]\n{line}\n")
    said = concbench(verb)
    assert said.code == 2
    assert f"{path}: [tool.concbench.{verb}] {option}: it " in said.err
    assert f"say --config {path}" in " ".join(said.err.split())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[tool.concbench.rnu]", "[tool.concbench]: there is no command 'rnu'; did you mean 'run'?"),
        ("[tool.concbench.help]", "[tool.concbench]: there is no command 'help'; there are list, verify,"),
        ("[tool.concbench]\nrun = 3", "[tool.concbench] run: expected a table [tool.concbench.run], got 3"),
        ("[tool]\nconcbench = 3", "[tool] concbench: expected tables [tool.concbench.VERB], got 3"),
        ("[tool.concbench.run", "is no TOML: "),
        (f"{RUN}presett = 'a'", "[tool.concbench.run]: there is no option 'presett'; did you mean 'preset'?"),
        (f"{RUN}preset = 'quik'", "[tool.concbench.run] preset: 'quik' is not one of"),
        (f"{RUN}preset = true", "preset: expected one of quick, standard, thorough, million, got True"),
        (f"{RUN}memory = 1", "[tool.concbench.run] memory: expected true or false, got 1"),
        (f"{RUN}model = [{{}}]", "[tool.concbench.run] model: expected a text, or a list of such, got [{}]"),
        (f"{RUN}seed = true", "[tool.concbench.run] seed: expected a number, got True"),
        (f"{RUN}seed = 0x{'f' * 4400}", "[tool.concbench.run] seed: expected a number, got "),
        (f"{RUN}timeout = nan", "[tool.concbench.run] timeout: nan is no number"),
        (f"{RUN}param = 'tasks'", "[tool.concbench.run] param: 'tasks' is not of the form"),
        (f"{RUN}quiet = true\nverbose = true", "--quiet and --verbose exclude each other"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_file_and_key_and_breaks_no_help(
    configure: Configure, concbench: Caller, text: str, told: str
) -> None:
    path = configure(text)
    said = concbench("run", *SPAWN)
    assert said.code == 2
    words = " ".join(said.err.split())
    assert told in words
    assert str(path) in words or "exclude" in told
    for asked in (("--help",), ("run", "--help"), ("-V",)):
        assert concbench(*asked).code == 0


def test_no_config_passes_over_what_is_wrong(configure: Configure, concbench: Caller) -> None:
    configure("[tool.concbench.run")
    assert concbench("list").code == 2
    assert concbench("--no-config", "list").code == 0


def test_a_name_that_is_unknown_is_told_with_where_it_may_come_from(
    configure: Configure, concbench: Caller
) -> None:
    path = configure('[tool.concbench.run]\nmodel = "asynco"\n')
    said = " ".join(concbench("run", *SPAWN).err.split())
    assert "did you mean 'asyncio'?" in said
    assert f"({path} has defaults for model; --no-config leaves them out)" in said
    assert "has defaults for" not in concbench("run", *SPAWN, "-m", "asynco").err


def test_verbose_says_what_was_taken_from_where_and_what_outweighs_it(
    configure: Configure, concbench: Caller
) -> None:
    path = configure('[tool.concbench.list]\nverbose = true\npreset = "quick"\njson = true\n')
    assert f"defaults of {path}: verbose = True, preset = 'quick', json = True" in concbench("list").err
    assert "json = True" not in concbench("list", "--json").err
    assert concbench("list", "-q").err == ""  # what is said outweighs the default


def test_what_changes_what_an_answer_means_is_said_unasked_of_a_file_that_nobody_named(
    configure: Configure, concbench: Caller
) -> None:
    path = configure("[tool.concbench.compare]\ntime_margin = '1ms'\nbudget = '5m'\ngate = ['wall']\n")
    told = f"{path} has time_margin = '1ms', gate = ['wall'] (--no-config leaves that out)"
    asked = ("compare", "none", "none")
    assert told in " ".join(concbench(*asked).err.split())
    assert "time_margin" not in concbench(*asked, "--time-margin", "2ms").err.partition(" (--no-config")[0]
    for words in (("-q",), ("--json",), ("--no-config",), ("--config", str(path))):
        assert "leaves that out" not in concbench(*asked, *words).err
    configure("[tool.concbench.compare]\nbudget = '5m'\n")
    assert "leaves that out" not in concbench(*asked).err


def test_an_option_that_is_spelled_in_two_ways_is_refused(configure: Configure, concbench: Caller) -> None:
    path = configure(f"{RUN}dry_run = true\ndry-run = false\n")
    said = concbench("run", *SPAWN)
    assert said.code == 2
    told = f"{path}: [tool.concbench.run]: dry_run and dry-run are one option; keep one"
    assert told in " ".join(said.err.split())


def test_underscores_are_dashes_and_lists_are_commas(configure: Configure, concbench: Caller) -> None:
    configure('[tool.concbench.compare]\ntime_margin = "1ms"\n[tool.concbench.history]\nsince = 2999-01-01\n')
    (Path.cwd() / "empty").mkdir()
    assert "time-margin" not in concbench("compare", "no-such-thing").err
    assert "empty" in concbench("history", "empty").err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--config", "none.toml", "list"), "none.toml: No such file"),
        (("--config", "pyproject.toml", "list"), "pyproject.toml: has no table [tool.concbench.VERB]"),
        (
            ("--config", "pyproject.toml", "--no-config", "list"),
            "--config and --no-config exclude each other",
        ),
        (
            ("--config", "pyproject.toml", "list", "--no-config"),
            "--config and --no-config exclude each other",
        ),
        (
            ("--no-config", "list", "--config", "pyproject.toml"),
            "--config and --no-config exclude each other",
        ),
    ],
)
def test_a_file_that_is_named_has_to_be_one(
    configure: Configure, concbench: Caller, words: tuple[str, ...], told: str
) -> None:
    configure('[project]\nname = "concbench-user"\n')
    said = concbench(*words)
    assert said.code == 2
    assert told in " ".join(said.err.split())


def test_files_of_others_are_passed_over(
    configure: Configure, concbench: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = configure("this is [ no TOML, and names nobody")
    assert concbench("list").code == 0
    (path.parent / "below").mkdir()
    monkeypatch.chdir(path.parent / "below")
    (path.parent / "below" / "pyproject.toml").mkdir()
    assert concbench("list").code == 0


def test_a_folder_that_is_gone_has_no_defaults(
    tmp_path: Path, concbench: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert concbench("list").code == 0


def test_the_example_of_the_document_is_taken(configure: Configure, concbench: Caller) -> None:
    document = Path(__file__).parents[2] / "docs" / "CLI.md"
    found = re.search(r"```toml\n(.*?)```", document.read_text(), re.DOTALL)
    assert found is not None
    configure(found[1])
    assert concbench("run", "-w", "spawn", "--dry-run", "--json").json["contenders"] == ["asyncio", "threads"]
    said = " ".join(concbench("compare", "none", "none", "-v").err.split())
    assert "budget = '5m', gate = ['wall', 'cpu'], time-margin = '200us'" in said
