"""Lets these tests import ``studies/chromium.py``, which finds and starts the browser."""

import sys
from pathlib import Path

# At the end: a script must not hide a package of its name.
sys.path.append(str(Path(__file__).parents[2] / "studies"))
