"""The marks of ``asv_runner.benchmarks.mark``, for suites that import them where asv_runner is not installed.

Each keeps what it says as attributes of what it marks, where the suite's session looks for it.
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from types import ModuleType
from typing import Any, TypeAlias, TypeVar

Marked = TypeVar("Marked", bound=Callable[..., Any])
Mark: TypeAlias = Callable[[Marked], Marked]


class SkipNotImplemented(NotImplementedError):
    """Raised by a benchmark that leaves itself out while it runs."""


def benchmark(**attributes: Any) -> Mark[Any]:
    """Have a benchmark, or a class of them, say this of itself."""

    def mark(one: Marked) -> Marked:
        for name, value in attributes.items():
            setattr(one, name, value)
        return one

    return mark


def skip_benchmark(function: Marked) -> Marked:
    """Leave a benchmark out."""
    function.skip_benchmark = True  # type: ignore[attr-defined]
    return function


def skip_benchmark_if(condition: bool) -> Mark[Any]:
    """Leave a benchmark out on a condition."""
    return benchmark(**({"skip_benchmark": True} if condition else {}))


def skip_for_params(skip_params_list: Iterable[Any]) -> Mark[Any]:
    """Leave a benchmark out for these parameters."""
    return skip_params_if(skip_params_list, True)


def skip_params_if(skip_params_list: Iterable[Any], condition: bool) -> Mark[Any]:
    """Leave a benchmark out for these parameters, on a condition."""
    return benchmark(**({"skip_params": skip_params_list} if condition else {}))


def parameterize(param_dict: Mapping[str, Any]) -> Mark[Any]:
    """Give a benchmark, or a class of them, its parameters by their names."""
    values = list(param_dict.values())
    return benchmark(params=values if len(values) > 1 else values[0], param_names=list(param_dict))


def timeout_at(seconds: float) -> Mark[Any]:
    """Say how long asv is to wait; here it is ``--timeout`` that does."""
    return benchmark(timeout=seconds)


parameterize_class_with = parameterize_func_with = parameterize
timeout_class_at = timeout_func_at = timeout_at


def lend_marks() -> None:
    """Let suites import the marks, where asv_runner itself is not there."""
    if find_spec("asv_runner") is not None:
        return
    package = ""
    for name in ("asv_runner", "benchmarks"):
        package = f"{package}.{name}".lstrip(".")
        sys.modules[package] = ModuleType(package, __doc__)
        sys.modules[package].__path__ = []
    sys.modules[f"{package}.mark"] = sys.modules[__name__]
