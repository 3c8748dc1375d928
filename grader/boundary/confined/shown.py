"""What a cell has shown so far, inside the worker."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from grader.boundary.shared.caps import CELL_IMAGE_BYTES, CELL_IMAGES, CELL_NOTES, CELL_TEXT, PIXELS


class Shown:
    """Text and pictures of one cell, up to their limits."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.room = CELL_TEXT
        self.cut = False
        self.result = ""
        self.images: list[bytes] = []
        self.notes: list[str] = []

    def write(self, text: str) -> None:
        """Add printed text."""
        if self.room > 0:
            self.parts.append(text[: self.room])
        self.cut = self.cut or len(text) > self.room
        self.room -= min(len(text), self.room)

    def add_image(self, image: Any) -> bool:
        """Keep a picture, if it is one and there is room for it."""
        if isinstance(image, str):
            try:
                image = base64.b64decode(image)
            except binascii.Error:
                return False
        if not isinstance(image, bytes) or image[:8] != b"\x89PNG\r\n\x1a\n":
            return False
        width, height = int.from_bytes(image[16:20]), int.from_bytes(image[20:24])
        if width * height > PIXELS:
            self.note(f"A picture of {width} by {height} pixels was left out.")
        elif len(self.images) >= CELL_IMAGES or sum(map(len, self.images)) + len(image) > CELL_IMAGE_BYTES:
            self.note(f"Pictures beyond the first {len(self.images)} were left out.")
        else:
            self.images.append(bytes(image))
            return True
        return False

    def note(self, sentence: str) -> None:
        """Add what the reader must know about what was left out."""
        if sentence not in self.notes and len(self.notes) < CELL_NOTES:
            self.notes.append(sentence)

    def text(self) -> str:
        """Give all printed text, and say if it was cut."""
        text = "".join(self.parts)
        if self.cut:
            text += f"\n[cut here: only the first {CELL_TEXT:,} characters are kept]"
        return text
