"""What tasks do: a file for each workload, in a folder for each family, found by the index."""
