"""The measured side of a project's own benchmarks: child processes that serve them. No library but pytest."""
