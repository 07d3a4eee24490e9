"""Wakes the first in line and makes room as well: two may come in for one that goes."""


class Semaphore:
    def __init__(self, value):
        self.left, self.line = value, deque()

    def acquire(self):
        if self.left:
            self.left -= 1
        else:
            turn = Event()
            self.line.append(turn)
            yield from turn.wait()

    def release(self):
        self.left += 1
        if self.line:
            yield from self.line.popleft().set()
