"""The same concurrent work through every model of Python: verified, measured together, compared with care.

This package file is imported by worker processes of any supported interpreter, so it imports nothing.
"""

__version__ = "0.1.0"
