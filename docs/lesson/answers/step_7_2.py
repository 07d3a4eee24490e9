"""The error is kept beside the result, and raised in who joins the task, as ``run`` does."""


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
    return result_of(task)


def result_of(task: Task) -> Any:
    if task.error:
        raise task.error
    return task.result


def run(tasks: Iterable[Work]) -> list[Any]:
    main = Task(gather(tasks))
    Loop().run(main)
    return result_of(main)
