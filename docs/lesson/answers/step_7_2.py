"""The error is kept where the result would be, and raised in whoever joins the task: step 8 does it so."""


class Task(Task):
    def __init__(self, work: Work) -> None:
        super().__init__(guarded(self, work))
        self.error = None


def guarded(task: Task, work: Work) -> Work:
    try:
        return (yield from work)
    except Exception as error:
        task.error = error


def join(task: Task) -> Work:
    yield from task.ended.wait()
    if task.error:
        raise task.error
    return task.result
