"""The real command, with the preset ``quick`` as quick as the tests have it: for a process of its own.

It is run as a file with ``-P``: this folder has a module of concbench's name.
"""

from concbench.cli import main
from concbench.drive import noise, presets

presets.EFFORTS = {"quick": presets.Effort(2, 1_000_000, 2)}
noise.CALIBRATIONS = 3

if __name__ == "__main__":
    main()
