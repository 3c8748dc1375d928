"""Pages that a lecturer sends or reads: feedback for a student, and what a class understood. No scripts, no network."""
