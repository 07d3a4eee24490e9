"""What tasks do: one file for each workload, found by the index."""
