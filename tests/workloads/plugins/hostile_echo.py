"""Companions for ``echo`` that die, hang, are deaf, hang up at once, talk without end, or lie."""

from dataclasses import replace
from typing import Any

from concbench.workloads.base import Companion
from concbench.workloads.sockets.echo import WORKLOAD
from concbench.workloads.sockets.orders import companion

HEAD = """
import json, os, pathlib, socket, sys, time
if len(sys.argv) > 2:
    pathlib.Path(sys.argv[2]).write_text(str(os.getpid()))
listener = socket.socket(fileno=int(sys.argv[1]))
print(flush=True)
"""

DEAF = HEAD + "time.sleep(600)"

HANGING = HEAD + "connection, _ = listener.accept(); connection.recv(999); time.sleep(600)"

DYING = HEAD + "connection, _ = listener.accept(); connection.recv(999); os._exit(1)"

DYING_IN_TRAFFIC = (
    HEAD
    + """
connection, _ = listener.accept()
orders = json.loads(connection.recv(999))
clients = [socket.create_connection(("127.0.0.1", orders["port"])) for _ in range(orders["connections"])]
for client in clients:
    client.sendall(b"hello")
os._exit(1)
"""
)

HANGING_UP = HEAD + "while True: listener.accept()[0].close()"

TALKING = """
import threading
def talk():
    while True:
        print("x" * 99)
threading.Thread(target=talk, daemon=True).start()
"""

LYING = HEAD + (
    "while True:\n"
    " connection, _ = listener.accept()\n"
    ' connection.sendall(b\'{"seed": 1, "verified": 9}\\n\')\n'
)

ABOUT: dict[str, Any] = globals()


def beside(program: str) -> Any:
    return lambda _p: Companion(program, (ABOUT["PLACE"],) if "PLACE" in ABOUT else ())


WORKLOADS = [
    *(
        replace(WORKLOAD, name=f"echo-{name}", companion=beside(program))
        for name, program in {
            "deaf": DEAF,
            "hanging": HANGING,
            "dying": DYING,
            "dying-in-traffic": DYING_IN_TRAFFIC,
            "hanging-up": HANGING_UP,
            "lying": LYING,
        }.items()
    ),
    replace(
        WORKLOAD,
        name="echo-talking",
        companion=lambda _p: Companion(TALKING + companion("echo").program),
    ),
]
