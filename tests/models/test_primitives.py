"""A primitive is two files and a line in each model that lends it: tried on a copy of the package."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import concbench

PACKAGE = Path(concbench.__file__).parent

ADDED = {
    "models/capabilities.py": ('    SLEEP = "sleep"\n', '    SLEEP = "sleep"\n    PIPE = "pipe"\n'),
    "models/base.py": (
        '    switch: Callable[[], Any] = primitive(Capability.SWITCH, "await switch()")\n',
        '    switch: Callable[[], Any] = primitive(Capability.SWITCH, "await switch()")\n'
        '    Pipe: Callable[[], Any] = primitive(Capability.PIPE, "Pipe(), put() and get()")\n',
    ),
    "models/asyncio.py": (
        "        sleep=asyncio.sleep,\n",
        "        sleep=asyncio.sleep,\n        Pipe=asyncio.Queue,\n",
    ),
}

PASSING = '''
"""passing: items that tasks put and one task gets, by a pipe of the library's own."""
from dataclasses import dataclass
from functools import partial
from concbench.models.capabilities import Capability
from concbench.promises import Spawned
from concbench.workloads.base import NotExpressible, Version, Workload, at_least, judge_equal, numbers

NO_PIPE = NotExpressible("it has no pipe")

@dataclass(frozen=True, slots=True)
class Params:
    tasks: int = 3

    def __post_init__(self):
        at_least(1, tasks=self.tasks)

def coroutine(rt, p):
    queue = None

    def shared():
        nonlocal queue
        queue = queue or rt.Pipe()
        return queue

    async def put(number):
        await shared().put(number)
        return number

    async def get():
        return [await shared().get() for _ in range(p.tasks)]

    return [*(partial(put, number) for number in numbers(rt.salt, p.tasks)), get]

WORKLOADS = [
    Workload(
        name="passing", version="1", summary="items passed on", reading="Time per item.", params=Params,
        versions={
            "coroutine": Version(coroutine, needs={Capability.PIPE}),
            **dict.fromkeys(("polling", "generator", "delegating", "blocking"), NO_PIPE),
        },
        promise=lambda p, dialect: (Spawned(p.tasks + 1),),
        judge=lambda results, p, salt: judge_equal(
            results, [*numbers(salt, p.tasks), list(numbers(salt, p.tasks))]
        ),
        points=lambda preset: [Params()], small=lambda rng: [Params()], smallest=Params(1),
    )
]
'''

BARE = '''
"""A model as plug-ins have it, which was written before there was a pipe."""
from dataclasses import replace
from concbench.models.asyncio import MODEL
from concbench.models.capabilities import Capability

MODELS = [replace(MODEL, name="bare", lends=MODEL.lends - {Capability.PIPE})]
'''


TRIED = ("asyncio", "bare", "threads", "thread-pool", "process-pool")


def test_a_primitive_is_two_files_and_a_line_in_each_model_that_lends_it(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "concbench")  # with what is compiled already
    for name, (before, after) in ADDED.items():
        file = tmp_path / "concbench" / name
        text = file.read_text(encoding="utf-8")
        assert text.count(before) == 1
        file.write_text(text.replace(before, after), encoding="utf-8")
    (tmp_path / "passing.py").write_text(PASSING, encoding="utf-8")
    (tmp_path / "bare.py").write_text(BARE, encoding="utf-8")
    own = ["--plugin", "passing.py", "--plugin", "bare.py", "-w", "passing,spawn"]
    command = ["verify", *own, "-m", ",".join(TRIED), "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "concbench", *command],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)["findings"]
    passing = {
        one["contender"]: (one["outcome"], one["reason"]) for one in found if one["workload"] == "passing"
    }
    assert passing["asyncio"] == ("ok", None)
    assert passing["bare"] == ("not-expressible", "bare lends no pipe")
    assert passing["threads"] == ("not-expressible", "it has no pipe")
    spawned = {one["contender"]: one["outcome"] for one in found if one["workload"] == "spawn"}
    assert spawned == dict.fromkeys(TRIED, "ok")
