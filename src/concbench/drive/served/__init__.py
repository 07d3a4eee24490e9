"""A comparison of a project's own benchmarks: which there are, what they cost, and the turns at them."""
