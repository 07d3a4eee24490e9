"""The ladder as data: its rungs, what each step was predicted to do, and what it does by a run's figures."""
