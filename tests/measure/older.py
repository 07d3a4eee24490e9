"""A checkout of the suite as it was before it knew what measures it now, one of the first."""

from pathlib import Path

FIRST = Path(__file__).parent / "older_suite"
"""Sources of commit f136096, some of each kind; the name of a copy ends in ``.py`` again."""


def older_suite(folder: Path) -> Path:
    """Write a checkout's models and workloads; return the folder that holds both."""
    suite = folder / "src" / "concbench"
    for source in FIRST.glob("*/*.txt"):
        path = suite / source.relative_to(FIRST).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    return suite
