"""The pytest plug-in: the fixture ``concurrency_benchmark`` for other people's functions (docs/PYTEST.md)."""
