"""What a program calls: runs, comparisons and the suite's judgement of itself, as functions (docs/API.md).

Nothing here prints, draws or ends the program: a watcher that is passed in is told how far things are, and
what went wrong is an error of :mod:`concbench.errors`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from concbench.extras import refuse_without

if TYPE_CHECKING:
    from concbench.runs.advising import advise as advise
    from concbench.runs.comparing import compare as compare
    from concbench.runs.experiment import aa as aa
    from concbench.runs.experiment import judge as judge
    from concbench.runs.explaining import why as why
    from concbench.runs.result import Interrupted as Interrupted
    from concbench.runs.running import ladder as ladder
    from concbench.runs.running import rehearse as rehearse
    from concbench.runs.running import resume as resume
    from concbench.runs.running import run as run
    from concbench.runs.storing import compare_files as compare_files
    from concbench.runs.tracing import trace as trace
    from concbench.runs.verifying import verify as verify
    from concbench.runs.watching import Silent as Silent
    from concbench.runs.watching import Watcher as Watcher

WHERE = {
    "run": "running",
    "resume": "running",
    "rehearse": "running",
    "advise": "advising",
    "ladder": "running",
    "compare": "comparing",
    "compare_files": "storing",
    "aa": "experiment",
    "judge": "experiment",
    "verify": "verifying",
    "trace": "tracing",
    "why": "explaining",
    "Interrupted": "result",
    "Silent": "watching",
    "Watcher": "watching",
}
"""Each name, and the module that has it.

That is imported when it is asked for: some need libraries that others do not, and some what only those
platforms have that can be measured on.
"""

VERBS = {"compare_files": "compare", "judge": "aa"}
"""The verbs of functions that have other names; they need the same libraries."""

__all__ = list(WHERE)


def __getattr__(name: str) -> Any:
    """Import what is asked for; raises MissingExtra where that needs what is not installed."""
    if name not in WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    refuse_without(f"concbench {VERBS.get(name, name)}")
    return getattr(import_module(f"{__name__}.{WHERE[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *WHERE]
