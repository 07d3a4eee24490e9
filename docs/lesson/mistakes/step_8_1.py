"""Returns in time, and leaves the work running."""


def timeout(seconds, work):
    (task,) = yield "start", [work]
    yield "start", [sleep(seconds)]
    yield from sleep(seconds)
    if task.ended.happened:
        return result_of(task), True
    return None, False
