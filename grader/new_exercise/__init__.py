"""A skeleton for your own exercise: it builds at once, and you fill it in afterwards."""
