"""Where concbench can measure: asked before anything that only some platforms have is imported."""

import sys
import tempfile

from concbench.errors import UserError


def unsupported_platform(system: str = sys.platform) -> str | None:
    """Return why concbench cannot measure on this platform and what to do, or None where it can."""
    if system in ("linux", "darwin"):
        return None
    return (
        f"concbench measures on Linux and macOS, and this is {system}: it needs POSIX signals, resource"
        " usage and processor affinity. On Windows, run it inside WSL 2; results are read here too (show,"
        " report, convert, history, and compare of two run files)."
    )


def refuse_where_nothing_can_be_measured() -> None:
    """Raise UserError on a platform that cannot be measured on, and where there is no temporary folder.

    The last words of workers go into temporary files.
    """
    if reason := unsupported_platform():
        raise UserError(reason)
    try:
        tempfile.gettempdir()
    except FileNotFoundError as error:
        raise UserError(
            "no temporary folder can be written to, and workers need one for their last words; free space, or"
            " name another with TMPDIR"
        ) from error
