"""Where concbench can measure: asked before anything that only some platforms have is imported."""

import sys


def unsupported_platform(system: str = sys.platform) -> str | None:
    """Return why concbench cannot measure on this platform and what to do, or None where it can."""
    if system in ("linux", "darwin"):
        return None
    return (
        f"concbench measures on Linux and macOS, and this is {system}: it needs POSIX signals, resource"
        " usage and processor affinity. On Windows, run it inside WSL 2; results are read here too (show,"
        " report, convert, history, and compare of two run files)."
    )
