"""The simulation behind ``benchmarks/coverage.py``: noise with a known truth, and what to try on it."""
