"""What a shell completes: names of models and workloads, also behind a comma, and their families."""

from collections.abc import Iterable

import click
from click.shell_completion import CompletionItem

from concbench.families import FAMILIES, LOAD_FAMILIES
from concbench.workloads.names import FAMILY


def models_like(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the package's models, and families of models, that go on as somebody has begun."""
    from concbench.models import index  # noqa: PLC0415  (no other command line needs it this early)

    return _like(incomplete, index.names(), FAMILIES)


def workloads_like(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the package's workloads, and families of workloads, that go on as somebody has begun."""
    from concbench.workloads import index  # noqa: PLC0415

    return _like(incomplete, index.names(), LOAD_FAMILIES)


def _like(incomplete: str, names: Iterable[str], families: Iterable[str]) -> list[CompletionItem]:
    """Return the names that go on with what stands behind the last comma."""
    before, comma, begun = incomplete.rpartition(",")
    known = [*names, *(f"{FAMILY}{one}" for one in families)]
    return [CompletionItem(f"{before}{comma}{name}") for name in known if name.startswith(begun)]
