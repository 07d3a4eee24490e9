"""What services do: answer, ask, broadcast, hold connections; and the processes at the other end.

A load is a module with ``WORKLOAD``: what it measures, its parameters, promise, judge and figures (``echo``,
``fanout`` with ``fanning``, ``broadcast``, ``idle``). The lines that are timed are its wordings, written out
for each dialect: of coroutines there or in ``echoing``, of plain calls and tasks that are polled in the
modules called ``…_plainly`` and ``…_polled``. Its other side is a program in ``companions``.

What loads share is done before or after what they time: ``orders`` (what a load says to its companion and
hears of it, and how it comes to a socket), ``receiving`` (whole messages and lines), ``descriptors`` (whether
there is room for so many connections), ``polled`` (the classes of polled tasks), ``reports`` (what a
companion's report has to say, and what is recorded of it). Where a server holds connections, ``halls`` and
``plain_halls`` let them in, each in its dialect's way.
"""
