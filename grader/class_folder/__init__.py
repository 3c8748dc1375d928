"""A class's folder: made from the installed course, with its settings and its releases."""
