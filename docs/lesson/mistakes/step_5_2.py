"""Asks for an item over and over, though whoever puts one is in no hurry: and forgets the capacity."""


def queue(capacity):
    items = deque()

    def put(item):
        items.append(item)
        yield

    def get():
        while not items:
            yield
        return items.pop()

    return put, get
