"""Sleeps for a period at each time: what each wake is late is added up."""


def every(period, times):
    woken = []
    for _ in range(times):
        yield from sleep(period)
        woken.append(time.perf_counter())
    return woken
