"""``concbench list``: the models, the workloads, and what can be asked of them."""

import json
from collections.abc import Callable
from dataclasses import MISSING, asdict, fields
from typing import Any

import click
from rich.text import Text

from concbench.commands.consoles import Out
from concbench.commands.docstrings import doc_of
from concbench.commands.listing import print_models, print_more, print_workloads
from concbench.commands.measuring import Verb
from concbench.commands.options import CodeFile, check_loops
from concbench.drive.host.interpreters import choose
from concbench.drive.presets import RUN_PRESETS, RunPreset
from concbench.drive.workers.described import Described, models_at, models_here
from concbench.drive.workers.place import Place
from concbench.drive.workers.sources import current_sources
from concbench.models import index
from concbench.models.base import DIALECTS, Model
from concbench.workloads.base import PRESETS, NotExpressible, Workload, params_to_dict
from concbench.workloads.catalogue import Kind, PluginError

EPILOG = """\b
Examples
  concbench list
  concbench list -v                                    costs, meanings of parameters, and why not
  concbench list --json
  concbench list --python 3.13t                        what is available to another Python
  concbench list --preset quick                        the cells that concbench run measures by itself
  concbench list --plugin my_model.py --loop uvloop:new_event_loop
"""


def _chosen(_ctx: click.Context, _param: click.Parameter, spec: str | None) -> Place | None:
    """Return the place of an interpreter that is named."""
    if spec is None:
        return None
    chosen = choose(spec)
    return Place(chosen.executable, switches=chosen.switches, sources=current_sources())


@click.command(name="list", cls=Verb, epilog=EPILOG)
@click.option("--plugin", "plugins", multiple=True, type=CodeFile(),
              help="A Python file with models or workloads of your own.")  # fmt: skip
@click.option("--loop", "loops", multiple=True, callback=check_loops, metavar="MODULE:FACTORY",
              help="An asyncio event loop.")  # fmt: skip
@click.option("--python", metavar="3.12", callback=_chosen,
              help="The interpreter that is asked what is available to it (default: this one).")  # fmt: skip
@click.option("--preset", type=click.Choice(RUN_PRESETS),
              help="Instead, what this preset measures where nothing is chosen.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
def list_(
    plugins: tuple[str, ...],
    loops: tuple[str, ...],
    python: Place | None,
    preset: RunPreset | None,
    *,
    as_json: bool,
) -> None:
    """Name the models, the workloads and their parameters, or the cells of a preset."""
    catalogue = Described(plugins, loops, python)
    if preset is not None:
        _tell_preset(preset, catalogue, python, as_json=as_json)
        return
    models, broken_models = _found(catalogue, "model", catalogue.model_names())
    models = _asked(python, models)
    workloads, broken_workloads = _found(catalogue, "workload", catalogue.workload_names())
    tell = _tell_json if as_json else _tell
    tell(models, workloads, broken_models + broken_workloads)


def _tell_json(models: list[Model], workloads: list[Workload[Any]], broken: list[str]) -> None:
    about = {
        "models": [about_model(model) for model in models],
        "workloads": [about_workload(workload) for workload in workloads],
        "broken": broken,
    }
    click.echo(json.dumps(about, indent=2))


def _tell(models: list[Model], workloads: list[Workload[Any]], broken: list[str]) -> None:
    console = Out()
    console.print(Text("models", style="bold"))
    print_models(console, models)
    console.print(Text("\nworkloads", style="bold"))
    print_workloads(console, list(map(about_workload, workloads)))
    for words in broken:
        console.print(Text(f"\nunavailable: {words}", style="yellow"))
    print_more()


def _asked(python: Place | None, models: list[Model]) -> list[Model]:
    """Return models of which those of the package are asked there; others are told from there anyway.

    No package of theirs is imported here: it may hang, print, or end the process.
    """
    own = [model for model in models if model.name in index.names()]
    there = {model.name: model for model in (models_here(own) if python is None else models_at(python, own))}
    return [there.get(model.name, model) for model in models]


def _tell_preset(preset: RunPreset, catalogue: Described, python: Place | None, *, as_json: bool) -> None:
    if python is not None:
        raise click.UsageError("a preset has the same cells for every interpreter; leave --python out")
    from concbench.commands.preset_table import print_preset  # noqa: PLC0415  (it imports SciPy)
    from concbench.runs.preset import cells_of  # noqa: PLC0415  (it imports what only some platforms have)

    cells = cells_of(preset, catalogue)
    if as_json:
        click.echo(json.dumps(asdict(cells), indent=2))
    else:
        print_preset(Out(), cells)


def _found(catalogue: Described, kind: Kind, names: list[str]) -> tuple[list[Any], list[str]]:
    """Return all that there is of a kind, and why what a distribution brings cannot be had."""
    get: Callable[[str], Any] = catalogue.model if kind == "model" else catalogue.workload
    found, broken = [get(name) for name in names], []
    for name, entry in catalogue.installed(kind).items():
        try:
            if isinstance(entry, PluginError):
                raise entry
            found.append(get(name))
        except PluginError as error:
            broken.append(str(error))
    return found, broken


def about_model(model: Model) -> dict[str, Any]:
    """Return what is known of a model, as plain data."""
    reason = model.unavailable()
    return {
        "name": model.name,
        "dialect": model.dialect,
        "family": model.family,
        "summary": model.summary,
        "cost": model.cost,
        "source": model.source,
        "version": None if reason else model.version(),
        "unavailable": reason,
        "traits": asdict(model.traits),
        "lends": sorted(model.lends),
    }


def about_workload(workload: Workload[Any]) -> dict[str, Any]:
    """Return what is known of a workload, as plain data."""
    cannot = {
        dialect: version.reason
        for dialect, version in workload.versions.items()
        if isinstance(version, NotExpressible)
    }
    unwritten = [dialect for dialect in DIALECTS if dialect not in workload.versions]
    cannot |= {dialect: f"{workload.name} has no version for {dialect} models" for dialect in unwritten}
    return {
        "name": workload.name,
        "version": workload.version,
        "family": workload.family,
        "summary": workload.summary,
        "reading": workload.reading,
        "unit": workload.cost_unit,
        "parameters": {
            one.name: None if one.default is MISSING else one.default for one in fields(workload.params)
        },
        "meaning": doc_of(workload.params),
        "dialects": [dialect for dialect in DIALECTS if dialect not in cannot],
        "not_expressible": cannot,
        "brief": params_to_dict(workload.brief or workload.points("quick")[0]),
        "presets": {preset: [params_to_dict(p) for p in workload.points(preset)] for preset in PRESETS},
    }
