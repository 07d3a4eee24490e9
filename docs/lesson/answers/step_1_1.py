"""An object has no place to come back to, so it counts in a field of its own."""


class Countdown(Task):
    def __init__(self, times: int) -> None:
        self.left = self.result = times

    def run(self) -> None:
        self.ready = self.left == 0
        self.left -= 1
