"""Watching: how the tasks of each dialect are seen, wrapped and unwrapped; one file a dialect."""
