"""Which models and workloads are meant: by their names, or by those of families."""

from collections.abc import Iterator, Sequence
from typing import Any

from concbench.errors import RequestError
from concbench.families import FAMILIES, LOAD_FAMILIES
from concbench.traits import unsized
from concbench.words import no_such
from concbench.workloads.base import Workload
from concbench.workloads.catalogue import Catalogue
from concbench.workloads.names import FAMILY


def chosen_models(asked: Sequence[str], usual: Sequence[str], catalogue: Catalogue) -> list[str]:
    """Return the names of the models that are asked for, each once; the usual ones where none are.

    ``family:pool`` stands for all of the package's and the user's models that belong to the family, and
    ``thread-pool:8`` for a model with so many workers. Raises RequestError for an unknown model or family,
    for a family without members, and for a number of workers that a model does not take.
    """
    if not asked:
        return list(usual)
    known = catalogue.model_names([unsized(one) for one in asked if not one.startswith(FAMILY)])
    return list(dict.fromkeys(_named(asked, known, catalogue)))


def _named(asked: Sequence[str], known: Sequence[str], catalogue: Catalogue) -> Iterator[str]:
    for name in asked:
        if name.startswith(FAMILY):
            yield from _members(name.removeprefix(FAMILY), known, catalogue)
        elif name in known:
            yield name
        else:
            yield _sized(name, known, catalogue)


def _sized(name: str, known: Sequence[str], catalogue: Catalogue) -> str:
    """Return the name of a model with a number of workers: one thing has one name."""
    try:
        return catalogue.model(name).name
    except KeyError:
        raise RequestError(no_such("model", name, known)) from None


def _members(family: str, known: Sequence[str], catalogue: Catalogue) -> list[str]:
    """Return the models of a family; raises RequestError where there is no such family, or none in it."""
    if family not in FAMILIES:
        raise RequestError(no_such("family", family, FAMILIES))
    members = [name for name in known if catalogue.model(name).family == family]
    if not members:
        raise RequestError(f"no model is in the family {family!r}")
    return members


def chosen_workloads(asked: Sequence[str], usual: Sequence[str], catalogue: Catalogue) -> list[Workload[Any]]:
    """Return the workloads that are asked for, each once; the usual ones where none are.

    ``family:computing`` stands for all that belong to the family. Raises RequestError for an unknown workload
    or family, and for a family without members.
    """
    known = catalogue.workload_names([one for one in asked if not one.startswith(FAMILY)])
    names = [name for one in asked for name in _workloads_named(one, known, catalogue)]
    return [catalogue.workload(name) for name in dict.fromkeys(names if asked else usual)]


def _workloads_named(name: str, known: Sequence[str], catalogue: Catalogue) -> list[str]:
    if not name.startswith(FAMILY):
        if name not in known:
            raise RequestError(no_such("workload", name, known))
        return [name]
    family = name.removeprefix(FAMILY)
    if family not in LOAD_FAMILIES:
        raise RequestError(no_such("family of workloads", family, LOAD_FAMILIES))
    members = [one for one in known if catalogue.workload(one).family == family]
    if not members:
        raise RequestError(f"no workload is in the family {family!r}")
    return members
