"""The grades of a class, out of nbgrader's gradebook and into a file."""
