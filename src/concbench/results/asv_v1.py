"""Result files that old versions of asv wrote, before 0.5: the same results in another arrangement.

Format 1 has an object for each benchmark, or its bare value, and keeps versions and times beside them; asv's
``results.py`` says how one becomes the other.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

COLUMNS = (
    "result", "params", "version", "started_at", "stats_ci_99_a", "stats_ci_99_b", "stats_q_25", "stats_q_75",
    "samples",
)  # fmt: skip


def as_current(content: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Return the JSON of a file in format 1 as it would be in format 2; what is damaged stays so.

    Old files name no environment but in the name of the file: ``COMMIT-ENVIRONMENT.json``.
    """
    results = content.get("results")
    if not isinstance(results, dict):
        return dict(content)
    versions, started = (_mapping(content.get(name)) for name in ("benchmark_version", "started_at"))
    rows = {name: _row(value, versions.get(name), started.get(name)) for name, value in results.items()}
    known = {"env_name": path.name.removesuffix(".json").partition("-")[2], "python": "unknown"}
    return {**known, **content, "version": 2, "result_columns": list(COLUMNS), "results": rows}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _row(about: Any, version: Any, started: Any) -> list[Any]:
    value = about if isinstance(about, dict) else {"result": about}
    result, stats, samples = (_listed(value.get(name)) for name in ("result", "stats", "samples"))
    if samples and not isinstance(samples[0], list | None):
        samples = [samples]
    told = [_mapping(one) for one in stats or ()]
    intervals = [one.get("ci_99") for one in told]
    ends = [one if isinstance(one, list) and len(one) == 2 else [None, None] for one in intervals]
    quartiles = [[one.get(name) for one in told] or None for name in ("q_25", "q_75")]
    both = [[one[end] for one in ends] or None for end in (0, 1)]
    return [result, value.get("params") or [], version, started, *both, *quartiles, samples]


def _listed(value: Any) -> list[Any] | None:
    return value if value is None or isinstance(value, list) else [value]
