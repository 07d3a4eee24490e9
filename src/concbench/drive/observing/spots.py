"""Spots: samples with names, and whether they are of a run or of what goes on around it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from concbench.drive.observing.frames import FrameMap
from concbench.drive.observing.mapped import CFunction, CodeMap
from concbench.drive.observing.sampling import Glimpse, callers
from concbench.drive.workers.launch import ProcessLink

AROUND = ("/concbench/measure/probe.py", "/concbench/measure/worker.py")
"""What answers requests and reads the clocks is no run, although that stands above what is timed."""


class OpenLink(ProcessLink):
    """A worker that is not stopped between two requests: who observes it stops it, and no other way."""

    rests = False


class PythonCode(NamedTuple):
    """A function in Python: the file that it is in, its qualified name, and the line where it begins."""

    file: str
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a run was seen: the CPU time (ns) that it stands for; C and Python functions, innermost first.

    The C functions are those that the innermost one in Python has called, up to what runs it.
    """

    cpu_ns: int
    native: tuple[CFunction, ...]
    python: tuple[PythonCode, ...]


def names_wanted(glimpses: Iterable[Glimpse]) -> list[int]:
    """Return the addresses of all code that was seen."""
    return sorted({code for one in glimpses for code in (*one.frames, *one.main) if code})


def codes_told(names: Mapping[str, Mapping[str, Any]]) -> dict[int, PythonCode]:
    """Return the functions in Python by their addresses, from what a worker answers."""
    return {int(place): PythonCode(one["file"], one["name"], one["line"]) for place, one in names.items()}


def spots_of(
    glimpses: Sequence[Glimpse], frames: FrameMap, codes: Mapping[int, PythonCode], code: CodeMap
) -> Iterator[Spot]:
    """Yield the samples that are of a run, as the frames of the main thread say.

    Those are not in which it reads or answers, collects garbage before the clock starts, or reads it. A stack
    that ends elsewhere, such as a greenlet's own, is of a run.
    """
    for one in glimpses:
        last, above = one.main[-1] if one.main else 0, _functions(one.main, codes)
        if last == frames.root or (last == frames.timed and not above):
            continue
        yield Spot(one.cpu_ns, tuple(callers(one, code)), tuple(_functions(one.frames, codes)))


def _functions(seen: Iterable[int], codes: Mapping[int, PythonCode]) -> list[PythonCode]:
    """Return the functions of frames, without those around a run."""
    return [codes[one] for one in seen if one in codes and not codes[one].file.endswith(AROUND)]
