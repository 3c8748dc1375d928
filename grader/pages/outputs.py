"""What a cell showed, as HTML: text, and pictures as PNG. Nothing else of a student's goes to a page."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error

from nbformat import NotebookNode

from grader.pages.code import plain

LONGEST = 4_000
"""Characters of one output that are shown."""
LARGEST = 2_000_000
"""Characters of a picture's text."""
_COLOURS = re.compile(r"\x1b\[[\d;]*m")
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def output(shown: NotebookNode) -> str:
    """Lay out one output.

    Examples
    --------
    >>> from nbformat.v4 import new_output
    >>> output(new_output("stream", text="<b>12"))
    '<pre class="output">&lt;b&gt;12</pre>'
    """
    if shown.output_type == "stream":
        return _text(shown.get("text", ""))
    if shown.output_type == "error":
        return _text("\n".join(map(str, shown.get("traceback", ()))))
    data = shown.get("data", {})
    if picture := _picture(data.get("image/png")):
        return picture
    return _text(data.get("text/plain", ""))


def _text(text: object) -> str:
    if not isinstance(text, str) or not text.strip():
        return ""
    text = _COLOURS.sub("", text)
    cut = "" if len(text) <= LONGEST else f"\n… {len(text) - LONGEST:,} characters more"
    return f'<pre class="output">{plain(text[:LONGEST].rstrip() + cut)}</pre>'


def _picture(encoded: object) -> str:
    """Give a picture if it is a PNG."""
    if not isinstance(encoded, str) or len(encoded) > LARGEST:
        return ""
    encoded = "".join(encoded.split())
    try:
        if not b64decode(encoded, validate=True).startswith(_SIGNATURE):
            return ""
    except (Error, ValueError):
        return ""
    return f'<img alt="A figure that this cell drew." src="data:image/png;base64,{encoded}">'
