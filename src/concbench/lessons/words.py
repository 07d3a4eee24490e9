"""What the checks of the witness mean to who writes a loop: what to look for first. Standard library only."""

from collections.abc import Mapping

HINTS: Mapping[str, str] = {
    "completed": "a loop ends with its last task: is one asked on that is ready, does nobody wake one, or"
    " does one block the loop, in a `while` without a `yield`?",
    "spawned": "each task is made once, and none by hand: does the loop drop tasks, or make more of them?",
    "started": "each task is stepped: is one left out, perhaps the last, or one that another one started?",
    "finished": "a task is stepped until it has ended: is one dropped that had only suspended?",
    "owners": "a task stays the same object from its first step to its last",
    "overlap": "all tasks are there at once: is one run to its end before the next one begins?",
    "suspensions": "each task suspends as often as it says, and each time the others have their turn",
    "fairness": "tasks take turns: whoever has suspended goes to the end of the line",
    "deadlines": "nobody goes on before its time: is the deadline compared the right way round?",
    "gathered": "who waits for an event is suspended until it is set, and so are all others",
    "frames": "a task suspends in the generators that it calls: is one run to its end on the way?",
    "at-most": "no more are inside than there is room for: does one come in while another is let in?",
    "hand-overs": "who cannot go on waits until another one lets it: does it ask on and on, or never wait?",
    "results": "run returns a list, each task's result at its place: a generator's is the value of its"
    " StopIteration, an object's stands in `result`",
    "reported": "a task goes by the clock `time.perf_counter`, and by no other",
    "unwatched": "it does the same when nobody looks, and in the next run: is something left from the first?",
    "exhausted": "the loop, or a task, has used up what the system gives: descriptors, memory",
    "policy": "the program leaves the process as it is: its clocks, its limits, its trace function",
    "crashed": "the loop itself, or a task, has raised this",
}
"""By the name of the check that failed, or of the outcome."""
