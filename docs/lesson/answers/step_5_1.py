"""Whoever goes out hands its place to the first in line, so nobody can slip in between."""


class Semaphore:
    def __init__(self, value: int) -> None:
        self.left, self.line = value, deque()

    def acquire(self) -> Work:
        if self.left:
            self.left -= 1
        else:
            turn = Event()
            self.line.append(turn)
            yield from turn.wait()

    def release(self) -> Work:
        if self.line:
            yield from self.line.popleft().set()
        else:
            self.left += 1
