"""The interpreter keeps the place: what needed two fields and a test is a loop."""


def countdown(times: int) -> Work:
    for _ in range(times):
        yield
    return times
