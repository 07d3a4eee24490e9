"""pytest-benchmark's part: as many rounds as there are turns."""

import json
import os
from typing import Any

from one_cell import TASK
from one_cell.part import take_part


def test_cell(benchmark: Any) -> None:
    """Time one sample a round."""
    part = take_part("pytest-benchmark")

    def setup() -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (part.next(),), {}

    turns = json.loads(os.environ[TASK])["turns"]
    part.cell.judge(benchmark.pedantic(part.run, setup=setup, rounds=turns, iterations=1))
