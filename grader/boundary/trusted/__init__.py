"""The judge's side of the wall. It believes nothing that comes from the other."""
