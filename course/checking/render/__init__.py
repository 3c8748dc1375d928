"""A document as plain text and as HTML: the same sentences, laid out."""

from course.checking.render.page import html, panel
from course.checking.render.text import MAX_LINES, beside, sentence, text, text_line

__all__ = ["MAX_LINES", "beside", "html", "panel", "sentence", "text", "text_line"]
