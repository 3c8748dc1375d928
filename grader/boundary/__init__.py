"""The only place where a student's code meets ours."""
