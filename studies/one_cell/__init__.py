"""What ``four_tools.py`` has asv, pytest-benchmark and pyperf run: one cell, and a sample at each turn."""

TASK = "CONCBENCH_ONE_CELL"
"""The variable that says in JSON what to measure, and the socket of whoever gives the turns."""

READY, GO = b"r", b"g"
"""What a tool says before a sample, and what it hears when it is its turn."""
