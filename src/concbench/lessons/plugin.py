"""The programs of the lesson as models, and what their tasks are held to as workloads: a plug-in of our own.

``concbench run --plugin`` takes this file as any other.
"""

from concbench.lessons import tasks
from concbench.lessons.program import model_of
from concbench.lessons.steps import STEPS, path_of

MODELS = [model_of(f"lesson-{step}", str(path_of(step)), step) for step in STEPS]
WORKLOADS = tasks.WORKLOADS
