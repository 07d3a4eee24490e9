"""What any loop does for its tasks: keep timers, make tasks, hold them, switch between them, call."""
