"""Run files: their schema, and how they are appended to, read, asked and resumed (docs/FORMAT.md)."""
