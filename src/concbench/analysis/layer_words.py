"""What each layer means, in a line that fits beside its name. Of one more library's layer it is told here."""

from collections.abc import Mapping

from concbench.analysis.layers import (
    CANCELLING,
    CLOCK,
    COLLECTOR,
    CONTEXT,
    FUTURE,
    HANDLE,
    HARNESS,
    HEAP,
    LOOP,
    QUEUE,
    REGISTRY,
    SELECTOR,
    STEP,
    SUSPENDING,
    SWITCHING,
    SYSTEM,
    TASKS,
    UNNAMED,
    WAITING,
    WORKLOAD,
)

MEANINGS: Mapping[str, str] = {
    WORKLOAD: "the tasks themselves, as the workload has them",
    LOOP: "deciding round after round what is next",
    HANDLE: "wrapping, queueing and calling what is next",
    STEP: "resuming a task, taking what it yields",
    TASKS: "making tasks, ending them, passing results on",
    SUSPENDING: "what a task calls to give others their turn",
    WAITING: "gates, locks, queues, and joining of tasks",
    CANCELLING: "throwing into tasks, and clocks that do",
    FUTURE: "results that are waited for, and callbacks",
    CONTEXT: "context variables, copied and entered",
    QUEUE: "the queue of those who can go on",
    HEAP: "deadlines, the first on top",
    SELECTOR: "asking the system what is ready, or when",
    CLOCK: "reading the time",
    SYSTEM: "other calls of the system, as of sockets",
    REGISTRY: "knowing which tasks there are, and who runs",
    COLLECTOR: "looking for garbage that is in cycles",
    SWITCHING: "greenlets: swapping one stack for another",
    "outcomes": "a value or an error, wrapped to be passed on",
    "sorted containers": "deadlines, kept in order",
    HARNESS: "concbench's own code inside of a run",
    "evaluation loop": "running bytecode, and frames for it",
    "generators and coroutines": "sending into them, and yielding",
    "memory": "making objects, and freeing them",
    "calls": "passing arguments to functions and methods",
    "attributes, names and dicts": "looking up what is meant by a name",
    "lists, tuples and sets": "making, reading and changing them",
    "numbers and text": "computing and comparing",
    "exceptions": "raising, and handing on",
    "other of the interpreter": "functions that fit none of these",
    "C library": "copying bytes, locks, and the like",
    "other extension modules": "C code of modules without a layer of theirs",
    UNNAMED: "code without a symbol",
}
"""By layer; what else there is are names of packages."""


def meaning_of(layer: str) -> str:
    """Return what a layer means, in at most fifty letters."""
    return MEANINGS.get(layer, "code of this package, or file")
