"""What tasks do to each other: pass on, wait in line, fan out, cancel, limit."""
