"""Traps of NumPy and Python: one is reported where a wrong answer fits it. Code is read, never run."""
