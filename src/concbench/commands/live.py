"""Measuring for ``compare``: apart from the rest of it, since stored runs are compared on any platform."""

import click

from concbench.analysis.comparison import Comparison, Failed
from concbench.analysis.stopping import CONFIDENCE, RATE
from concbench.analysis.verdicts import judged_again
from concbench.commands.comparing import Wanted, measure
from concbench.commands.consoles import Err
from concbench.commands.counting import counter_for
from concbench.commands.given import Given, with_undecided, with_untold
from concbench.commands.running import default_path, make_folder
from concbench.commands.streams import tell
from concbench.measure.instructions import valgrind_path
from concbench.measure.sides.asked import Asked, two_sides
from concbench.measure.sides.fitting import HeadDoesNotFit
from concbench.metrics import INSTRUCTIONS
from concbench.results.measured import read_measured


def compare_live(given: Given) -> tuple[Comparison, bool]:
    """Measure both sides in pairs, and return what was found, and whether it came to its end."""
    gates, counting, console = given.gating(), _counting(given), Err()
    wanted = Wanted(
        models=given.models,
        workloads=given.workloads,
        params=given.params,
        affinity=given.affinity,
        memory=given.memory,
        budget=given.budget,
        timeout=given.timeout,
        seed=given.seed,
        margins=given.margins(),
    )
    asked = Asked(
        base=given.base,
        head=given.head,
        pythons=given.pythons,
        packages=given.packages,
        repo=given.repo,
        plugins=given.plugins,
        loops=given.loops,
    )
    path = given.output or default_path()
    try:
        with two_sides(asked, say=lambda what: console.print(what, highlight=False, markup=False)) as sides:
            make_folder(path)
            complete = measure(path, wanted, sides, console, counter=counter_for(counting, sides))
    except HeadDoesNotFit as error:
        return _without_head(error, wanted, gates), True
    measured = read_measured(path)
    tell(f"run file: {path}", err=True)
    if not complete:
        tell(f"interrupted; this is what there is, and concbench show {path} prints it again", err=True)
    return with_undecided(with_untold(judged_again(measured, wanted.margins, gates), given.gates)), complete


def _counting(given: Given) -> str:
    """Return whether to count instructions: where they are what counts they are counted anywhere.

    Raises click.UsageError where they are, and valgrind is missing.
    """
    if INSTRUCTIONS not in given.gates:
        return given.instructions
    if valgrind_path() is None:
        raise click.UsageError("--gate instructions needs valgrind: install it (apt-get install valgrind)")
    return "on"


def _without_head(error: HeadDoesNotFit, wanted: Wanted, gates: tuple[str, ...]) -> Comparison:
    """Return the comparison with a head that cannot even be imported: all that is told of it is why."""
    failed = Failed(
        cell="every cell", workload="", model="", side="head", outcome="crashed", reason=str(error)
    )
    return Comparison(
        base=error.base,
        head=error.head,
        lines=(),
        counted=(),
        failed=(failed,),
        rate=RATE,
        confidence=CONFIDENCE,
        seconds=0.0,
        budget=wanted.budget,
        paired=True,
        gates=gates,
        uncounted=(),
        complete=True,
        warnings=(),
        about={"base": {}, "head": {}},
    )
