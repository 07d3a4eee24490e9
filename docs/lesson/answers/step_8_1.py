"""A limit is a task that cancels another one, and is cancelled itself when that has ended before."""


def timeout(seconds: float, work: Work) -> Work:
    (task,) = yield "start", [work]

    def watchdog() -> Work:
        yield from sleep(seconds)
        yield "cancel", task

    (dog,) = yield "start", [watchdog()]
    try:
        return (yield from join(task)), True
    except Cancelled:
        if not task.ended.happened:  # it is this very task that is cancelled, from elsewhere
            yield "cancel", task
            raise
        return None, False
    finally:
        yield "cancel", dog
