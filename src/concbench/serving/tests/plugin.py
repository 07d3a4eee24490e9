"""The plug-in of a served session: its loop over tests, its fixture, and what becomes of each test."""

import gc
import inspect
import shlex
from collections.abc import Iterator
from gc import collect, freeze
from typing import Any

import pytest

from concbench.measure.failures import outcome, outcome_of
from concbench.serving.calls import Case, FunctionCalls
from concbench.serving.channel import NOT_AGAIN, Channel, Message
from concbench.serving.origins import origins
from concbench.serving.service import LetGo, serve
from concbench.serving.tests.benchmark import ServedBenchmark
from concbench.serving.tests.chosen import Chosen
from concbench.serving.tests.items import about_item, is_marked, uses
from concbench.serving.tests.reports import outcome_of_raised, outcome_of_test, words_in, words_of
from concbench.serving.tests.running import run_once

CODSPEED = "pytest_codspeed.plugin"

TAKEN_OVER = ("pytest_benchmark.plugin", CODSPEED)
"""The modules of plug-ins that have a fixture ``benchmark``."""

NOT_HERE = {
    "dist": "no",
    "numprocesses": None,
    "benchmark_skip": False,
    "maxfail": 0,
    "stepwise": False,
    "usepdb": False,
    "trace": False,
    "setuponly": False,
    "setupshow": False,
    "setupplan": False,
    "randomly_seed": 1,
    "randomly_reorganize": False,
}
"""Options that would run tests elsewhere, leave benchmarks out, stop at what fails, wait for somebody at a
terminal, or have the two sides draw different data (pytest-randomly's)."""

STRICT = ("timeout(seconds): of pytest-timeout", "benchmark: of pytest-benchmark and pytest-codspeed")
"""Markers that are used here, and have to be known where a project has ``--strict-markers``."""


class ServedSession:
    """Takes the place of pytest's loop over tests, and of the fixture ``benchmark``."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.opened = self.ended = False
        self._request: Message = {}
        self._reports: list[pytest.TestReport] = []
        self._failed: list[pytest.CollectReport] = []
        self._served = self._marks_count = False
        self._raised: Message | None = None
        self._broke = self._addopts = ""

    def why(self, code: int, said: str) -> str:
        """Return why there are no tests to serve, in words; ``said`` is what pytest did before it gave up."""
        if self._failed:
            return words_of(self._failed[0].longrepr)
        if self._broke:
            return f"pytest broke down: {self._broke}"
        if said.strip():
            return words_in(said).removeprefix("ERROR: ")
        return f"pytest ended with exit code {int(code)} before it had collected any test"

    @pytest.hookimpl(hookwrapper=True)
    def pytest_load_initial_conftests(self, early_config: pytest.Config) -> Iterator[None]:
        """Have pytest-cov trace nothing: it looks here whether it is to."""
        options = early_config.known_args_namespace
        if hasattr(options, "cov_source"):
            options.cov_source = []
        yield

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Keep the tests in this process, leave none out as a benchmark, and bring the fixture."""
        config.pluginmanager.register(Fixture(self), "concbench-served")
        for marker in STRICT:
            config.addinivalue_line("markers", marker)
        for name, value in NOT_HERE.items():
            if hasattr(config.option, name):
                setattr(config.option, name, value)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Send other plug-ins away that have a ``benchmark``: they refuse any but their own.

        They leave only now, when the command line has been read: the project's options are theirs.
        """
        manager = session.config.pluginmanager
        for plugin in manager.get_plugins():
            name = getattr(plugin, "__name__", "")
            self._marks_count |= name == CODSPEED
            if name in TAKEN_OVER:
                manager.unregister(plugin)

    def pytest_internalerror(self, excrepr: Any) -> None:
        """Remember why pytest itself, or a plug-in, broke down."""
        self._broke = self._broke or words_of(excrepr)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember what could not be collected."""
        if report.failed:
            self._failed.append(report)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Let no test be ended for taking long: it stands still while the other side has its turn."""
        for item in items:
            if item.config.pluginmanager.hasplugin("timeout"):
                item.add_marker(pytest.mark.timeout(0), append=False)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Serve tests until nothing more is asked."""
        chosen = Chosen(self._channel.setup["folder"], self._channel.setup["paths"])
        found = filter(chosen.has, session.items)
        self._items = {item.nodeid: item for item in found if uses(item) or self._whole(item)}
        self._addopts = shlex.join(session.config.getini("addopts"))
        self.opened = True
        self._channel.open()
        request = self._channel.next()
        while request is not None:
            if request["op"] == "collect":
                self._channel.answer(self._collected())
            elif request["test"] not in self._items:
                self._channel.answer(outcome("crashed", NOT_AGAIN))
            else:
                self._run(request)
            request = self._channel.next()
        self.ended = True
        return True

    def _whole(self, item: pytest.Item) -> bool:
        """Say whether a test is a benchmark as a whole, as pytest-codspeed has it."""
        return self._marks_count and is_marked(item)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """Serve a test that is a benchmark as a whole; one that is async is its plug-in's."""
        if not self._whole(pyfuncitem) or inspect.iscoroutinefunction(pyfuncitem.obj):
            return None
        asked = pyfuncitem._fixtureinfo.argnames
        self.serve(FunctionCalls(pyfuncitem.obj, (), {name: pyfuncitem.funcargs[name] for name in asked}))
        return True

    def _collected(self) -> Message:
        tests = [about_item(item) for item in self._items.values()]
        errors = [{"file": one.nodeid, "reason": words_of(one.longrepr)} for one in self._failed]
        found = {"tests": tests, "errors": errors, "origins": origins(self._channel.setup)}
        return {**found, "addopts": self._addopts}

    def _run(self, request: Message) -> None:
        """Run one test, and answer what became of it."""
        self._request, self._reports, self._served, self._raised = request, [], False, None
        gc.enable()  # one before may have left it off
        item, following = self._items[request["test"]], self._items.get(request["next"] or "")
        try:
            run_once(item, following)
        except (KeyboardInterrupt, pytest.exit.Exception) as error:
            if not self.ended:
                self._channel.answer(outcome_of(error))  # it ends the session, too
            raise
        self._channel.answer(self._became(item) or {"passed": True})

    def _became(self, item: pytest.Item) -> Message | None:
        """Return the outcome of the test that was run, None of one that passed."""
        found = outcome_of_test(self._reports)
        if self._raised is not None:
            return outcome_of_raised(self._raised, found)
        if self._served or found is not None:
            return found
        return outcome("unavailable", f"it ended without calling {uses(item) or 'anything'}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember what became of the test that is run."""
        self._reports.append(report)

    def serve(self, case: Case) -> None:
        """Serve what the running test hands over."""
        collect()
        freeze()  # what the test has made beforehand is not looked through in any slice
        try:
            serve(self._channel, case, self._request, self._failed_at)
        except LetGo:
            self.ended = True
            pytest.exit("nothing more is asked")
        self._served = True

    def _failed_at(self, error: BaseException) -> None:
        """Remember what a call raised: whether that is wrong, the test decides, which may expect it."""
        self._raised = outcome_of(error)


class Fixture:
    """The fixture ``benchmark`` of tests that are served."""

    def __init__(self, serving: ServedSession) -> None:
        self._serving = serving

    @pytest.fixture
    def benchmark(self, request: pytest.FixtureRequest) -> Iterator[Any]:
        """Hand over a function to be timed, as pytest-benchmark's fixture does."""
        made = ServedBenchmark(request.node, self._serving.serve)
        yield made
        made.close()

    @pytest.fixture
    def benchmark_weave(self, benchmark: Any) -> Any:
        """Be pytest-benchmark's other fixture: have calls timed that the test makes later."""
        return benchmark.weave

    @pytest.fixture
    def codspeed_benchmark(self, benchmark: Any) -> Any:
        """Be what pytest-codspeed calls its fixture where pytest-benchmark's has the other name."""
        return benchmark
