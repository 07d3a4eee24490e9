"""Rounds down: who sleeps until then sleeps too little."""


def nap(seconds):
    yield int(100 * (time.perf_counter() + seconds)) / 100
