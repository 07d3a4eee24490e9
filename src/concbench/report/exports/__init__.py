"""The tidy table in the formats of others: CSV, Parquet, pyperf's JSON, and github-action-benchmark's.

Each module ``as_NAME`` has a function of that name, from a table to the content of a file and a list of what
the format cannot hold. Where nothing is left, the content is empty.
"""
