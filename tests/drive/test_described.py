"""The command line's catalogue: it knows of plug-ins what they say elsewhere, and runs none of their code."""

import errno
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from concbench.drive.workers import asking, child, replies
from concbench.drive.workers.asking import Informant
from concbench.drive.workers.described import Described, handed_over, here, rest
from concbench.drive.workers.place import Place
from concbench.measure.plugin_trial import TOLD
from concbench.models import index
from concbench.models.loops import loop_model
from concbench.promising import promises_of
from concbench.workloads.base import NotExpressible, params_from_dict, params_to_dict
from concbench.workloads.catalogue import Catalogue, PluginError, loop_name
from tests.measure.odd import is_running

COUNTDOWN = str(Path(__file__).parents[2] / "docs" / "examples" / "countdown_workload.py")
FIELDS = str(Path(__file__).parents[1] / "measure" / "plugins" / "fields.py")
MODEL = """
from dataclasses import replace
from concbench.models.generator import MODEL
MODELS = [replace(MODEL, name="mine", single_threaded=False, version=lambda: "7")]
"""
BABBLES = """
import os
for fd in range(3, 30):
    try: os.write(fd, b"{}")
    except OSError: pass
"""
LATER = """
import os
def babble():
    for fd in range(3, 30):
        try: os.write(fd, b'{"ids": 1}\\n')
        except OSError: pass
    return "7"
MODELS = [replace(MODELS[0], version=babble)]
"""
WAITS = """
from threading import Event
def hang(): Event().wait()
"""
RAISING = """
class Sulky(Exception):
    def __str__(self): raise RuntimeError
def interrupt(): raise KeyboardInterrupt
def sulk(): raise Sulky
"""
PATCHES = """
import threading, time
def refuse(*anything): raise RuntimeError("patched")
threading.Thread.start = time.sleep = refuse
"""


@pytest.fixture(autouse=True)
def at_rest() -> None:
    """End what earlier tests have asked, and what this one asks."""
    rest()


def plugin(folder: Path, text: str, name: str = "plugin.py") -> str:
    path = folder / name
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize("file", [COUNTDOWN, FIELDS])
def test_a_described_workload_is_as_the_imported_one(file: str) -> None:
    told, known = Described([file]).workload("countdown"), Catalogue([file]).workload("countdown")
    for name in ("name", "version", "summary", "reading", "doubled", "unit", "cost_unit", "needs_own_slice"):
        assert getattr(told, name) == getattr(known, name)
    for preset in ("quick", "thorough"):
        here_, there = ([params_to_dict(one) for one in of.points(preset)] for of in (told, known))
        assert here_ == there
    assert params_to_dict(told.smallest) == params_to_dict(known.smallest)
    params = params_from_dict(told, {"tasks": "7"})
    assert params_to_dict(params) == {"tasks": 7, "start": known.params().start}
    assert told.floor(params) == known.floor(params_from_dict(known, {"tasks": 7}))
    its = params_from_dict(known, {"tasks": 7})
    one, other = (promises_of(of.promise(at, "generator")) for of, at in ((told, params), (known, its)))
    assert [kept for kept in TOLD.values() if getattr(one, kept) != getattr(other, kept)] == []
    assert told.impossible(index.get("polling")) == known.impossible(index.get("polling"))
    assert isinstance(told.versions["polling"], NotExpressible)
    assert replace(params, tasks=9) == params_from_dict(told, {"tasks": 9})
    assert [params_to_dict(one) for one in told.memory_points([params])] == [params_to_dict(params)]
    assert told.small(Random(1)) == told.small(Random(1))
    assert told.params.__doc__ == known.params.__doc__


def test_parameters_are_refused_in_the_plugins_own_words() -> None:
    told, known = Described([COUNTDOWN]).workload("countdown"), Catalogue([COUNTDOWN]).workload("countdown")
    for wrong in ({"tasks": 0}, {"nobody": 1}, {"tasks": 2.7}, {"tasks": "many"}):
        with pytest.raises(ValueError, match="countdown") as mine:
            params_from_dict(told, wrong)
        with pytest.raises(ValueError, match="countdown") as its:
            params_from_dict(known, wrong)
        assert str(mine.value) == str(its.value)


def test_a_described_model_tells_its_version_and_cannot_be_opened_here(tmp_path: Path) -> None:
    model = Described([plugin(tmp_path, MODEL)]).model("mine")
    assert (model.dialect, model.traits.pinnable, model.version(), model.unavailable()) == (
        "generator",
        False,
        "7",
        None,
    )
    with pytest.raises(TypeError, match="in workers only"):
        model.open()


def test_a_described_workload_tells_the_units_of_its_parameters() -> None:
    assert Described([FIELDS]).workload("countdown").units == {"start": "steps"}


def test_what_a_plugin_patches_stays_in_the_process_that_was_asked(tmp_path: Path) -> None:
    start, sleep, modules = threading.Thread.start, time.sleep, set(sys.modules)
    catalogue = Described([plugin(tmp_path, PATCHES + MODEL)])
    assert catalogue.model("mine").version() == "7"
    assert (threading.Thread.start, time.sleep) == (start, sleep)
    assert not {name for name in set(sys.modules) - modules if name.startswith("concbench_plugin")}


def test_workers_are_told_what_a_file_defines(tmp_path: Path) -> None:
    path = plugin(tmp_path, MODEL)
    assert handed_over([path, COUNTDOWN]) == [
        {"file": path, "models": ["mine"], "workloads": []},
        {"file": COUNTDOWN, "models": [], "workloads": ["countdown"]},
    ]


def test_a_file_that_changed_is_asked_again(tmp_path: Path) -> None:
    path = plugin(tmp_path, MODEL)
    assert Described([path]).own_models() == ["mine"]
    plugin(tmp_path, MODEL.replace('"mine"', '"other"'))
    assert Described([path]).own_models() == ["other"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            "raise RuntimeError('a \\x1b[31mred\\nline')",
            "RuntimeError: a \N{REPLACEMENT CHARACTER}[31mred line",
        ),
        ("import sys; sys.exit('no')", "SystemExit: no"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt, at plugin.py:1"),
        (
            "def __getattr__(name): raise RuntimeError(name)",
            "RuntimeError: MODELS, in __getattr__ at plugin.py:1",
        ),
        ("import os; print('last words'); os._exit(7)", "exit code 7, and says 'last words'"),
        ("import os; os.kill(os.getpid(), 9)", "the process that imports it was ended by SIGKILL"),
        ("x = 1", "defines neither MODELS nor WORKLOADS"),
        (MODEL.replace('"mine"', "'a,b'"), "MODELS[0]: name: 'a,b' has ,"),
        (MODEL.replace('"mine"', "'threаds'"), "looks like 'threads'"),
        (MODEL.replace('"mine"', "'asyncio'"), "the name 'asyncio' is taken already"),
        (
            BABBLES.format("nonsense\\n"),
            "sent what is no JSON (b'nonsense')",
        ),
        (
            BABBLES.format("[]\\n"),
            "sent JSON that is no object",
        ),
        (
            BABBLES.format('{\\"models\\": 3}\\n'),
            "sent a wrong description: description.models is 3, not a list",
        ),
        ("raise RuntimeError('\\udc80' + 'x' * 30_000)", "RuntimeError: ?xxx"),
    ],
)
def test_a_plugin_that_cannot_be_used_is_one_sentence_that_names_the_file(
    tmp_path: Path, text: str, what: str
) -> None:
    path = plugin(tmp_path, text)
    with pytest.raises(PluginError) as raised:
        Described([path])
    said = str(raised.value)
    assert said.startswith(f"{path}: ")
    assert what in said
    assert said.isprintable()


def test_a_plugin_that_hangs_is_ended_and_named(tmp_path: Path) -> None:
    path = plugin(tmp_path, "import time; time.sleep(60)")
    informant = Informant(here(), path, [path], [], seconds=0.5)
    said = (
        r"plugin\.py: no answer within 0\.5 s of importing it or asking what it defines, in <module> at .*:1$"
    )
    with pytest.raises(PluginError, match=said):
        informant.describe()


def test_a_model_that_hangs_when_it_is_asked_is_named_with_the_line(tmp_path: Path) -> None:
    text = MODEL.replace('lambda: "7"', "hang").replace("MODELS", WAITS + "MODELS")
    path = plugin(tmp_path, text)
    informant = Informant(here(), path, [path], [], seconds=0.5)
    with pytest.raises(PluginError) as raised:
        informant.ask({"ask": "about", "of": "mine"}, lambda _said: None)
    asked = "no answer within 0.5 s of asking whether mine is available and which version it has"
    assert str(raised.value) == f"{path}: {asked}, in hang at {path}:6"


def test_a_plugin_that_closes_what_its_process_answers_by_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "END_SECONDS", 0.05)
    path = plugin(tmp_path, "import os, time\nos.closerange(3, 40)\ntime.sleep(60)")
    with pytest.raises(PluginError, match=r"the process that imports it closed the pipe of its answers"):
        Described([path])


def test_an_answer_without_end_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "MOST_BYTES", 10_000)
    path = plugin(
        tmp_path,
        "import os\nfor fd in range(3, 30):\n    try:\n        while True: os.write(fd, b'x' * 4096)\n"
        "    except OSError: pass\n",
    )
    with pytest.raises(PluginError, match=r"plugin\.py: .* sent more than 0 MiB without an end of line"):
        Informant(here(), path, [path], []).describe()


def test_what_a_plugin_writes_into_later_answers_is_none(tmp_path: Path) -> None:
    path = plugin(tmp_path, MODEL + LATER)
    model = Described([path]).model("mine")
    with pytest.raises(
        PluginError, match=r"plugin\.py: .* sent a wrong about: about has 'ids', which is none of its keys"
    ):
        model.version()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a process that leads a session is not found")
def test_a_process_that_a_plugin_started_in_a_session_of_its_own_ends_with_the_asking(tmp_path: Path) -> None:
    number = tmp_path / "number"
    starts = f"""
import subprocess
child = subprocess.Popen(["sleep", "600"], start_new_session=True)
open({str(number)!r}, "w").write(str(child.pid))
"""
    path = plugin(tmp_path, starts + MODEL)
    informant = Informant(here(), path, [path])
    assert informant.describe()["models"][0]["name"] == "mine"
    child = int(number.read_text())
    assert is_running(child)
    rest()
    assert not is_running(child)


@pytest.mark.skipif(sys.platform != "linux", reason="lifts a limit that others may not have")
def test_a_plugin_is_asked_although_thousands_of_files_are_open(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limits[1] != resource.RLIM_INFINITY and limits[1] < 1500:
        pytest.skip("the system allows no more")
    path = plugin(tmp_path, MODEL)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1500, limits[1]))
    opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    try:
        assert Described([path]).own_models() == ["mine"]
    finally:
        for fd in opened:
            os.close(fd)
        rest()
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_is_left_of_a_process_that_starts_and_cannot_be_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def fail(process: subprocess.Popen[bytes], _ours: object) -> list[int]:
        started.append(process)
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(child, "end_of", fail)
    path, before = plugin(tmp_path, MODEL), os.listdir("/proc/self/fd")  # noqa: PTH208  (numbers, not paths)
    with pytest.raises(PluginError, match="Too many open files"):
        Informant(here(), path, [path], []).describe()
    assert [process.returncode for process in started] == [-signal.SIGKILL]
    assert os.listdir("/proc/self/fd") == before  # noqa: PTH208


def test_what_a_plugin_prints_is_no_answer(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = plugin(tmp_path, "import sys\nprint('hello'); print('hello', file=sys.stderr)" + MODEL)
    assert Described([path]).own_models() == ["mine"]
    assert capfd.readouterr() == ("", "")


def test_an_interpreter_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = plugin(tmp_path, MODEL)
    with pytest.raises(PluginError, match=r"plugin\.py: .*no-python cannot be started to import it"):
        Informant(Place(tmp_path / "no-python"), path, [path], []).describe()


def test_who_is_asked_again_after_a_rest_answers_again(tmp_path: Path) -> None:
    model = Described([plugin(tmp_path, MODEL)]).model("mine")
    rest()
    assert model.unavailable() is None


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("version=lambda: 7", "mine: version() must return text, not 7"),
        ("version=lambda: 1 / 0", "mine: version() raises ZeroDivisionError"),
        ("unavailable=lambda: 0", "mine: unavailable() must return text or None, not 0"),
        (
            "unavailable=lambda: ' '",
            "mine: unavailable() must return the reason, or None where there is none",
        ),
        (
            "version=lambda: '\\ud800'",
            "mine: version() must return text that can be told, and what it returns",
        ),
        ("version=lambda: 'x' * 9999", "mine: version() must return text that can be told, and what it"),
        ("version=lambda: exit(3)", "mine: version() raises SystemExit: 3, in <lambda> at plugin.py:4"),
        (
            "version=lambda: interrupt()",
            "mine: version() raises KeyboardInterrupt, in interrupt at plugin.py:",
        ),
        ("unavailable=lambda: exec('raise BaseException')", "mine: unavailable() raises BaseException"),
        ("version=lambda: sulk()", "mine: version() raises Sulky: (its words cannot be had: RuntimeError)"),
    ],
)
def test_a_model_that_says_nonsense_of_itself_is_named(tmp_path: Path, body: str, what: str) -> None:
    text = MODEL.replace('version=lambda: "7"', body) + RAISING
    path = plugin(tmp_path, text)
    model = Described([path]).model("mine")
    with pytest.raises(PluginError) as raised:
        model.version()
    assert str(raised.value) == f"{path}: {what}" or str(raised.value).startswith(f"{path}: {what}")


def test_only_workers_of_an_event_loop_search_the_current_folder() -> None:
    cwd = str(Path.cwd())
    for place, model, after in (
        (here(), "asyncio+mine:factory", [cwd]),
        (here(), None, [cwd]),
        (here(), "asyncio", []),
        (replace(here(), roots=(Path("src"),)), "asyncio+mine:factory", []),
    ):
        assert place.imports([], ["mine:factory"], model)["after"] == after


def test_an_event_loop_lends_what_a_worker_s_model_on_it_lends() -> None:
    """Else its cells would be called not expressible, though every worker could run them."""
    spec = "asyncio:new_event_loop"
    name = loop_name(spec)
    assert Described([], [spec]).model(name).lends == loop_model(spec, name).lends
    assert Described([], [spec]).model(name).lends == index.get("asyncio").lends
