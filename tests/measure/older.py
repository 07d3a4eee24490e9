"""A checkout of the suite as it was before it knew what measures it now: what it lacks is taken away here."""

from pathlib import Path

import concbench

PACKAGE = Path(concbench.__file__).parent

KEPT = ("models/__init__", "models/base", "models/generator", "models/registry",
        "workloads/__init__", "workloads/base", "workloads/registry", "workloads/spawn")  # fmt: skip

LATER = ("pooled:", "workers:", "brief:", "reported:", "brief=", "salt:", "_refuse_no_runtime(")
"""What begins a line that an older model, runtime or workload does not have."""

CATALOGUE = """
from importlib import util
from concbench.models import registry as models
from concbench.workloads import registry as workloads


class Catalogue:
    def __init__(self, plugins=(), loops=()):
        self._models, self._workloads = {}, {}
        for path in plugins:
            spec = util.spec_from_file_location("concbench_plugin", path)
            module = util.module_from_spec(spec)
            spec.loader.exec_module(module)
            self._models |= {one.name: one for one in getattr(module, "MODELS", [])}
            self._workloads |= {one.name: one for one in getattr(module, "WORKLOADS", [])}

    def model_names(self):
        return models.names() + list(self._models)

    def workload_names(self):
        return workloads.names() + list(self._workloads)

    def model(self, name):
        return self._models[name] if name in self._models else models.get(name)

    def workload(self, name):
        return self._workloads[name] if name in self._workloads else workloads.get(name)


def loop_name(spec):
    return f"asyncio+{spec}"
"""


def older_suite(folder: Path) -> Path:
    """Write models and workloads that lack all that came later; return the folder that holds both."""
    suite = folder / "src" / "concbench"
    for name in KEPT:
        lines = (PACKAGE / f"{name}.py").read_text(encoding="utf-8").splitlines(keepends=True)
        path = suite / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        older = "".join(line for line in lines if not line.strip().startswith(LATER))
        path.write_text(older.replace("rt.salt", "0"), encoding="utf-8")
    (suite / "workloads" / "catalogue.py").write_text(CATALOGUE, encoding="utf-8")
    return suite
