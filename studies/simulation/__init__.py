"""The simulation behind ``studies/interval_coverage.py``: noise with a known truth, and what to try on it."""
