"""``python -m concbench``: the same as the ``concbench`` command."""

from concbench.cli import main

main()
