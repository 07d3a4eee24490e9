"""What a model can lend its tasks: each capability, and which fields of a runtime are primitives.

A primitive is an optional field of a dialect's runtime that holds a callable of the library's own. Where a
model has none, the field holds what says so to whoever uses it by accident.
"""

from collections.abc import Mapping
from dataclasses import Field, field, fields
from enum import StrEnum
from typing import Any

from concbench.words import shown


class Capability(StrEnum):
    """Something that tasks can be lent. Shared memory has no primitive: it is what tasks run on."""

    SLEEP = "sleep"
    SWITCH = "switch"
    EVENT = "event"
    LOCK = "lock"
    CONDITION = "condition"
    JOIN = "join"
    SEMAPHORE = "semaphore"
    QUEUE = "queue"
    CANCEL = "cancel"
    TIMEOUT = "timeout"
    OFFLOAD = "offload"
    LOOP = "event loop of asyncio's"
    EXECUTOR = "executor"
    READINESS = "wait for a socket"
    SHARED_MEMORY = "shared memory"


ASSUMED = frozenset(
    {Capability.SLEEP, Capability.SWITCH, Capability.EVENT, Capability.LOCK, Capability.CONDITION}
)
"""What a model that does not say what it lends is taken to lend, as far as its dialect has it."""


class NotLent(LookupError):
    """A primitive was used that the model does not lend."""


class Lacking:
    """Stands in the place of a primitive that a model lacks; whatever is done with it raises NotLent."""

    __slots__ = ("capability",)

    def __init__(self, capability: Capability) -> None:
        self.capability = capability

    def __repr__(self) -> str:
        return f"<no {self.capability}>"

    def _refuse(self, *_given: object, **_named: object) -> Any:
        raise NotLent(
            f"the model lends no {self.capability}: a version that needs it says so, as in"
            f" Version(function, needs={{Capability.{self.capability.name}}})"
        )

    __call__ = __bool__ = __iter__ = _refuse

    def __eq__(self, other: object) -> bool:
        return self is other or bool(self._refuse())

    def __hash__(self) -> int:
        return id(self)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what Python itself looks for: copying, inspecting
            raise AttributeError(name)
        return self._refuse()


def primitive(capability: Capability, signature: str) -> Any:
    """Return the field of a runtime for a primitive; ``signature`` is how a workload calls it."""
    about = {"capability": capability, "signature": signature}
    return field(default=Lacking(capability), metadata=about)


def primitives_of(runtime: Any) -> Mapping[Capability, "Field[Any]"]:
    """Return the fields of a runtime, or of a runtime's class, that are primitives."""
    return {one.metadata["capability"]: one for one in fields(runtime) if "capability" in one.metadata}


def lacked_by(runtime: Any) -> frozenset[Capability]:
    """Return which of its dialect's primitives a runtime lacks."""
    found = primitives_of(runtime).items()
    return frozenset(capability for capability, one in found if type(getattr(runtime, one.name)) is Lacking)


def lent_by(runtime: Any) -> frozenset[Capability]:
    """Return which of its dialect's primitives a runtime has."""
    return frozenset(primitives_of(runtime)) - lacked_by(runtime)


def wrong_capabilities(value: object) -> str | None:
    """Return what is wrong with a set of capabilities, or None."""
    if not isinstance(value, set | frozenset):
        return f"must be a set of capabilities, not {shown(value)}"
    strange = [one for one in value if type(one) is not Capability]
    known = ", ".join(one.name for one in Capability)
    return f"{shown(strange[0])} is no Capability; there are {known}" if strange else None
