"""What runs beside a load, in a process of its own: servers and load clients, of the standard library alone.

A module here is one companion's program, with ``main()``, and ``sockets.orders.companion`` makes a
``Companion`` of it. It shares ``control`` (orders in, a report out), ``polling`` (sockets that are ready),
``payload`` (bytes that both sides can work out) and ``timing`` (what is told of latencies).
"""
