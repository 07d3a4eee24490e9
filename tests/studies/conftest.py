"""Lets tests import the packages of ``studies/``, which its scripts find beside themselves."""

import sys
from pathlib import Path

# At the end: the script coverage.py must not hide the package of that name.
sys.path.append(str(Path(__file__).parents[2] / "studies"))
