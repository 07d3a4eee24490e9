"""What docs/TUTORIAL.md, its pictures and its notebook show: written by ``python -m tests.docs.lesson``.

The prose is written by hand in TUTORIAL.md. What stands there between ``<!-- lesson: NAME STEP -->`` and
``<!-- end -->`` is made of the programs, and so is the notebook, of both.
"""

import difflib
import json
import re
from pathlib import Path
from typing import Any

from concbench.lessons.exercises import EXERCISES
from concbench.lessons.picture import svg_of
from concbench.lessons.steps import STEPS, new_lines, path_of, source_of, trace_of
from concbench.lessons.text import HEADING, prose_of, section_of

DOCS = Path(__file__).parents[2] / "docs"
TUTORIAL, NOTEBOOK = DOCS / "TUTORIAL.md", DOCS / "tutorial.ipynb"
BLOCK = re.compile(r"(<!-- lesson: (\w+) (\d+) -->\n).*?(<!-- end -->)", re.DOTALL)


def picture_path(step: int) -> Path:
    return DOCS / "lesson" / f"step_{step}.svg"


def picture(step: int) -> str:
    return svg_of(trace_of(step), f"Who runs when, in the scene of step {step}")


def diff(step: int) -> str:
    """Return what a step changes: the first one whole, the others as a diff without numbers of lines."""
    after = source_of(step).splitlines()
    if step == 1:
        return "\n".join(["```python", *after, "```", ""])
    lines = list(difflib.unified_diff(source_of(step - 1).splitlines(), after, n=2, lineterm=""))[2:]
    told = [" …" if line.startswith("@@") else line.rstrip() for line in lines]
    return "\n".join(["```diff", *told, "```", ""])


def program(step: int) -> str:
    count, new = len(source_of(step).splitlines()), len(new_lines(step))
    name = path_of(step).name
    return f"[{name}](lesson/{name}): {count} lines, {new} of them new.\n\n{diff(step)}"


def trace(step: int) -> str:
    return "\n".join(
        [
            "```text",
            *trace_of(step).lines(),
            "```",
            "",
            f"![Who runs when at step {step}](lesson/step_{step}.svg)",
            "",
        ]
    )


def exercises(step: int) -> str:
    return "".join(
        f"{number}. {EXERCISES[step, number].asks} [An answer](lesson/answers/step_{step}_{number}.py).\n\n"
        f"   {EXERCISES[step, number].sample}\n"
        for number in (1, 2)
    )


MADE = {"program": program, "trace": trace, "exercises": exercises}


def tutorial(text: str) -> str:
    """Return the text with all that is made of the programs made anew."""
    return BLOCK.sub(lambda found: f"{found[1]}{MADE[found[2]](int(found[3]))}{found[4]}", text)


def notebook(text: str) -> dict[str, Any]:
    """Return the notebook: the prose, each step's program, and its trace, which is the same at each time."""
    start = next(HEADING.finditer(text)).start()
    cells = [_words("intro", text[:start].strip())]
    for step in STEPS:
        words, question, answer, _ = prose_of(step)
        asked = [(number, EXERCISES[step, number]) for number in (1, 2)]
        asks = "\n".join(f"{number}. {one.asks}\n\n   {one.sample}" for number, one in asked)
        check = f"Write an answer into a file, and have it checked: `concbench lesson {step} --check mine.py`"
        cells += [
            _words(f"step-{step}", f"## Step {step}: {section_of(step)[0]}\n\n{words}"),
            _code(f"program-{step}", source_of(step)),
            _words(f"question-{step}", question),
            _code(f"trace-{step}", WATCH.format(step=step), "\n".join(trace_of(step).lines()) + "\n"),
            _words(
                f"exercises-{step}",
                f"{answer}\n\n**Exercises**\n\n{asks}\n\n{check} (`--exercise 2` for the second).",
            ),
        ]
    about: dict[str, Any] = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
    }
    return {"cells": cells, "metadata": about, "nbformat": 4, "nbformat_minor": 5}


WATCH = "from concbench.lessons.notebook import watch\n\nwatch({step}, globals())"


def _words(name: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": text}


def _code(name: str, source: str, printed: str = "") -> dict[str, Any]:
    outputs = [{"name": "stdout", "output_type": "stream", "text": printed}] if printed else []
    about: dict[str, Any] = {"cell_type": "code", "execution_count": None, "id": name, "metadata": {}}
    return {**about, "outputs": outputs, "source": source.rstrip("\n")}


def written(made: dict[str, Any]) -> str:
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    for step in STEPS:
        picture_path(step).write_text(picture(step), encoding="utf-8")
    TUTORIAL.write_text(tutorial(TUTORIAL.read_text(encoding="utf-8")), encoding="utf-8")
    NOTEBOOK.write_text(written(notebook(TUTORIAL.read_text(encoding="utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main()
