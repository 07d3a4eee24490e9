"""``send`` takes what there is room for, and says how much that was: the rest waits for more room."""


def send_all(connection: socket, data: bytes) -> Work:
    while data:
        yield from ready(connection, EVENT_WRITE)
        data = data[connection.send(data) :]
