"""A lecturer's own package, with one chapter."""
