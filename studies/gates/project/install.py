"""Put the project's modules, and the folder of concbench, where this interpreter finds them.

``python install.py PROJECT LIBRARY``.
"""

import shutil
import sys
import sysconfig
from pathlib import Path

project, library = sys.argv[1:]
packages = Path(sysconfig.get_paths()["purelib"])
for name in ("work.py", "running.py"):
    shutil.copy(Path(project) / name, packages / name)
(packages / "concbench.pth").write_text(f"{library}\n", encoding="utf-8")
