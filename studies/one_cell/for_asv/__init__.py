"""asv's part in ``four_tools.py``."""
