"""``concbench seeds``: the tutorial that all this grew from, replayed, and beside it asyncio and threads.

Each system runs once, in a worker of its own, at the tutorial's sizes. Its figures are quotations; ours
come with the CPU time and the lateness that the tutorial does not show. docs/SEEDS.md has the whole story.
"""

import contextlib
import io
import json
import platform
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import TextIO

import click

from concbench.commands.exits import code_of
from concbench.commands.loudness import Loudness, detail, loudness
from concbench.commands.measuring import Measuring
from concbench.commands.options import names, refuse_nan
from concbench.commands.streams import tell
from concbench.runs.replays import PAUSE, SOURCE, TASKS, Replay
from concbench.runs.seeds import Result, chosen, plain, play

EPILOG = """\b
Examples
  concbench seeds                          at the tutorial's own sizes, about half a minute
  concbench seeds --scale 0.1              the same, every delay a tenth
  concbench seeds --model generator        the tutorial's second system alone
  concbench seeds --scale 0.1 --json       for scripts: times in ns
"""

BEAT = 1.0

HEADER = (
    f"  {'model':10}  {'total s':>9}  {'tutorial s':>10}  {'above':>8}  {'tutorial':>8}  "
    f"{'CPU s':>6}  {'median late':>11}  {'worst late':>10}  results"
)
LEGEND = """
total: making the tasks, running them, collecting their results; above: total less the delay. The tutorial's
clock leaves out the making, and starts for example 1 only when the deadlines are fixed already."""


@click.command(cls=Measuring, epilog=EPILOG)
@click.option("--scale", type=click.FloatRange(min=0, min_open=True, max=10), default=1.0,
              show_default=True, callback=refuse_nan, metavar="FACTOR",
              help="Multiplies every delay: above 0, at most 10.")  # fmt: skip
@names("--model", "-m", "models",
       help="Only these models (default: polling, generator, yield-from, asyncio, threads).")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object at the end.")
def seeds(scale: float, models: tuple[str, ...], *, as_json: bool) -> None:
    """Replay the tutorial's own examples, and beside them asyncio and threads.

    Exit code 0 when every result is right, 3 for a wrong result or a worker that crashed or hung.
    """
    replays = chosen(models)
    detail(f"Python {platform.python_version()} ({sys.executable})")

    def say(line: str) -> None:
        if not as_json:
            tell(line)

    say(f"The tutorial: {SOURCE}.")
    if scale != 1:
        say(f"Scaled: every delay here × {scale:g}, not the tutorial's, so compare what is above the delay.")
    say(HEADER)
    results = []
    for replay in replays:
        say(heading(replay, scale))
        results.append(shown(replay, scale, say))
        say(row(replay, results[-1], scale))
    say(LEGEND)
    if as_json:
        click.echo(json.dumps(plain(replays, results, scale), indent=2))
    sys.exit(code_of(result.outcome for result in results))


@contextlib.contextmanager
def life(what: str, beat: float = BEAT) -> Iterator[Callable[[], None]]:
    """Say on standard error what is running and, every ``beat`` s, that it still is.

    Yields a function that wipes the line away, in a terminal, before another is written.
    """
    stream = io.StringIO() if loudness() is Loudness.QUIET else sys.stderr
    over, say = threading.Event(), partial(_say, stream)

    def go_on() -> None:
        beats = 0
        while not over.wait(beat):
            beats += 1
            say(f"{what}, {beats * beat:.0f} s so far")

    say(what)
    thread = threading.Thread(target=go_on, daemon=True)
    thread.start()
    try:
        yield partial(say, "")
    finally:
        over.set()
        thread.join()
        say("")


def _say(stream: TextIO, text: str) -> None:
    """Write a line; in a terminal in place of the one before, and elsewhere only if there are any words."""
    if stream.isatty():
        stream.write(f"\r\x1b[2K{text}")
    elif text:
        stream.write(f"{text}\n")
    stream.flush()


def shown(replay: Replay, scale: float, say: Callable[[str], None]) -> Result:
    """Run a replay and say every tick as it happens, beside the tutorial's."""
    quoted = iter(replay.quoted_ticks_s)
    with life(f"running {replay.model} for about {scale * replay.delay:.1f} s") as quiet:

        def tick(seconds: float) -> None:
            quiet()
            theirs = next(quoted, None)
            say(f"    loading {seconds:.6f}" + ("" if theirs is None else f"    tutorial {theirs:.6f}"))

        return play(replay, scale, tick)


def heading(replay: Replay, scale: float) -> str:
    """Return the line that says what is replayed, at which size."""
    delay = f"{scale * replay.delay:g} s"
    what = {
        "": f"sleep {delay}, looked at every {scale * PAUSE:g} s",
        "timers": f"{TASKS} × sleep {delay}",
        "tutorial": f"{TASKS} × foo → bar → sleep {delay}",
    }[replay.workload]
    return f"{replay.title}: {what}"


def row(replay: Replay, result: Result, scale: float) -> str:
    """Return the line of figures of a replay, or of what stood in their way."""
    if result.wall_ns is None or result.cpu_ns is None:
        return f"  {replay.model:10}  {result.outcome}: {result.reason}"
    above = brief(result.wall_ns - 1e9 * scale * replay.delay)
    quoted, quoted_above = "–", "–"
    if replay.quoted_s is not None:
        quoted, quoted_above = f"{replay.quoted_s:.7f}", brief(1e9 * (replay.quoted_s - replay.delay))
    return (
        f"  {replay.model:10}  {result.wall_ns / 1e9:9.6f}  {quoted:>10}  {above:>8}  {quoted_above:>8}"
        f"  {result.cpu_ns / 1e9:6.3f}  {brief(result.lateness_p50_ns):>11}"
        f"  {brief(result.lateness_max_ns):>10}  {collected(replay, result)}"
    )


def collected(replay: Replay, result: Result) -> str:
    """Return in words what the tasks returned, or how many ticks there were."""
    if not replay.workload:
        beside = f" (tutorial: {len(replay.quoted_ticks_s)})" if replay.quoted_ticks_s else ""
        return f"{len(result.ticks_ns)} ticks{beside}"
    what = "123 from" if replay.workload == "tutorial" else "slept:"
    return f"{what} {result.results} of {TASKS}"


def brief(nanoseconds: float | None) -> str:
    """Return a signed time in µs or ms, or a dash for None."""
    if nanoseconds is None:
        return "–"
    if abs(nanoseconds) < 1e6:
        return f"{nanoseconds / 1e3:.0f} µs"
    return f"{nanoseconds / 1e6:.1f} ms"
