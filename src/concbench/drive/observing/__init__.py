"""Observing a worker from outside: where it is, in C and in Python, some thousand times a second."""
