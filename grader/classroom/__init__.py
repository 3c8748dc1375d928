"""A whole class at once: found, graded in parallel, and written to nbgrader's gradebook."""
