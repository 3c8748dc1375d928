"""HTML that may go to a page as it is: a few elements and attributes, and everything closed that was opened."""

from __future__ import annotations

from html.parser import HTMLParser

_ELEMENTS = frozenset({
    "div", "span", "p", "strong", "em", "b", "i", "code", "pre", "br", "hr", "sub", "sup", "table", "caption", "thead",
    "tbody", "tr", "th", "td", "details", "summary", "ul", "ol", "li", "blockquote",
})  # fmt: skip
_CLOSED_ALONE = frozenset({"br", "hr"})
_ATTRIBUTES = frozenset({"style", "class", "title", "role", "scope", "colspan", "rowspan", "aria-label", "aria-hidden"})


class _Reader(HTMLParser):
    """Notes whether anything is not on the list."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.fits, self.opened, self.tags = True, [], 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags += 1
        known = tag in _ELEMENTS and all(name in _ATTRIBUTES for name, _ in attrs)
        self.fits = self.fits and known and not any(_loads(value or "") for name, value in attrs if name == "style")
        if tag not in _CLOSED_ALONE:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.tags += 1
        if not self.opened or self.opened.pop() != tag:
            self.fits = False

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags += 1
        self.fits = self.fits and tag in _CLOSED_ALONE and not attrs

    def handle_comment(self, data: str) -> None:
        self.fits = False

    def handle_decl(self, decl: str) -> None:
        self.fits = False

    def handle_pi(self, data: str) -> None:
        self.fits = False

    def unknown_decl(self, data: str) -> None:
        self.fits = False


def _loads(style: str) -> bool:
    """Whether a style could load something, or lay its element over the page."""
    style = style.lower()
    return any(word in style for word in ("url", "import", "expression", "\\", "fixed", "sticky", "z-index"))


def allowed(html: str) -> bool:
    """Whether HTML has only text and formatting, and is closed.

    Examples
    --------
    >>> allowed("<p>one <code>x</code></p>"), allowed("<p onclick='x()'>two</p>"), allowed("<div>three")
    (True, False, False)
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    # a sign that begins no element may begin one for a browser
    return reader.fits and not reader.opened and html.count("<") == reader.tags
