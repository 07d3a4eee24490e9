"""The machine, its interpreters, and where the code comes from."""
