"""How tasks run: one file for each model, found by the index."""
