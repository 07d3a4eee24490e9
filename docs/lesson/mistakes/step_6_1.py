"""Sends as if there were room for all of it."""


def send_all(connection, data):
    yield from ready(connection, EVENT_WRITE)
    connection.sendall(data)
