"""A stream has no messages: what is received may be a part of what was sent, or the end."""


def receive(connection: socket, number: int) -> Work:
    received = b""
    while len(received) < number:
        yield from ready(connection)
        if not (data := connection.recv(number - len(received))):
            raise EOFError(f"{len(received)} bytes came, and no more will")
        received += data
    return received
