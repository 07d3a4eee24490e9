"""Pure functions on arrays: intervals, paired comparisons, error control."""
