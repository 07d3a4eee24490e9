"""Options of an interpreter: how they are written and called, and what a process is started with for them."""

import json
import os
import shlex
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.drive.host.interpreter_info import probe
from concbench.drive.host.interpreters import Interpreter, choose, find, names_of
from concbench.drive.host.switches import KINDS, PLAIN, InterpreterError, Switches, split, switches_in
from concbench.drive.workers.launch import launch
from concbench.drive.workers.place import Place
from tests.measure.odd import odd_model, turn
from tests.measure.pythons import script

WORDS = [word for kind in KINDS for word in kind.values]
chosen = st.lists(st.sampled_from(KINDS), unique_by=id).flatmap(
    lambda kinds: st.tuples(*(st.sampled_from(sorted(kind.values)) for kind in kinds))
)


ANSWERS = """
case " $* " in *" -P "*) ;; *) echo CPython {release}; exit;; esac
if [ "$PYTHON_GIL" = 0 ] && [ {free_threaded} = false ]; then
    echo "Fatal Python error: config_read_gil: Disabling the GIL is not supported" >&2; exit 1
fi
gil=true; if [ {free_threaded} = true ] && [ "$PYTHON_GIL" != 1 ]; then gil=false; fi
jit=false; if [ "$PYTHON_JIT" = 1 ]; then jit={jit}; fi
echo '{said}' | sed "s/GIL/$gil/; s/ON/$jit/"
"""


def answering(path: Path, release: str, *, free_threaded: bool = False, jit: bool = False) -> Path:
    """Return a fake that takes PYTHON_GIL and PYTHON_JIT as a CPython does that has them, or has not."""
    said = {
        "executable": "",
        "version": [int(part) for part in release.split(".")],
        "release": release,
        "implementation": "CPython",
        **dict.fromkeys(("compiler", "build"), ""),
        "gil": "GIL",
        "free_threaded": free_threaded,
        **dict.fromkeys(("debug", "optimizations", "lto"), False),
        "jit": "ON",
        "jit_built": jit,
        "packages": {},
    }
    spelled = json.dumps(said).replace('"GIL"', "GIL").replace('"ON"', "ON")
    built = {"free_threaded": json.dumps(free_threaded), "jit": json.dumps(jit)}
    return script(path, ANSWERS.format(said=spelled, release=release, **built))


@given(chosen)
def test_whatever_is_chosen_is_read_back_from_how_it_is_written_in_any_order(words: tuple[str, ...]) -> None:
    spelled = " ".join(words)
    where, switches = split(f"3.14t {spelled}".strip(), lambda _spec: False)
    assert where == "3.14t"
    assert sorted(switches.words) == sorted(words)
    assert split(f"3.14t {switches}".strip(), lambda _spec: False) == (where, switches)
    assert set(switches.variables) == {kind.variable for kind, _ in switches.kinds()}


def test_no_two_options_have_the_same_name() -> None:
    names = [Switches((word,)).suffix for word in WORDS]
    assert len(set(names)) == len(names)
    assert all(name[0] in "+-" and not set(name) & set(" $&|;<>()'\"*?[]#~=%@:") for name in names)


def test_an_option_may_be_written_in_each_of_python_s_own_ways() -> None:
    assert switches_in(["-Xgil=1"]) == switches_in(["-X", "gil=1"]) == Switches(("-X gil=1",))


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("3.13t -X gil=7", r"3\.13t -X gil=7: .* the options -X gil=0\|1, .*, and not -X gil=7"),
        ("3.13t -X faulthandler", "and not -X faulthandler"),
        ("3.13 -c pass", "and not -c"),
        ("3.13 -X", "and not -X$"),
        ("3.13 -O 3.12", r"and not 3\.12"),
        ("3.13t -X gil=1 -X gil=0", "-X gil=1 and -X gil=0 contradict each other"),
        ("3.13 -OO -O", "-OO and -O contradict each other"),
        ("'3.13 -O", "cannot be read .no closing quotation.: quote a path"),
    ],
)
def test_what_may_not_be_given_is_refused_with_what_may(spec: str, told: str) -> None:
    with pytest.raises(InterpreterError, match=told):
        choose(spec)


def test_a_path_with_spaces_is_one_path_and_is_quoted_where_options_follow(tmp_path: Path) -> None:
    path = answering(tmp_path / "my own" / "python -O", "3.13.5", free_threaded=True)
    assert choose(str(path)) == Interpreter(path)
    assert choose(f"'{path}'") == Interpreter(path)
    assert choose(f"'{path}' -X gil=1") == Interpreter(path, Switches(("-X gil=1",)))


@pytest.mark.parametrize(
    ("release", "built", "options", "told"),
    [
        ("3.12.1", {}, "-X gil=1", r"Python 3\.12\.1 does not know -X gil=1, only 3\.13 and newer do"),
        ("3.13.0", {}, "-X gil=0", "does not start with -X gil=0 .* Disabling the GIL is not supported"),
        ("3.13.0", {}, "-X gil=1", r"Python 3\.13\.0 always has its GIL; leave -X gil=1 out"),
        ("3.14.0", {}, "-X jit=1", r"Python 3\.14\.0 has no JIT compiler"),
        ("3.14.0", {}, "-X jit=0", r"Python 3\.14\.0 has no JIT compiler"),
        ("3.13.5", {"free_threaded": True}, "-X thread_inherit_context=0", r"only 3\.14 and newer do"),
    ],
)
def test_what_an_interpreter_would_ignore_or_cannot_is_refused_with_what_it_says(
    tmp_path: Path, release: str, built: dict[str, bool], options: str, told: str
) -> None:
    path = answering(tmp_path / "python", release, **built)
    with pytest.raises(InterpreterError, match=told):
        choose(f"{path} {options}")


def test_an_interpreter_that_does_not_do_what_it_was_asked_for_is_refused(tmp_path: Path) -> None:
    stubborn = answering(tmp_path / "python", "3.14.0", jit=True)
    stubborn.write_text(stubborn.read_text().replace("PYTHON_JIT", "PYTHON_NOTHING"))
    with pytest.raises(InterpreterError, match=r"Python 3\.14\.0, asked for jit 1, says that it is 0"):
        choose(f"{stubborn} -X jit=1")


def test_options_stand_at_the_end_of_an_interpreter_s_name(tmp_path: Path) -> None:
    free = answering(tmp_path / "free", "3.14.2", free_threaded=True)
    fast = answering(tmp_path / "fast", "3.14.2", jit=True)
    specs = [f"{free}", f"{free} -X gil=1", f"{free} -O -X gil=0", f"{fast} -X jit=1", f"{fast} -X jit=0"]
    assert list(names_of({spec: choose(spec) for spec in specs})) == [
        "3.14t",
        "3.14t+gil",
        "3.14t-gil-O",
        "3.14+jit",
        "3.14-jit",
    ]
    assert list(names_of({"python3.14 -O": Interpreter(fast, Switches(("-O",)))})) == ["3.14-O"]


def test_options_are_set_by_variables_and_no_other_python_variable_is_left() -> None:
    ours = {"PATH": "/bin", "PYTHONPATH": "/mine", "PYTHON_JIT": "0", "PYTHONHASHSEED": "1"}
    switches = switches_in(["-X", "jit=1", "-O"])
    assert switches.environment(ours) == {"PATH": "/bin", "PYTHON_JIT": "1", "PYTHONOPTIMIZE": "1"}
    assert switches.isolation == ()
    assert (PLAIN.environment(ours), PLAIN.isolation) == (ours, ("-E",))


@pytest.mark.parametrize(("words", "told"), [((), "0 0"), (("-O",), "1 1"), (("-OO",), "2 2")])
def test_a_worker_has_its_options_and_so_has_what_it_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], told: str
) -> None:
    monkeypatch.delenv("PYTHONOPTIMIZE", raising=False)
    body = (
        "import subprocess\n"
        "command = [sys.executable, '-c', 'import sys; print(sys.flags.optimize)']\n"
        "helper = subprocess.run(command, text=True, capture_output=True).stdout\n"
        "raise RuntimeError(f'{sys.flags.optimize} {helper}')"
    )
    link = launch(
        Place(Path(sys.executable), switches=Switches(words)), "odd", plugins=[odd_model(tmp_path, body)]
    )
    try:
        assert told in link.request(turn(), 60)["reason"]
    finally:
        link.kill()


def test_variables_of_the_user_do_not_reach_a_worker_with_options(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDEVMODE", "1")
    monkeypatch.setenv("PYTHONASYNCIODEBUG", "1")
    body = (
        "left = [name for name in os.environ if name.startswith('PYTHON')]\n"
        "raise RuntimeError(f'{sys.flags.dev_mode} {left}')"
    )
    place = Place(Path(sys.executable), switches=Switches(("-O",)))
    link = launch(place, "odd", plugins=[odd_model(tmp_path, body)])
    try:
        assert "False ['PYTHONOPTIMIZE']" in link.request(turn(), 60)["reason"]
    finally:
        link.kill()


def free_threaded() -> Path | None:
    """Return a free-threaded interpreter of this machine, or None."""
    for version in ("3.13t", "3.14t"):
        try:
            return find(version)
        except InterpreterError:
            continue
    return None


def test_a_free_threaded_build_runs_with_its_gil_on_where_it_is_asked_to() -> None:
    path = free_threaded()
    if path is None:
        pytest.skip("no free-threaded Python is installed here")
    for options, gil in (("", False), (" -X gil=0", False), (" -X gil=1", True)):
        one = choose(f"{shlex.quote(str(path))}{options}")
        link = launch(Place(one.executable, switches=one.switches), "threads")
        try:
            assert link.greeting["gil"] is gil, options
        finally:
            link.kill()


def test_a_jit_compiler_is_on_where_it_is_asked_for_and_off_where_it_is_not() -> None:
    try:
        path = find("3.14")
    except InterpreterError:
        pytest.skip("no Python 3.14 is installed here")
    if not probe(path).jit_built:
        pytest.skip("this Python 3.14 was built without a JIT compiler")
    for option, on in (("-X jit=0", False), ("-X jit=1", True)):
        one = choose(f"{shlex.quote(str(path))} {option}")
        assert probe(path, switches=one.switches).jit is on


def test_the_environment_of_this_process_is_left_alone() -> None:
    before = dict(os.environ)
    Switches(("-O",)).environment()["NEW"] = "1"
    assert dict(os.environ) == before
