"""Formulas of a lesson as MathML, which browsers typeset without a network and without a script.

It knows the part of TeX that lessons use. Anything else is not guessed at: the formula stays as it was written.
"""

from __future__ import annotations

import re
from html import escape

_SIGN_OF_TEX = re.compile(r"\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|[{}^_]|\S|\s+", re.DOTALL)

_LETTERS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε", "eta": "η",
    "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "phi": "ϕ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ",
    "Lambda": "Λ", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "ell": "ℓ", "infty": "∞", "partial": "∂",
    "nabla": "∇",
}  # fmt: skip
_SIGNS = {
    "cdot": "⋅", "times": "×", "approx": "≈", "leftarrow": "←", "to": "→", "rightarrow": "→", "ne": "≠", "neq": "≠",
    "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "odot": "⊙", "in": "∈", "pm": "±", "dots": "…", "ldots": "…",
    "cdots": "⋯", "sim": "∼", "ast": "∗", "mid": "∣", "quad": "\u2003", "qquad": "\u2003\u2003", "lfloor": "⌊",
    "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "circ": "∘", "Rightarrow": "⇒", "equiv": "≡", "bmod": "mod", "top": "⊤",
}  # fmt: skip
_ACCENTS = {"hat": "^", "tilde": "~", "overline": "‾", "bar": "¯"}
_FUNCTIONS = frozenset({"log", "ln", "exp", "sin", "cos", "tan", "tanh", "max", "min", "arg"})
_LARGE = {"sum": "∑", "prod": "∏"}
_BELOW = frozenset({"max", "min", *_LARGE})
_SIZES = frozenset({"big", "Big", "bigl", "bigr", "Bigl", "Bigr"})
_SPACES = {"\\,": "0.17em", "\\:": "0.22em", "\\;": "0.28em", "\\ ": "0.33em", "\\!": "-0.17em"}


class Untypeset(ValueError):
    """A formula has something that is not known here."""


def mathml(tex: str, *, display: bool = False) -> str:
    r"""Give a formula as MathML; one that is not understood as code.

    Examples
    --------
    >>> mathml(r"x_i^2")
    '<math><msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup></math>'
    >>> mathml(r"\unknown{x}")
    '<code>\\unknown{x}</code>'
    """
    try:
        content = _Reader(tex, display).formula()
    except (Untypeset, RecursionError):
        return f"<pre><code>{escape(tex.strip())}</code></pre>" if display else f"<code>{escape(tex)}</code>"
    return f'<math display="block">{content}</math>' if display else f"<math>{content}</math>"


class _Reader:
    """Reads a formula from left to right."""

    def __init__(self, tex: str, display: bool) -> None:
        self.tokens = [sign for sign in _SIGN_OF_TEX.findall(tex) if not sign.isspace()]
        self.text = tex
        self.spaced = _SIGN_OF_TEX.findall(tex)
        self.display = display
        self.place = 0

    def formula(self) -> str:
        content = self._until("")
        if self.place < len(self.tokens):
            raise Untypeset(self.text)
        return content

    def _peek(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def _next(self) -> str:
        sign = self._peek()
        if not sign:
            raise Untypeset(self.text)
        self.place += 1
        return sign

    def _until(self, end: str) -> str:
        parts = []
        while self._peek() not in (end, ""):
            if self._peek() in ("}", "\\right"):
                raise Untypeset(self.text)
            parts.append(self._scripted())
        return "".join(parts)

    def _scripted(self) -> str:
        """Read one thing and what is set below and above it."""
        large = self._peek().removeprefix("\\") in _BELOW and self._peek().startswith("\\")
        base = self._one()
        below = above = ""
        while self._peek() in ("_", "^"):
            if self._next() == "_":
                below = self._one()
            else:
                above = self._one()
        names = ("munder", "mover", "munderover") if large and self.display else ("msub", "msup", "msubsup")
        if below and above:
            return f"<{names[2]}>{base}{below}{above}</{names[2]}>"
        if below or above:
            name = names[0] if below else names[1]
            return f"<{name}>{base}{below or above}</{name}>"
        return base

    def _one(self) -> str:
        sign = self._next()
        if sign == "{":
            content = self._until("}")
            self._expect("}")
            return f"<mrow>{content}</mrow>"
        if sign in _SPACES:
            return f'<mspace width="{_SPACES[sign]}"></mspace>'
        if sign.startswith("\\"):
            return self._command(sign[1:])
        if sign[0].isdigit():
            return f"<mn>{sign}</mn>"
        if sign.isalpha():
            return f"<mi>{escape(sign)}</mi>"
        if sign in "}_^&#%~$":
            raise Untypeset(self.text)
        if sign in "()[]|":  # as large as what they enclose only where the formula says so
            return f'<mo stretchy="false">{sign}</mo>'
        return f"<mo>{escape({'-': '−', '*': '∗', chr(39): '′'}.get(sign, sign))}</mo>"

    def _command(self, name: str) -> str:
        if name in _LETTERS:
            return f"<mi>{_LETTERS[name]}</mi>"
        if name in _SIGNS:
            return f"<mo>{_SIGNS[name]}</mo>"
        if name in _LARGE:
            return f"<mo>{_LARGE[name]}</mo>"
        if name in _FUNCTIONS:
            return f"<mi>{name}</mi>"
        if name in ("frac", "tfrac", "dfrac"):
            return f"<mfrac>{self._one()}{self._one()}</mfrac>"
        if name == "sqrt":
            return f"<msqrt>{self._one()}</msqrt>"
        if name in _ACCENTS:
            return f'<mover accent="true">{self._one()}<mo>{_ACCENTS[name]}</mo></mover>'
        if name in ("text", "mathrm", "operatorname", "mathbf", "textbf"):
            return self._upright(name)
        if name == "mathrel":
            return self._one()
        if name in _SIZES:
            return self._one()
        if name == "left":
            return self._fenced()
        if name in "{}|%_&#$":
            return f"<mo>{escape(name)}</mo>"
        raise Untypeset(self.text)

    def _fenced(self) -> str:
        opening = self._delimiter()
        content = self._until("\\right")
        self._expect("\\right")
        return f"<mrow>{opening}{content}{self._delimiter()}</mrow>"

    def _delimiter(self) -> str:
        sign = self._next()
        known = _SIGNS.get(sign.removeprefix("\\"), sign.removeprefix("\\"))
        return "" if sign == "." else f'<mo stretchy="true">{escape(known)}</mo>'

    def _upright(self, name: str) -> str:
        """Read words: here spaces count, so they are taken from the text as it is."""
        self._expect("{")
        start, depth = self.place, 1
        while depth:
            depth += {"{": 1, "}": -1}.get(self._next(), 0)
        words = self._spaced(start, self.place - 1)
        if "\\" in words or "$" in words:
            raise Untypeset(self.text)
        return f"<mtext>{escape(words)}</mtext>" if name == "text" else f'<mi mathvariant="normal">{escape(words)}</mi>'

    def _spaced(self, start: int, end: int) -> str:
        """Give the text from one sign to another, with the space between them."""
        count, found = 0, []
        for sign in self.spaced:
            if start <= count < end or (sign.isspace() and start <= count <= end):
                found.append("\u00a0" if sign.isspace() else sign)
            count += not sign.isspace()
        return "".join(found)

    def _expect(self, sign: str) -> None:
        if self._next() != sign:
            raise Untypeset(self.text)
