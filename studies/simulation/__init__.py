"""The simulation behind ``studies/coverage.py``: noise with a known truth, and what to try on it."""
