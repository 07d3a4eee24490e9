"""Which models are meant: by their names, or by those of families."""

from collections.abc import Iterator, Sequence

from concbench.errors import RequestError
from concbench.families import FAMILIES
from concbench.traits import unsized
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
        raise RequestError(f"there is no model {name!r}; there are {', '.join(known)}") from None


def _members(family: str, known: Sequence[str], catalogue: Catalogue) -> list[str]:
    """Return the models of a family; raises RequestError where there is no such family, or none in it."""
    if family not in FAMILIES:
        raise RequestError(f"there is no family {family!r}; there are {', '.join(FAMILIES)}")
    members = [name for name in known if catalogue.model(name).family == family]
    if not members:
        raise RequestError(f"no model is in the family {family!r}")
    return members
