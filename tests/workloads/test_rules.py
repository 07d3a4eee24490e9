"""The table of rules: each broken field of a model or workload is named, and none is called."""

from dataclasses import fields, replace
from math import nan
from typing import Any

import pytest

from concbench.models import index as models
from concbench.models.base import DIALECTS, UNSAID, Model
from concbench.models.capabilities import Capability
from concbench.traits import Traits
from concbench.workloads import index as workloads
from concbench.workloads.base import NotExpressible, Version, Workload
from concbench.workloads.questions import Lanes, Question
from concbench.workloads.rules import OF_MODELS, OF_WORKLOADS, broken_rules

pytestmark = pytest.mark.measured_side

MODEL, WORKLOAD = models.get("generator"), workloads.get("switch")
WORDING = Version(lambda _rt, _params: [])


def asking(**wrong: Any) -> tuple[Question, ...]:
    return (Question(**{"title": "Why", "metric": "wall", "goal": "", "price": "", **wrong}),)


def lacking(dialect: str) -> dict[str, Any]:
    return {str(name): version for name, version in WORKLOAD.versions.items() if name != dialect}


def preferring(version: Any) -> dict[str, Any]:
    return {**WORKLOAD.versions, "own": Version(print, preferred=version)}  # type: ignore[arg-type]


def test_every_field_has_a_rule() -> None:
    assert set(OF_MODELS) == {field.name for field in fields(Model)}
    assert set(OF_WORKLOADS) == {field.name for field in fields(Workload)}


def test_the_package_keeps_the_rules() -> None:
    known: list[Model | Workload[Any]] = [models.get(name) for name in models.names()]
    known += [workloads.get(name) for name in (*workloads.names(), "tutorial")]
    for one in known:
        assert list(broken_rules(one)) == []


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("name", 7, "must be text"),
        ("dialect", "telepathy", "must be one of polling"),
        ("dialect", ["generator"], "must be one of polling"),
        ("summary", None, "must be text"),
        ("cost", b"", "must be text"),
        ("source", 1, "must be text"),
        ("summary", "x" * 10_000, "has 10000 characters"),
        ("version", "1.0", "must be a function"),
        ("open", None, "must be a function"),
        ("unavailable", "no", "must be a function"),
        ("current", 3, "must be a function"),
        ("traits", "loop", "must be Traits"),
        ("traits", Traits(runs_on="magic"), "runs_on must be one of loop"),  # type: ignore[arg-type]
        ("traits", Traits(polls=1), "polls must be True or False"),  # type: ignore[arg-type]
        ("traits", {}, "must be Traits"),
        ("traits", Traits(runs_on=[]), "runs_on must be one of loop"),  # type: ignore[arg-type]
        ("traits", Traits(workers=10**30), "workers must be a whole number"),
        ("lends", ["sleep"], "must be a set of capabilities"),
        ("lends", {"sleep"}, "is no Capability; there are SLEEP, SWITCH"),
        ("lends", {Capability.LOCK}, "there is no lock among the primitives of generator models"),
    ],
)
def test_a_broken_field_of_a_model_is_named(field: str, value: Any, what: str) -> None:
    (wrong,) = broken_rules(replace(MODEL, **{field: value}))
    assert wrong.startswith(f"{field}: ")
    assert what in wrong


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("single_threaded", 1, "pinnable (single_threaded) must be True or False"),
        ("pooled", "yes", "reuses (pooled) must be True or False"),
        ("workers", 0, "workers must be a whole number of at least 1"),
        ("workers", True, "at least 1"),
        ("workers", 2.0, "at least 1"),
    ],
)
def test_what_stands_for_a_trait_is_named_with_it(field: str, value: Any, what: str) -> None:
    (wrong,) = broken_rules(replace(MODEL, **{field: value}))
    assert wrong.startswith("traits: ")
    assert what in wrong


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("name", "a,b", "has ,"),
        ("version", 1, "must be text"),
        ("version", " ", "is empty"),
        ("reading", None, "must be text"),
        ("params", {"tasks": 1}, "must be a dataclass"),
        ("versions", [], "must be a dict"),
        ("versions", {}, "has no function for any dialect; there are polling, generator"),
        ("versions", dict.fromkeys(DIALECTS, NotExpressible("no")), "has no function for any dialect"),
        ("versions", {**lacking("none"), "a,b": print}, "'a,b' is the name of no dialect"),
        ("versions", {**WORKLOAD.versions, "own": Version(print, {3})}, "'own': needs 3 is no Capability"),  # type: ignore[arg-type]
        ("versions", {**WORKLOAD.versions, "own": Version(None)}, "'own' must be a function"),  # type: ignore[arg-type]
        ("versions", {**WORKLOAD.versions, "polling": None}, "'polling' must be a function"),
        ("versions", preferring(print), "'own': preferred must be a Version, not <built-in function print>"),
        ("versions", preferring(Version(print, None)), "'own': preferred: needs must be a set"),  # type: ignore[arg-type]
        ("versions", preferring(Version(None)), "'own': preferred must be a function"),  # type: ignore[arg-type]
        ("versions", {**WORKLOAD.versions, "polling": NotExpressible()}, "needs a reason"),
        ("versions", {**WORKLOAD.versions, "polling": NotExpressible(3)}, "needs a reason"),
        ("promise", None, "must be a function"),
        ("judge", None, "must be a function"),
        ("judge", lambda results: None, "must take (results, params, salt) or (results, params)"),
        (
            "judge",
            lambda one, two, three, four: None,
            "must take (results, params, salt) or (results, params)",
        ),
        ("judge", min, "nobody can tell what <built-in function min> takes"),
        ("points", [], "must be a function"),
        ("small", None, "must be a function"),
        ("smallest", {"tasks": 1}, "must be a Params"),
        ("smallest", None, "must be a Params"),
        ("brief", 3, "must be a Params"),
        ("records", None, "must be a function"),
        ("floor", 0.0, "must be a function"),
        ("memory_points", None, "must be a function"),
        ("reported", 1, "must be a function"),
        ("doubled", "depth", "must be the name of a parameter"),
        ("doubled", ["tasks"], "must be the name of a parameter"),
        ("needs_own_slice", None, "must be True or False"),
        ("counts", 3, "must be a function"),
        ("unit", "parsec", "must be one of task, suspension, item"),
        ("unit", "item", "is the item, and nothing counts them"),
        ("unit", [], "must be one of task, suspension, item"),
        ("versions", {**WORKLOAD.versions, "own": Version(WORDING)}, "'own': a Version stands in"),
        ("units", [], "must be a dict from parameters to their units, not []"),
        ("units", {"delay": "s"}, "'delay' is none of the parameters: tasks, suspensions"),
        ("units", {1: "s"}, "1 is none of the parameters"),
        ("units", {"tasks": ""}, "the unit of tasks must be text of 1 to 12 printable characters, not ''"),
        ("units", {"tasks": "s" * 13}, "the unit of tasks must be text of 1 to 12 printable"),
        ("units", {"tasks": "s\n"}, "the unit of tasks must be text of 1 to 12 printable"),
        ("questions", asking() + asking(), "two have the same title"),
        ("questions", [], "must be a tuple of Questions"),
        ("questions", asking(metric=[]), "metric must be one of wall, cpu, run_wall, "),
        ("questions", asking(metric="above"), "metric must be one of wall, cpu, run_wall, "),
        ("questions", asking(axis=[]), "axis must be one of tasks, suspensions, not []"),
        ("questions", asking(where=1), "where must fix parameters, as in tasks=1,kind=a, not 1"),
        ("questions", asking(where="tasks"), "where must fix parameters"),
        ("questions", asking(where="kind=a"), "where must fix parameters"),
        ("questions", asking(bound=nan), "bound must be a finite number, not nan"),
        ("questions", asking(rank="first"), "rank must be a finite number, not 'first'"),
        ("questions", asking(many="few"), "many must be True or False"),
        ("questions", asking(tells=[]), "tells must be one of 'punctual', 'cheap', '', not []"),
        ("questions", asking(each=" "), "each is empty"),
        ("questions", asking(pools=1), "pools must be True or False"),
        ("questions", asking(title=3), "title must be text, not 3"),
        ("lanes", Lanes(params={"tasks": 4}, reading=""), "params must be a Params, as params says"),
        ("lanes", Lanes(params=WORKLOAD.smallest, reading=3), "reading must be text, not 3"),  # type: ignore[arg-type]
        ("lanes", Lanes(params=WORKLOAD.smallest, reading="", kept=1), "kept must be True or False"),  # type: ignore[arg-type]
    ],
)
def test_a_broken_field_of_a_workload_is_named(field: str, value: Any, what: str) -> None:
    wrong = next(broken_rules(replace(WORKLOAD, **{field: value})))
    assert wrong.startswith(f"{field}: ")
    assert what in wrong


def refuse(*_anything: Any) -> Any:
    raise RuntimeError("no")


def leave(*_anything: Any) -> Any:
    raise SystemExit(7)


class Hostile:
    """Whatever is done with it raises."""

    __eq__ = __ne__ = __bool__ = __len__ = __iter__ = __getattr__ = __repr__ = __str__ = refuse
    __hash__ = None  # type: ignore[assignment]


class Leaving:
    """To look at it ends the process."""

    __eq__ = __bool__ = __repr__ = leave
    __hash__ = None  # type: ignore[assignment]


class Everything(str):
    """A text that is equal to any other."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, _other: object) -> bool:
        return True

    def __ne__(self, _other: object) -> bool:
        return False


class Nameless(type):
    """A class that cannot be told."""

    __repr__ = refuse
    __name__ = property(refuse)


class Unnamed(metaclass=Nameless):
    __repr__ = refuse


class Shut(frozenset[Any]):
    __iter__ = __len__ = __contains__ = __sub__ = __repr__ = refuse


HOSTILE: list[Any] = [
    Hostile(),
    Leaving(),
    Everything("x"),
    Unnamed(),
    Shut(),
    10**5000,
    "\ud800",
    b"",
    [Hostile()],
]


@pytest.mark.parametrize("field", [*OF_MODELS, "single_threaded", "pooled", "workers"])
def test_what_a_value_of_a_model_does_when_it_is_looked_at_is_told_of_its_field(field: str) -> None:
    for value in HOSTILE:
        if field == "lends" and type(value) is Shut:
            continue  # the set of nothing, and a set whatever its methods say
        change: dict[str, Any] = {"lends": UNSAID, field: value}
        told = list(broken_rules(replace(MODEL, **change)))
        named = "traits" if field in ("single_threaded", "pooled", "workers") else field
        assert any(wrong.startswith(f"{named}: ") for wrong in told), (field, type(value))


@pytest.mark.parametrize("field", OF_WORKLOADS)
def test_what_a_value_of_a_workload_does_when_it_is_looked_at_is_told_of_its_field(field: str) -> None:
    for value in HOSTILE:
        told = list(broken_rules(replace(WORKLOAD, **{field: value})))
        assert any(wrong.startswith(f"{field}: ") for wrong in told), (field, type(value))


@pytest.mark.parametrize(
    "value", [Hostile(), Leaving(), Everything("loop"), -1], ids=["hostile", "leaving", "equal", "number"]
)
def test_what_a_trait_does_when_it_is_looked_at_is_told_of_it(value: Any) -> None:
    for trait in ("runs_on", "polls", "pinnable", "reuses", "workers", "patches"):
        (wrong,) = broken_rules(replace(MODEL, traits=Traits(**{trait: value})))
        assert wrong.startswith(f"traits: {trait} ")


@pytest.mark.parametrize(
    "dialect",
    ["blocking", "coroutine", Hostile(), Everything("blocking")],
    ids=["blocking", "coroutine", "hostile", "equal"],
)
@pytest.mark.parametrize(
    "traits",
    [UNSAID, 5, Hostile(), Traits(runs_on=Hostile())],  # type: ignore[arg-type]
    ids=["unsaid", "number", "hostile", "of hostile"],
)
def test_a_model_of_any_dialect_and_traits_can_be_made_and_told_what_is_wrong(
    dialect: Any, traits: Any
) -> None:
    made = replace(MODEL, dialect=dialect, traits=traits, family=UNSAID, lends=UNSAID)
    fields_told = {wrong.partition(":")[0] for wrong in broken_rules(made)}
    assert fields_told == ({"dialect"} if type(dialect) is not str else set()) | (
        {"traits"} if traits is not UNSAID else set()
    )


def test_a_field_that_cannot_be_looked_at_is_told_with_the_line() -> None:
    class Veiled(Model):
        def __getattribute__(self, name: str) -> Any:
            return refuse() if name == "cost" else super().__getattribute__(name)

    known = {field.name: getattr(MODEL, field.name) for field in fields(Model)}
    (wrong,) = broken_rules(Veiled(**known))
    assert wrong.startswith("cost: cannot be looked at: RuntimeError: no, in refuse at test_rules.py:")


def test_a_model_without_its_fields_is_told_the_first() -> None:
    wrong = next(broken_rules(object.__new__(Model)))
    assert wrong.startswith("name: cannot be looked at: AttributeError")


@pytest.mark.parametrize("name", ["family:pool", "family:"])
def test_a_name_that_asks_for_a_family_where_models_are_chosen_is_none(name: str) -> None:
    (wrong,) = broken_rules(replace(MODEL, name=name))
    assert wrong.startswith(f"name: {name!r} asks for a family of models where they are chosen")


@pytest.mark.parametrize("name", ["a:b", "asyncio+mine:factory", "family", "8", "mine:8"])
def test_a_name_with_a_colon_is_one_otherwise(name: str) -> None:
    assert list(broken_rules(replace(MODEL, name=name))) == []


def test_a_judge_may_take_the_salt_or_not() -> None:
    for judge in (lambda results, params: None, lambda results, params, salt=0: None, lambda *all_: None):
        assert list(broken_rules(replace(WORKLOAD, judge=judge))) == []
