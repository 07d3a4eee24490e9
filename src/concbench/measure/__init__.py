"""Measuring: the worker (child process), the witness, the schedule and the driver (parent)."""
