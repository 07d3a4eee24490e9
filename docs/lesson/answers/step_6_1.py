"""``send`` takes what there is room for, and says how much that was: the rest waits for more room."""

from socket import MSG_DONTWAIT


def send_all(connection: socket, data: bytes) -> Work:
    while data:
        yield from ready(connection, EVENT_WRITE)
        data = data[connection.send(data, MSG_DONTWAIT) :]
