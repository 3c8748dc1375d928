"""Deciding whether a student's function is PyTorch's layer, and saying why not."""
