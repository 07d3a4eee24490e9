"""Projects with benchmarks of their own: how repositories of them are made, and what is asked of tools."""
