"""What ``other_gates.py`` is made of: the repository that every tool compares, the tools, and the rates."""
