"""The course without its solutions, as a wheel for students: `grader closed-book`."""
