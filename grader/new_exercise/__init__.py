"""A skeleton for an exercise of one's own: it builds at once, and is then made into something."""
