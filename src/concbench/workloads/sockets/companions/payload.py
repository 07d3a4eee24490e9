"""Bytes of messages that whoever knows the seed can work out, and nobody else: any two differ.

``Payload(seed, size).of(stream, number)`` is the message of that number on a connection, ``size`` bytes. It
is cut out of a block of bytes that is drawn once, at a place of its own: to make one costs a copy, so who
sends and checks millions is not busy with drawing them.
"""

from random import Random

SPAN = 65_521
"""Places at which a message may begin: a prime, so that steps of any length come to all of them."""

BY_STREAM, BY_NUMBER = 31_847, 7_919
"""Steps from one connection's messages to the next one's, and from one message to the next."""


class Payload:
    """Messages of ``size`` bytes each, drawn from a seed."""

    __slots__ = ("_block", "size")

    def __init__(self, seed: int, size: int) -> None:
        self.size = size
        self._block = Random(seed).randbytes(SPAN + size)

    def of(self, stream: int, number: int) -> bytes:
        """Return a message."""
        place = (stream * BY_STREAM + number * BY_NUMBER) % SPAN
        return self._block[place : place + self.size]
