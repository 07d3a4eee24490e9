"""Ask ``compare``, pytest-benchmark and asv about public projects: ``python studies/strangers.py``.

Of each project (``suites/projects.py``) two releases are had from the package index, as sdists, and a
repository is made of them: ``older``, ``newer``, ``same`` (the older once more) and ``slower`` (one function
of it counts for a while, so that a call takes 1.05 to 1.2 times as long, which is measured beforehand). Each
tool compares the older release with the three others. Every answer is a line of a JSON Lines file as soon as
it is there; a file that is there already is gone on with, and ``--replay FILE`` prints its table.
docs/GATES.md says how to read it.
"""

import argparse
import json
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from concbench.drive.host.machine import machine_id
from gates import calls
from gates.repository import Failed
from other_gates import names_of
from suites import asking, projects, slowing, told
from suites.asking import Place, Tool
from suites.continuous import AsvContinuous
from suites.projects import NEWER, OLDER, PROJECTS, SAME, SLOWER, Project

HEADS = (SAME, SLOWER, NEWER)
NAMES = tuple(project.name for project in PROJECTS)
TOOLS = ("pytest-benchmark", "asv continuous", "concbench")
NOT_ASKED = {("asv continuous", projects.FIXTURE), ("asv continuous", projects.CODSPEED),
             ("pytest-benchmark", projects.ASV)}  # fmt: skip
"""Which tool is not asked about which suites: they are plainly another's."""


def header(options: argparse.Namespace) -> dict[str, Any]:
    """Return when, where and with what answers were had."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "type": "header",
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {**machine_id(), "system": platform.system(), "cpus": os.cpu_count(), "load": load},
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("concbench",)},
        "budget": options.budget,
    }


def prepared(project: Project, work: Path, file: Path) -> Place:
    """Return the place of a project, made once, with a slower commit that is known to be. Raises Failed."""
    folder = work / project.name
    place = Place(project, folder / "repository", folder / "environments", folder / "scratch")
    done = [one for one in calls.read(file) if one["type"] == "slowed" and one["project"] == project.name]
    if done and place.repository.exists():
        return place
    archives = work / "archives"
    for one in (place.environments, place.scratch, archives):
        one.mkdir(parents=True, exist_ok=True)
    if done:
        _remade(place, archives, done[-1]["loops"])
        return place
    _remade(place, archives, 0)
    shutil.rmtree(place.environments / SLOWER, ignore_errors=True)
    pythons = [asking.environment(place, tag) for tag in (OLDER, SLOWER)]
    loops, ratio = slowing.fitted(project, *pythons)
    _remade(place, archives, loops)
    calls.append(file, {"type": "slowed", "project": project.name, "loops": loops, "ratio": ratio})
    return place


def _remade(place: Place, archives: Path, loops: int) -> None:
    for files in (place.repository, *place.environments.glob("*-files")):
        shutil.rmtree(files, ignore_errors=True)
    projects.make(place.project, place.repository, archives, loops)


def todo(file: Path, chosen: tuple[str, ...], tools: tuple[str, ...]) -> Iterator[tuple[Project, str, str]]:
    """Yield what no line of a file answers yet: a project, a tool and a head."""
    there = {(one["project"], one["tool"], one["head"]) for one in calls.read(file) if one["type"] == "asked"}
    for project in PROJECTS:
        for tool in TOOLS:
            for head in HEADS:
                asked = project.name in chosen and tool in tools and (tool, project.suite) not in NOT_ASKED
                if asked and (project.name, tool, head) not in there:
                    yield project, tool, head


def ask(options: argparse.Namespace) -> None:
    """Have all answers that are not there yet; a project that cannot be had costs no other its answers."""
    found: list[Tool] = [asking.PytestBenchmark(), AsvContinuous(), asking.Concbench(options.budget)]
    tools = {tool.name: tool for tool in found}
    calls.mend(options.output)
    places: dict[str, Place | None] = {}
    left = list(todo(options.output, options.projects, options.tools))
    for count, (project, tool, head) in enumerate(left, start=1):
        _tell(f"{count} of {len(left)}: {project.name}, {tool}, {OLDER} and {head}")
        try:
            if project.name not in places:
                places[project.name] = None
                places[project.name] = prepared(project, options.work, options.output)
            place = places[project.name]
            if place is None:
                continue
            answer = tools[tool].ask(place, head)
        except Failed as failed:
            _tell(f"  {failed}")
            calls.append(
                options.output, {"type": "failed", "project": project.name, "tool": tool, "why": str(failed)}
            )
            continue
        plain = None if answer is None else asdict(answer)
        about = {"project": project.name, "tool": tool, "head": head, "benchmark": project.benchmark}
        calls.append(options.output, {"type": "asked", **about, "answer": plain})
        _tell(f"  {plain}")


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Ask three tools about the benchmarks of public projects.")
    add = parser.add_argument
    add("--projects", type=names_of(NAMES), default=NAMES, help=f"of {','.join(NAMES)} (default: all)")
    add("--tools", type=names_of(TOOLS), default=TOOLS, help=f"of {','.join(TOOLS)} (default: all)")
    add("--budget", type=float, default=120, metavar="S", help="of a comparison by concbench (120)")
    add("--work", type=Path, default=Path("strangers"), help="a folder for all that is made (strangers)")
    add("--output", type=Path, default=Path("strangers.jsonl"), help="the answers (strangers.jsonl)")
    add("--replay", type=Path, metavar="FILE", help="ask nothing: print the table of this file")
    add("--json", action="store_true", help="print JSON instead of a table")
    return parser.parse_args(arguments)


def show(file: Path, *, as_json: bool) -> None:
    """Print the table of a file. Raises Failed where it is not there."""
    if not file.exists():
        raise Failed(f"there is no file {file}")
    records = calls.read(file)
    if as_json:
        print(json.dumps(records, indent=2))
        return
    if not records or records[0]["type"] != "header":
        raise Failed(f"{file} is no file of this study")
    about = records[0]
    machine = about["machine"]
    what = f"machine {machine['id']} ({machine['cpus']} CPUs, {machine['architecture']})"
    print(f"{about['date'][:10]}, {what}, Python {about['python']}, budget {about['budget']:.0f} s\n")
    print(told.as_markdown(records))


def main(arguments: list[str] | None = None) -> int:
    """Ask, print, and return the exit code: 3 where something failed, 130 after an interruption."""
    options = parse(arguments)
    options.work, options.output = options.work.resolve(), options.output.resolve()
    try:
        if options.replay is None:
            if not options.output.exists():
                calls.append(options.output, header(options))
            ask(options)
        show(options.replay or options.output, as_json=options.json)
        left = () if options.replay else tuple(todo(options.output, options.projects, options.tools))
    except Failed as error:
        _tell(f"Error: {error}")
        return 3
    except KeyboardInterrupt:
        _tell(f"interrupted; {options.output} has what was done, and the same command goes on")
        return 130
    return 3 if left else 0


if __name__ == "__main__":
    sys.exit(main())
