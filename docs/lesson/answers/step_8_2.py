"""Everybody tells when it has ended; who is told first has won, and the others are cancelled and joined."""


def race(works: Iterable[Work]) -> Work:
    over, winners = Event(), []

    def runner(work: Work) -> Work:
        winners.append((yield from work))
        yield from over.set()

    tasks = yield "start", [runner(work) for work in works]
    try:
        yield from over.wait()
    finally:  # also where this very task is cancelled, from elsewhere
        for task in tasks:
            yield "cancel", task
        for task in tasks:
            yield from task.ended.wait()
    return winners[0]
