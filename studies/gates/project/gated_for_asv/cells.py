"""asv: every cell a parameter. There is no ``setup``, so all of asv's defaults hold."""

import running  # type: ignore[import-not-found]


def time_run(name: str) -> None:
    """Run a cell once. The first call, which asv does not count, opens its model."""
    running.cell(name)()


time_run.params = running.CELLS  # type: ignore[attr-defined]
time_run.param_names = ["cell"]  # type: ignore[attr-defined]
time_run.version = "1"  # type: ignore[attr-defined]
