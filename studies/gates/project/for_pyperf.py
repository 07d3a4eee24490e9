"""pyperf: every cell a benchmark."""

import pyperf  # type: ignore[import-untyped]
import running  # type: ignore[import-not-found]


def main() -> None:
    """Time the cells. Only in the worker that times a cell is its model opened."""
    runner = pyperf.Runner()
    for name in running.CELLS:
        runner.bench_func(name, lambda name=name: running.cell(name)())


if __name__ == "__main__":
    main()
