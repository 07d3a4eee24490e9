"""The same concurrent work through every model of Python: verified, measured together, compared with care.

This package file is imported by worker processes of any supported interpreter, so it imports nothing.
One that serves tests imports it before pytest, which is not to complain of that: PYTEST_DONT_REWRITE
"""

__version__ = "0.1.0"
