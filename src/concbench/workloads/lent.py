"""What a session lends and is no runtime: known only once it is open, and told before any task uses it."""

from typing import Any

from concbench.models.base import RUNTIMES
from concbench.models.capabilities import Lacking, primitives_of
from concbench.words import a_kind, shown


def refuse_no_runtime(wording: str, rt: Any) -> None:
    """Raise TypeError, as a sentence, for what is no runtime, and for a primitive that is no function."""
    if isinstance(rt, type) or "salt" not in getattr(rt, "__dataclass_fields__", ()):
        known = RUNTIMES.get(wording)  # type: ignore[call-overload]
        kind_of = known.__name__ if known else "runtime"
        kind = f"the class {rt.__name__}" if isinstance(rt, type) else a_kind(type(rt))
        raise TypeError(
            f"the rt of the model's session is {kind}, which is no runtime: make it a"
            f" {kind_of} of concbench.models.base, or a dataclass derived from it"
        )
    for one in primitives_of(rt).values():
        lent = getattr(rt, one.name)
        if type(lent) is not Lacking and lent is not None and not callable(lent):
            raise TypeError(
                f"{one.name} of the model's runtime must be a function, not {shown(lent)};"
                " a primitive that the library lacks is left out"
            )
