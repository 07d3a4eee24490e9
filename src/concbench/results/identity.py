"""Whether an interrupted run may go on: only where and with what it was started.

Samples from two machines, or of two commits, in one file would be compared as if they came from one.
"""

from collections.abc import Mapping
from pathlib import Path

from concbench.results.errors import RunFileError
from concbench.results.header import Header


def check_resumable(header: Header, now: Mapping[str, str], path: Path | None = None) -> None:
    """Return if ``now``, the present environment's identity, is the one in ``header``.

    Raises RunFileError, which lists each difference, if it is not.
    """
    then: Mapping[str, str] = header.about.identity
    differences = [
        f"{name}: {then.get(name, 'not recorded')} then, {now.get(name, 'not there')} now"
        for name in sorted({*then, *now})
        if then.get(name) != now.get(name)
    ]
    if differences:
        raise RunFileError(
            f"cannot go on, because the environment has changed ({'; '.join(differences)}). "
            "Bring it back as it was, or start a new run",
            path,
        )
