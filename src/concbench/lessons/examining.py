"""What answers are examined by, as workloads: a plug-in that only the checker of answers takes.

They are apart from :mod:`concbench.lessons.plugin`, since no figure of an examination says anything.
"""

from concbench.lessons import (
    exams_joining,
    exams_limits,
    exams_queues,
    exams_sleeping,
    exams_sockets,
    exams_tasks,
    exams_waiting,
)

WORKLOADS = [
    *exams_joining.EXAMS,
    *exams_sleeping.EXAMS,
    *exams_limits.EXAMS,
    *exams_waiting.EXAMS,
    *exams_queues.EXAMS,
    *exams_sockets.EXAMS,
    *exams_tasks.EXAMS,
]
