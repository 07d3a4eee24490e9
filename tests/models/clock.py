"""A clock for loops that read it at every poll: each reading is one step later than the last."""


class SteppingClock:
    """Call it for the time; it counts from ``start`` in ``step``, and can be set forward."""

    def __init__(self, start: float = 0.0, step: float = 1.0) -> None:
        self.now, self.step = start, step

    def __call__(self) -> float:
        reading = self.now
        self.now += self.step
        return reading
