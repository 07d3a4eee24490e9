"""Cells of concbench for the tools that people have: an asv suite, and beside it one for pytest-benchmark.

asv looks into every module here, so nothing here imports more than the standard library and the measured
side of concbench. ``testbench/`` is no package, so asv passes it by; docs/SUITES.md says how to use both.
"""
