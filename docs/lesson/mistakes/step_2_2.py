"""Runs one child after the other."""


def join(factories):
    results = []
    for factory in factories:
        results.append((yield from factory()))
    return results
