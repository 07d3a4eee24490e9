"""A comparison of a project's own benchmarks: which there are, what they cost, and the turns of a pair at them."""
