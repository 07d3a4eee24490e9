"""Each runner notes what it returned, and the first one says so."""


def first(works: Iterable[Work]) -> Work:
    told, results = Event(), []

    def runner(work: Work) -> Work:
        results.append((yield from work))
        yield from told.set()

    yield "start", [runner(work) for work in works]
    yield from told.wait()
    return results[0]
