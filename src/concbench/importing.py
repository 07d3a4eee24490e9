"""How another interpreter of this Python finds the very packages that this one runs; none need be installed.

It stands beside the layers: models and recipes tell their helpers, and models may be another checkout's.
"""

import sys

PACKAGES = ("concbench", "concbench.models", "concbench.workloads")

IMPORTING = """
import sys
from importlib import util
sys.path[:] = {path!r}
for name, init in {inits!r}.items():
    spec = util.spec_from_file_location(name, init, submodule_search_locations=[init.rpartition("/")[0]])
    module = sys.modules[name] = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    package, _, own = name.rpartition(".")
    if package:
        setattr(sys.modules[package], own, module)
"""


def importing() -> str:
    """Return code for a helper that was not forked, to be run before it imports anything of ours."""
    inits = {name: str(sys.modules[name].__file__) for name in PACKAGES if name in sys.modules}
    return IMPORTING.format(path=sys.path, inits=inits)
