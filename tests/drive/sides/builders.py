"""Projects that are built without any index: each brings a backend, which packs what lies in ``src/``."""

from pathlib import Path

PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "tiny-loops"
dynamic = ["version"]
"""

BACKEND = """
import os, subprocess, sysconfig
from pathlib import Path
from zipfile import ZipFile

def build_wheel(directory, config_settings=None, metadata_directory=None):
    version = os.environ["SETUPTOOLS_SCM_PRETEND_VERSION_FOR_TINY_LOOPS"]
    name = f"tiny_loops-{version}-py3-none-any.whl"
    about = f"tiny_loops-{version}.dist-info"
    Path("built-here").touch()
    for source in Path("src").rglob("*.c"):
        include, suffix = sysconfig.get_paths()["include"], sysconfig.get_config_var("EXT_SUFFIX")
        target = source.with_suffix(suffix)
        subprocess.run(["cc", "-shared", "-fPIC", f"-I{include}", str(source), "-o", str(target)], check=True)
    with ZipFile(Path(directory) / name, "w") as files:
        for file in Path("src").rglob("*"):
            if file.is_file() and file.suffix != ".c":
                files.write(file, file.relative_to("src"))
        extra = "Provides-Extra: test\\nRequires-Dist: none-such; extra == 'test'\\n"
        words = f"Metadata-Version: 2.1\\nName: tiny-loops\\nVersion: {version}\\n{extra}"
        files.writestr(f"{about}/METADATA", words)
        files.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        files.writestr(f"{about}/RECORD", "")
    return name
"""

MODEL = """
import loops
from dataclasses import replace
from concbench.models import index
MODELS = [replace(index.get("generator"), name="mine", version=lambda: loops.VERSION)]
"""
"""A plug-in whose model has the version that the project's module says."""


def tiny(version: str, **more: str) -> dict[str, str]:
    """Return the files of a project whose module ``loops`` has a version, and more in ``src/``."""
    files = {"pyproject.toml": PYPROJECT, "backend.py": BACKEND, "plugin.py": MODEL}
    files["src/loops/__init__.py"] = f"VERSION = {version!r}\n"
    return files | {f"src/loops/{name.replace('__', '.')}": text for name, text in more.items()}


EXTENSION = """
#include <Python.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_fast", NULL, -1, NULL};
PyMODINIT_FUNC PyInit__fast(void) {
    PyObject *made = PyModule_Create(&module);
    PyModule_AddIntConstant(made, "ANSWER", ANSWER);
    return made;
}
"""


def in_c(answer: int) -> str:
    """Return an extension module that has an answer."""
    return EXTENSION.replace("ANSWER)", f"{answer})")


def folder_of(path: Path) -> set[str]:
    """Return the names of what lies in a folder."""
    return {one.name for one in path.iterdir()}
