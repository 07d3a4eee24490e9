"""Takes what comes for what was asked for."""


def receive(connection, number):
    yield from ready(connection)
    return connection.recv(number)
