"""What a server of ``fanout`` answers: bytes that it alone can make, and that whoever judges can check.

A request is a number, how many bytes the answer has, and after how many µs it is to come. The answer begins
with ``HEAD``: how many requests the server had when this one came, itself among them, and how late (ns) the
answer is. What follows is made of a key, which no client makes use of, of the request and of the head: so
what the server saw cannot be made up, nor an answer kept for another request.
"""

import struct
from hashlib import shake_256

KEY = b"what no client of fanout makes use of"
REQUEST = struct.Struct("!QII")
HEAD = struct.Struct("!IQ")


def answer(request: bytes, head: bytes) -> bytes:
    """Return an answer, as long as it is asked for."""
    _number, size, _delay = REQUEST.unpack(request)
    return head + shake_256(KEY + request + head).digest(size - len(head))
