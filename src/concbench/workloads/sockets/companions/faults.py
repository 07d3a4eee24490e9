"""What the model's side does wrong, as part of a report: the run is judged by it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from concbench.workloads.sockets.companions.links import GIVEN_UP, Unserved


@contextmanager
def faults_in(report: dict[str, Any]) -> Iterator[None]:
    """Enter what goes wrong within as ``fault`` in a report; what is no fault of the server's is raised."""
    try:
        yield
    except Unserved as fault:
        report["fault"] = str(fault)
    except OSError as error:
        if error.errno not in GIVEN_UP:
            raise
        report["fault"] = f"a connection was given up: {error.strerror}"
