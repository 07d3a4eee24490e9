"""The parent's half: worker processes, whose turn it is, and what is known of the machine."""
