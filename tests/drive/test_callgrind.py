"""Instructions function by function: files of callgrind's, made up; and a count of the real one."""

from collections import Counter
from pathlib import Path

import pytest

from concbench.drive.cachegrind import CountingFailed, TallyRunner, valgrind_path
from concbench.drive.callgrind import count_functions, functions_in
from concbench.drive.instructions import count_instructions
from concbench.drive.observing.mapped import CFunction
from tests.drive.test_instructions import CELL, fake, side

FILE = """\
# callgrind format
version: 1
creator: callgrind-3.19.0
cmd: python -c fn=(1) 12 34
positions: line
events: Ir
summary: {total}

ob=(1) /lib/libpython3.11.so.1.0
fl=(1) ceval.c
fn=(1) _PyEval_EvalFrameDefault
0 100
cob=(2) /lib/_asyncio.so
cfi=(2) ???
cfn=(2) task_step
calls=3 0
0 5000
+1 20
fn=(3) dict_dealloc.part.0
0 7

ob=(2)
fl=(2)
fn=(2)
0 {step}
cob=(1)
cfn=(1)
calls=1 0
0 60
fn=(4) 0x0000000000001234
* 3
totals: {total}
"""
FULL = FILE.format(total=1130, step=1000)
EVALUATE = CFunction("/lib/libpython3.11.so.1.0", "_PyEval_EvalFrameDefault")
STEP = CFunction("/lib/_asyncio.so", "task_step")

WRITES = """
code = subprocess.run(command).returncode
out = next(one.partition("=")[2] for one in given if one.startswith("--callgrind-out-file="))
step = 1000 + 50 * runs
open(out, "w").write({text!r}.format(total=130 + step, step=step))
open(log, "w").write("")
sys.exit(code)
"""


def test_a_function_has_what_it_took_itself_by_whichever_number_it_is_called() -> None:
    assert functions_in(FULL.splitlines(keepends=True)) == Counter(
        {
            EVALUATE: 120,
            CFunction("/lib/libpython3.11.so.1.0", "dict_dealloc"): 7,
            STEP: 1000,
            CFunction("/lib/_asyncio.so", ""): 3,
        }
    )


@pytest.mark.parametrize("text", ["", FULL.replace("* 3\n", ""), FULL.replace("totals: 1130", "")[:-20]])
def test_a_file_that_does_not_add_up_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="instructions in functions"):
        functions_in(text.splitlines())


def test_the_count_of_a_function_is_that_of_all_runs_less_that_of_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(tmp_path, monkeypatch, WRITES.format(text=FILE))
    found = count_functions(side(), CELL, number=4, runner=TallyRunner(60))
    assert +found == Counter({STEP: 200})


def test_runs_without_instructions_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(tmp_path, monkeypatch, WRITES.format(text=FILE).replace("50 * runs", "0"))
    with pytest.raises(CountingFailed, match="4 runs took no instructions in any function"):
        count_functions(side(), CELL, number=4, runner=TallyRunner(60))


@pytest.mark.nightly
@pytest.mark.skipif(valgrind_path() is None, reason="there is no valgrind here")
def test_the_functions_add_up_to_the_count_of_the_whole() -> None:
    runner = TallyRunner(120)
    whole = count_instructions(side(), CELL, number=64, runner=runner).work
    functions = count_functions(side(), CELL, number=64, runner=runner)
    assert functions.total() == pytest.approx(whole, rel=0.02)
    assert functions.most_common(1)[0][0].function.startswith("_PyEval_EvalFrame")
