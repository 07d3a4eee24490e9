"""The measured side of a project's own benchmarks: child processes that serve its tests, and the standard library alone."""
