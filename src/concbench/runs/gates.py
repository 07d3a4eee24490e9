"""What counts for the exit code of a comparison, and what is warned of where it says less than it seems."""

from dataclasses import replace

from concbench.analysis.comparison import Comparison
from concbench.errors import RequestError
from concbench.runs.comparison_request import ComparisonRequest


def is_run_file(name: str) -> bool:
    """Say whether a side is named by its run file."""
    return name.endswith((".jsonl", ".jsonl.gz"))


def refuse_no_revisions(request: ComparisonRequest) -> None:
    """Raise RequestError for sides that are no names of revisions."""
    for side in (request.base, request.head):
        if side == "":
            raise RequestError(
                "an empty word is no revision (is a variable not set?); leave HEAD out, or say ., to compare"
                " with the working tree"
            )
        if side and is_run_file(side):
            raise RequestError(f"{side} is a run file, which can only be compared with another one")


def with_untold(comparison: Comparison, named: tuple[str, ...]) -> Comparison:
    """Return a comparison with a warning for every metric that --gate names and that has no figure."""
    untold = tuple(
        f"--gate {name}: nothing of it was measured; choose models and workloads that have it"
        for name in named
        if name not in comparison.told
    )
    return replace(comparison, warnings=(*comparison.warnings, *untold))


def with_undecided(comparison: Comparison) -> Comparison:
    """Return a comparison with a warning where its exit code says less than one would think.

    An exit code of 0 says that nothing was found to be slower, and not that nothing is; where nothing was
    measured it is another one.
    """
    counting = [line for line in comparison.lines if line.gated]
    unsure = [line for line in counting if line.verdict == "unsure"]
    if not unsure or not comparison.told.intersection(comparison.gates):
        return comparison
    words = (
        f"{len(unsure)} of the {len(counting)} figures that count are undecided, and pass: the exit code says"
        f" only that nothing else is slower. A longer --budget (it was {comparison.budget:g} s) or fewer"
        " cells may decide them"
    )
    return replace(comparison, warnings=(*comparison.warnings, words))
