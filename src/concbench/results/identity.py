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
    if changed := changes(header.about.identity, now, lacking="not there"):
        raise RunFileError(
            f"cannot go on, because the environment has changed ({'; '.join(changed)}). "
            "Bring it back as it was, or start a new run",
            path,
        )


def changes(then: Mapping[str, str], now: Mapping[str, str], lacking: str = "not recorded") -> list[str]:
    """Return what differs between two environments' identities; what is ``lacking`` now is called so."""
    return [
        f"{name}: {then.get(name, 'not recorded')} then, {now.get(name, lacking)} now"
        for name in sorted({*then, *now})
        if then.get(name) != now.get(name)
    ]
