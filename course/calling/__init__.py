"""Calling what a student wrote, and saying how it ended: one engine, at home and in the grader's confined worker.

It needs NumPy and the standard library, knows no exercise and no answer, and imports nothing else of the course.
"""
