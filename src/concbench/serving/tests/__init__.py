"""Tests of pytest as benchmarks: pytest runs them, and each stands still in its fixture to be served."""
