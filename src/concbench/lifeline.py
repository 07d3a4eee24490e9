"""The lifeline: a worker ends with its parent, however the parent ends.

The parent holds the writing end of a pipe and never writes. When it is gone, even by ``kill -9``, the
kernel closes that end and, since the reading end is asynchronous, sends this process a signal: on Linux
SIGKILL, elsewhere SIGIO, whose handler ends it. No thread, no polling; busy native code is no obstacle, nor
is, on Linux, that a worker is stopped while others take their turns. A process that leads its group, as
every worker does, takes the group with it: the children that it forked.
"""

import fcntl
import os
import select
import signal
import sys


def hold(fd: int) -> None:
    """End this process as soon as the other end of the pipe ``fd`` is closed."""
    if sys.platform == "linux":
        fcntl.fcntl(fd, fcntl.F_SETSIG, signal.SIGKILL)
    else:  # elsewhere SIGIO is ignored by default
        signal.signal(signal.SIGIO, lambda _signal, _frame: os._exit(1))
    leads = os.getpgrp() == os.getpid()
    fcntl.fcntl(fd, fcntl.F_SETOWN, -os.getpgrp() if leads else os.getpid())
    fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_ASYNC)
    poll = select.poll()
    poll.register(fd, 0)
    if poll.poll(0):  # the parent was gone before the signal was armed
        os._exit(1)
