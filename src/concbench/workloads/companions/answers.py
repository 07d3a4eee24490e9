"""What a server of ``fanout`` answers: bytes that it alone can make, and that whoever judges can check.

A request is ``REQUEST`` bytes: a number. The answer begins with ``HEAD``: how many requests the server had
when this one came, itself among them, and how late (ns) the answer is. What follows is made of a key, which
no client makes use of, of the request and of the head: so what the server saw cannot be made up, nor an
answer kept for another request.
"""

import struct
from hashlib import shake_256

KEY = b"what no client of fanout makes use of"
REQUEST = 8
HEAD = struct.Struct("!IQ")


def answer(request: bytes, head: bytes, size: int) -> bytes:
    """Return an answer of ``size`` bytes."""
    return head + shake_256(KEY + request + head).digest(size - len(head))
