"""The programs of the lesson as models, and what answers are held to as workloads: a plug-in of our own.

``concbench run --plugin`` takes this file as any other.
"""

from concbench.lessons import (
    exams_joining,
    exams_limits,
    exams_queues,
    exams_sleeping,
    exams_sockets,
    exams_tasks,
    exams_waiting,
    tasks,
)
from concbench.lessons.program import model_of
from concbench.lessons.steps import STEPS, path_of

MODELS = [model_of(f"lesson-{step}", str(path_of(step)), step) for step in STEPS]
WORKLOADS = [
    *tasks.WORKLOADS,
    *exams_joining.EXAMS,
    *exams_sleeping.EXAMS,
    *exams_limits.EXAMS,
    *exams_waiting.EXAMS,
    *exams_queues.EXAMS,
    *exams_sockets.EXAMS,
    *exams_tasks.EXAMS,
]
