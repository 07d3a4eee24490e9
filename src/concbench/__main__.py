"""``python -m concbench``: the same as the ``concbench`` command."""

from concbench.commands import main

main()
