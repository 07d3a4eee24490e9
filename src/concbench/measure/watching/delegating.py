"""Watching ``delegating``: composed generators are driven as flat ones are, and stand on more frames."""

from concbench.measure.watching.generator import Generators

WATCHING = Generators("delegating")
