"""A queue is a deque and two lines: of those who wait for room, and of those who wait for an item."""


class Line:
    def __init__(self, left: int) -> None:
        self.left, self.waiting = left, deque()

    def take(self) -> Work:
        if self.left:
            self.left -= 1
        else:
            turn = Event()
            self.waiting.append(turn)
            yield from turn.wait()

    def give(self) -> Work:
        if self.waiting:
            yield from self.waiting.popleft().set()
        else:
            self.left += 1


def queue(capacity: int) -> tuple[Any, Any]:
    items, room, filled = deque(), Line(capacity), Line(0)

    def put(item: Any) -> Work:
        yield from room.take()
        items.append(item)
        yield from filled.give()

    def get() -> Work:
        yield from filled.take()
        item = items.popleft()
        yield from room.give()
        return item

    return put, get
