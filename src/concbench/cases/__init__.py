"""A function of one's own as n tasks: what it is, what runs it, what is checked, and how often it is timed.

The pytest plug-in stands on this. It needs the standard library alone: there are workers without pytest.
"""
