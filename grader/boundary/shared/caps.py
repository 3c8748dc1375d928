"""How much may go over the wire, and how much a cell may show: each number once, for both sides."""

from __future__ import annotations

from dataclasses import dataclass

from course.calling import naming, plain_data

NAME = naming.NAME + 100
"""Characters of the name of an object that is not carried, with a note about its size."""
MESSAGE = naming.MESSAGE + 100
"""Characters of an exception's message or of a signature, with the mark that it was cut."""
LABEL = 500
"""Characters of an argument's name, or of a note about what a cell showed."""

CELL_TEXT = 20_000
"""Characters of printed text, of a result, or of a traceback, that a cell may leave."""
CELL_NOTE = 200
"""Characters of the words that say that such a text was cut."""
CELL_IMAGES = 20
"""Pictures of one cell."""
CELL_IMAGE_BYTES = 4 << 20
"""Bytes of all pictures of one cell."""
CELL_NOTES = 5
"""Notes about what was left out of one cell."""
PIXELS = 8_000_000
"""Pixels of one picture."""


@dataclass(frozen=True, slots=True)
class Caps:
    """What one message may hold.

    Parameters
    ----------
    message
        Bytes of all buffers together.
    header
        Bytes of the header.
    values
        Numbers, texts, lists and so on.
    arrays
        Number of arrays and NumPy numbers.
    elements
        Elements of all arrays together, where an axis of size 0 counts as one of size 1.
    axis
        The largest size of one axis of an array.
    depth
        How deep lists, tuples and dicts may be nested.
    text
        Characters of one string.
    """

    message: int = plain_data.NBYTES
    header: int = 2 << 20
    values: int = 1 << 20
    arrays: int = plain_data.ARRAYS
    elements: int = plain_data.ELEMENTS
    axis: int = plain_data.AXIS
    depth: int = plain_data.DEPTH + 8
    text: int = plain_data.TEXT


CAPS = Caps()
ANSWER = Caps(values=plain_data.VALUES + 100)
"""For what a student's function returned: `course.calling.plain_data` cut it to this; a few fields are around it."""
CELL = Caps(elements=CELL_IMAGE_BYTES, axis=CELL_IMAGE_BYTES)
"""For what a cell showed: its pictures are arrays of bytes."""
ARGUMENTS = Caps(message=4 << 20, header=1 << 17, values=1 << 16, arrays=256, elements=1 << 19, depth=8)
"""For what a student's code hands to a function of the judge's, which has to compute with it."""
