"""Models as tests and commands name them: those of the catalogue, and event loops as ``module:factory``."""

from typing import Any

from concbench.cases.functions import Refused
from concbench.models.base import Model
from concbench.workloads.catalogue import Catalogue, loop_name

ON_A_LOOP = "asyncio+"


def model_named(name: Any, catalogue: Catalogue) -> Model:
    """Return a model by its name, or of the event loop ``module:factory``; raises Refused for no such."""
    if not isinstance(name, str):
        raise Refused(f"models= takes names, not {name!r}")
    spec = loop_named(name, catalogue)
    if spec:
        from concbench.models.loops import loop_model  # noqa: PLC0415  (imports asyncio)

        return loop_model(spec, loop_name(spec))
    try:
        return catalogue.model(name)
    except KeyError:
        raise Refused(
            f"there is no model {name!r}; there are {', '.join(catalogue.model_names())}, and event loops as "
            "module:factory (uvloop:new_event_loop)"
        ) from None


def loop_named(name: str, catalogue: Catalogue) -> str | None:
    """Return the ``module:factory`` that a model's name holds; None for the name of another model."""
    if _says_workers(name, catalogue):
        return None
    spec = name.removeprefix(ON_A_LOOP)
    return spec if all(spec.partition(":")) else None


def _says_workers(name: str, catalogue: Catalogue) -> bool:
    """Say whether a name with a colon is that of a model with a number of workers, and of no event loop."""
    base, _, number = name.rpartition(":")
    known = base in catalogue.model_names([base])
    return known and (number.isdigit() or catalogue.model(base).sized is not None)
