"""Locating a mistake: which line of a student's function, changed a little, makes every case right."""
