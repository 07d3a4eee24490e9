"""``studies/mutated_files.py``: damaged files are answered in words, and the study tells what is not."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mutated_files
from mutations import change_value, damaged, spelled
from unsound import MEASURED, unsound

# A few seconds, always the same: each example is read by eight commands. `thorough` draws a thousand others.
THOROUGH = settings.default is not None and settings.default.max_examples >= 1000
EXAMPLES = 1000 if THOROUGH else 25


@settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=not THOROUGH)
@given(seed=st.integers(0, 2**32))
def test_a_damaged_file_is_answered_with_a_documented_exit_code_and_never_accepted_with_a_foreign_sample(
    seed: int,
) -> None:
    found, content, name = mutated_files.tried((seed, 40, "", mutated_files.FILES))
    wrong = [f"{one.command}: {one.wrong}\n{one.said}" for one in found if one.wrong is not None]
    assert not wrong, f"{name}, seed {seed}, {len(content)} bytes"


@pytest.mark.smoke
def test_most_changes_are_seen_but_not_all_are_damage() -> None:
    files = mutated_files.real_files()
    draw = random.Random(1)
    made = {damaged(files, "compare.jsonl", draw) for _ in range(30)}
    whole = b"".join(map(spelled, files["compare.jsonl"]))
    assert len(made) == 30
    assert whole not in made


@pytest.mark.parametrize("name", sorted(mutated_files.real_files()))
def test_the_oracle_finds_nothing_in_real_files_and_what_is_doubled_or_foreign_in_others(name: str) -> None:
    records = mutated_files.real_files()[name]
    assert unsound(b"".join(map(spelled, records))) is None
    place = next(n for n, record in enumerate(records) if record["type"] in MEASURED)
    doubled = [*records[: place + 1], records[place], *records[place + 1 :]]
    assert "doubled" in str(unsound(b"".join(map(spelled, doubled))))
    headless = [record for record in records if record["type"] != "process"]
    assert "unknown process" in str(unsound(b"".join(map(spelled, headless))))
    for kind in ("witness", "outcome", "warning"):
        for place in [n for n, record in enumerate(records) if record["type"] == kind][-1:]:
            again = b"".join(map(spelled, [*records, records[place]]))
            assert unsound(again) is not None, kind


def test_a_traceback_and_a_refusal_without_its_file_are_violations(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {
        "a": (70, "Traceback"),
        "b": (5, "it is bad"),
        "c": (5, "run.jsonl:3: it is bad"),
        "d": (2, "no"),
    }
    monkeypatch.setattr(mutated_files, "called", lambda arguments: answers[arguments[0]])
    wrong = {name: mutated_files.judged([name], "run.jsonl", b"").wrong for name in answers}
    assert wrong == {"a": "exit code 70", "b": "a refusal without file or line", "c": None, "d": None}


def test_the_study_keeps_a_file_that_was_accepted_and_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Pool:
        def __init__(self, _processes: int) -> None: ...
        def __enter__(self) -> "Pool":
            return self

        def __exit__(self, *_: object) -> None: ...
        def imap(self, function: object, jobs: object, chunksize: int) -> object:
            bad = mutated_files.Found("show run.jsonl", 70, "Traceback", "exit code 70")
            return iter([([bad], b"content", "run.jsonl")])

    monkeypatch.setattr("multiprocessing.Pool", Pool)
    monkeypatch.setattr("sys.argv", ["mutated_files.py", "--count", "1", "--keep", str(tmp_path / "kept")])
    with pytest.raises(SystemExit) as leaving:
        mutated_files.main()
    assert leaving.value.code == 1
    assert (tmp_path / "kept" / "0-run.jsonl").read_bytes() == b"content"
    assert "1 violations in 1 calls" in capsys.readouterr().out


def test_real_files_have_every_kind_of_record_but_warnings_that_depend_on_the_machine() -> None:
    kinds = {record["type"] for records in mutated_files.real_files().values() for record in records}
    assert {"header", "process", "sample", "memory", "outcome", "block", "pair", "weighed", "resume"} <= kinds
    assert json.loads(spelled({"a": 1})) == {"a": 1}


@pytest.mark.parametrize("huge", [10**400, -(10**400), 1e308])
def test_a_value_of_any_size_can_be_changed(huge: float) -> None:
    seen = set()
    for seed in range(200):
        records: list[dict[str, object]] = [{"value": huge}]
        change_value(records, random.Random(seed))
        seen.add(repr(records))
    assert len(seen) > 10
