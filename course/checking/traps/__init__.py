"""Traps of NumPy and Python: one is told where an answer is wrong and the trap fits how. Code is read, never run."""
