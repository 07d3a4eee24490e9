"""Where benchmarks imported the modules of their side from: what shows that each side measures its own."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from concbench.drive.sides.side import Side
from concbench.drive.sides.whose import of_the_working_tree
from concbench.errors import RequestError, arg


def not_as_installed(origins: Mapping[str, str], name: str, side: Side) -> Iterator[str]:
    """Yield the modules that an installed side imported from its checkout all the same, in words.

    So it is where the project has its sources searched first, by pytest's ``pythonpath``, say. Raises
    RequestError where a module came from anywhere else, as where the environment has the project in a way
    that goes before ``sys.path``: both sides would then measure the same code.
    """
    foreign = of_the_working_tree(origins, side)
    if foreign is not None:
        raise _not_its_own(name, *foreign, side)
    inside = [module for module in origins if "." in module]  # a namespace, as the side has it too
    for module in (*side.modules, *inside) if side.homes else ():
        origin = Path(origins.get(module, side.homes[0]))
        if _within(origin, side.homes):
            continue
        if side.folder is None or not _within(origin, (side.folder,)):
            raise _not_its_own(name, module, str(origin), side)
        yield f"{name} imports {module} from its files, not as it was installed"


def _not_its_own(name: str, module: str, origin: str, side: Side) -> RequestError:
    return RequestError(
        f"{name} imports {module} from {origin}, and not from its own revision: what the environment of"
        f" {side.place.interpreter} has installed comes first, or is all that is found (of a checkout src/,"
        f" else its root, is searched). Have each side installed ({arg('project')}), or name an interpreter"
        f" without it ({arg('pythons')})"
    )


def _within(origin: Path, folders: tuple[Path, ...]) -> bool:
    return any(origin.is_relative_to(folder.resolve()) for folder in folders)
