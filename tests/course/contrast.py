"""How well a piece of HTML with inline styles can be read: the contrast and the size of each of its texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

Colour = tuple[float, float, float, float]

THEMES: dict[str, tuple[Colour, Colour]] = {
    "light": ((255, 255, 255, 1), (0, 0, 0, 0.87)),
    "dark": ((17, 17, 17, 1), (255, 255, 255, 0.87)),
}
"""The page and the text of JupyterLab's themes."""
GLYPHS = frozenset("●◐○✓✗·–▪ ")
VOID = ("br", "wbr", "img", "hr")


@dataclass(frozen=True)
class Seen:
    """A text as it is seen: its contrast with what is behind it, and its size as a share of the page's."""

    text: str
    contrast: float
    size: float

    @property
    def least_contrast(self) -> float:
        """What WCAG asks for: 4.5 of text, 3 of a mark."""
        return 3.0 if set(self.text) <= GLYPHS else 4.5


def seen(page: str, theme: str) -> list[Seen]:
    """Give each visible text of a page."""
    reader = _Reader(*THEMES[theme])
    reader.feed(page)
    assert not reader.open, f"not closed: {reader.open}"
    return reader.found


def contrast(one: Colour, other: Colour) -> float:
    """Compare two opaque colours as WCAG does."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


class _Reader(HTMLParser):
    def __init__(self, ground: Colour, ink: Colour) -> None:
        super().__init__()
        self.ground, self.ink = ground, ink
        self.open: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.found: list[Seen] = []

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self.open.append((tag, _style(given.get("style", "")), given))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        styles = [style for _, style, _ in self.open]
        if not data.strip() or any("clip" in style for style in styles):
            return
        self.found.append(Seen(data.strip(), contrast(self._at(styles, True), self._at(styles, False)), _size(styles)))

    def _at(self, styles, with_text):
        """Give the colour of a pixel of the text, or of what is behind it."""
        ink = self.ink
        for style in styles:
            ink = _colour(style.get("color", "")) or ink

        def inside(i, ground):
            if i == len(styles):
                return _over(ink, ground) if with_text else ground
            filled = _colour(styles[i].get("background", ""))
            drawn = inside(i + 1, _over(filled, ground) if filled else ground)
            share = float(styles[i].get("opacity", 1))
            return (*(share * a + (1 - share) * b for a, b in zip(drawn[:3], ground[:3], strict=True)), 1.0)

        return inside(0, self.ground)


def _style(text):
    pairs = (part.partition(":") for part in text.split(";") if part.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _size(styles):
    size = 1.0
    for style in styles:
        share = re.fullmatch(r"([\d.]+)(%|em)", style.get("font-size", ""))
        size *= (float(share[1]) / (100 if share[2] == "%" else 1)) if share else 1
    return size


def _colour(text):
    numbers = re.fullmatch(r"rgba?\(([\d., ]+)\)", text)
    if not numbers:
        assert text in ("", "inherit", "none", "transparent", "currentColor"), text
        return None
    red, green, blue, *alpha = map(float, numbers[1].split(","))
    return (red, green, blue, alpha[0] if alpha else 1.0)


def _over(top, ground):
    return (*(top[3] * a + (1 - top[3]) * b for a, b in zip(top[:3], ground[:3], strict=True)), 1.0)


def _luminance(colour):
    parts = [part / 255 for part in colour[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
