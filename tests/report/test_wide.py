"""The page of a wide run: fifteen models and workloads, still one small file, made in little memory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from concbench.report.page.build import page_of
from tests.report.pages import material_of_runs, parsed, written
from tests.report.wide import MODELS, MOST_BYTES, WORKLOADS, wide_run

MOST_MEMORY = 1_000_000_000
"""Bytes that making such a page may take."""

PATIENCE = 120
"""Seconds after which it is given up: eight times what it is to take on a machine that does nothing else."""


def test_a_page_of_one_size_has_a_fifth_of_the_bytes_that_a_page_of_five_may_have() -> None:
    page = page_of(material_of_runs(wide_run((10,), 4)))
    assert len(page.encode()) <= MOST_BYTES / 5
    (cells,) = [div for div in parsed(page).all("div") if div.attributes.get("id") == "cells"]
    assert len(cells.all("tbody")[0].all("tr")) == len(MODELS) * len(WORKLOADS)


@pytest.mark.nightly
@pytest.mark.skipif(not hasattr(os, "wait4"), reason="the system does not tell what a process had of memory")
def test_a_page_of_five_sizes_is_small_and_made_in_little_memory(tmp_path: Path) -> None:
    file = written(wide_run((1, 10, 100, 1000, 10_000), 10), tmp_path / "wide.jsonl")
    page = tmp_path / "wide.html"
    command = [sys.executable, "-m", "concbench", "report", str(file), "--output", str(page)]
    watched = [sys.executable, "-c", WATCHED, *command]
    told = subprocess.run(watched, check=True, capture_output=True, timeout=PATIENCE, text=True).stdout
    assert int(told.splitlines()[-1]) <= MOST_MEMORY
    assert page.stat().st_size <= MOST_BYTES


WATCHED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes there, kilobytes here
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit)
"""
