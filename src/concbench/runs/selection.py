"""Which models are meant: by their names, or by those of families."""

from collections.abc import Iterator, Sequence

from concbench.errors import RequestError
from concbench.families import FAMILIES
from concbench.workloads.catalogue import Catalogue

FAMILY = "family:"


def chosen_models(asked: Sequence[str], usual: Sequence[str], catalogue: Catalogue) -> list[str]:
    """Return the names of the models that are asked for, each once; the usual ones where none are.

    ``family:pool`` stands for all of the package's and the user's models that belong to the family. Raises
    RequestError for an unknown model or family, and for a family without members.
    """
    if not asked:
        return list(usual)
    known = catalogue.model_names([one for one in asked if not one.startswith(FAMILY)])
    return list(dict.fromkeys(_named(asked, known, catalogue)))


def _named(asked: Sequence[str], known: Sequence[str], catalogue: Catalogue) -> Iterator[str]:
    for name in asked:
        if name.startswith(FAMILY):
            yield from _members(name.removeprefix(FAMILY), known, catalogue)
        elif name in known:
            yield name
        else:
            raise RequestError(f"there is no model {name!r}; there are {', '.join(known)}")


def _members(family: str, known: Sequence[str], catalogue: Catalogue) -> list[str]:
    """Return the models of a family; raises RequestError where there is no such family, or none in it."""
    if family not in FAMILIES:
        raise RequestError(f"there is no family {family!r}; there are {', '.join(FAMILIES)}")
    members = [name for name in known if catalogue.model(name).family == family]
    if not members:
        raise RequestError(f"no model is in the family {family!r}")
    return members
