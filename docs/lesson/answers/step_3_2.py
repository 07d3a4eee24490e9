"""It hands on what the work yields, but no later deadline than its own, and closes what is over its time."""


def timeout(seconds: float, work: Work) -> Work:
    over = time.perf_counter() + seconds
    while True:
        try:
            due = work.send(None)
        except StopIteration as stop:
            return stop.value, True
        yield due and min(due, over)
        if time.perf_counter() >= over:
            work.close()
            return None, False
