"""The command that goes on with a run names the user's code that the run needs."""

import shlex
from pathlib import Path

from msgspec.structs import replace

from concbench.results.header import Settings
from concbench.results.resuming import resume_command, resume_command_of

DIGEST = "sha256:" + "0a" * 32


def test_the_run_file_and_the_code_are_named() -> None:
    said = resume_command(Path("my runs/r.jsonl"), plugins=["a b.py"], loops=["mine:make"], pythons=["/p"])
    assert shlex.split(said) == [
        *["concbench", "run", "--resume", "my runs/r.jsonl"],
        *["--plugin", "a b.py", "--loop", "mine:make", "--python", "/p"],
    ]


def test_a_header_names_files_without_their_folders_and_names_all_interpreters_or_none() -> None:
    settings = Settings(
        plugins=[f"bench one.py {DIGEST}"],
        loops=["uvloop:new_event_loop", f"make of mine.py {DIGEST}"],
        pythons=["3.12", "/opt/python"],
    )
    assert resume_command_of(Path("r.jsonl"), settings) == (
        "concbench run --resume r.jsonl --plugin 'bench one.py' --loop uvloop:new_event_loop"
        " --loop mine.py:make --python 3.12 --python /opt/python"
    )
    for versions in (["3.12", "3.11"], ["3.13t -X gil=1", "3.14 -X jit=1 -O", "python3.12 -OO"]):
        assert "--python" not in resume_command_of(Path("r.jsonl"), replace(settings, pythons=versions))
    told = resume_command_of(Path("r.jsonl"), replace(settings, pythons=["/opt/python -O", "3.12"]))
    assert "--python '/opt/python -O' --python 3.12" in told


def test_a_run_that_advise_asked_for_is_gone_on_with_by_advise() -> None:
    said = resume_command_of(Path("r.jsonl"), Settings(command="advise"))
    assert said == "concbench advise --resume r.jsonl"


def test_a_run_without_code_of_its_user_s_needs_none() -> None:
    assert resume_command_of(Path("r.jsonl"), Settings()) == "concbench run --resume r.jsonl"
