"""Each deadline is counted from the one before, and not from the time at which the task happens to go on."""


def every(period: float, times: int) -> Work:
    due, woken = time.perf_counter(), []
    for _ in range(times):
        due += period
        yield due
        woken.append(time.perf_counter())
    return woken
