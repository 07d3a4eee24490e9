"""The tidy table: a row for each value of every tool's results, all with the same columns (docs/TABLE.md)."""
