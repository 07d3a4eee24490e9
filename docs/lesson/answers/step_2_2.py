"""The loop within the loop is the loop, suspended after each round."""


def join(factories: Iterable[Any]) -> Work:
    results = dict.fromkeys(factory() for factory in factories)
    pending = list(results)
    while pending:
        ready, pending = pending, []
        for task in ready:
            try:
                task.send(None)
            except StopIteration as stop:
                results[task] = stop.value
            else:
                pending.append(task)
        if pending:
            yield
    return list(results.values())
