"""What kind of thing a change is about, in a few words that do not tell the change."""

from __future__ import annotations

import ast
import re

from course.checking.locating.code import Change, Code, common_ends

_TOKEN = re.compile(r"'[^']*'|\"[^\"]*\"|\d[\w.]*|\w+|\*\*=?|//=?|[-+*/@%]=|[<>=!]=|[^\w\s]")
_ARITHMETIC = frozenset(("+", "-", "*", "/", "//", "%", "**", "@", "^", "&", "|", "and", "or"))
_COMPARISONS = frozenset(("<", "<=", ">", ">=", "==", "!=", "is", "not", "in"))
_ASSIGNMENTS = frozenset(("=", "+=", "-=", "*=", "/="))
_BRACKETS = frozenset("()")
_AXIS_WORDS = frozenset(("axis", "dim", "axes"))
_WITH_AXIS = frozenset(
    ("sum", "mean", "max", "min", "std", "var", "prod", "argmax", "argmin", "stack", "concatenate", "flip", "cumsum")
)


def kind_of(code: Code, change: Change) -> str:
    """Say what a change is about: an axis, a sign, an operator.

    Parameters
    ----------
    code
        Before the change.
    change
        One of its changes.

    Examples
    --------
    >>> code = Code("x.sum(axis=0) - y[:n]")
    >>> kind_of(code, Change(11, 12, "1")), kind_of(code, Change(14, 15, "+")), kind_of(code, Change(19, 20, "n + 1"))
    ('an axis', 'an operator', "a slice's end")
    """
    before = code.text[change.start : change.end]
    if "\n" in change.new or (_is_statement(code, change) and change.new.startswith("pass")):
        return "a whole statement, or its place"
    old, new, at = _differing(before, change.new)
    around = _around(code, change.start + at[0], change.start + at[1])
    return (
        _of_place(code, around, change.start + at[0])
        or _of_words(old, new)
        or _of_one_token(old, new, around)
        or _of_many(old, new)
    )


def _is_statement(code: Code, change: Change) -> bool:
    return any(isinstance(node, ast.stmt) and code.span(node) == (change.start, change.end) for node in code.nodes)


def _differing(before: str, after: str) -> tuple[list[str], list[str], tuple[int, int]]:
    """Give the tokens in which two texts differ, and where these are in the first."""
    spans = [match.span() for match in _TOKEN.finditer(before)]
    old, new = [before[a:b] for a, b in spans], _TOKEN.findall(after)
    first, last = common_ends(old, new)
    rest = spans[first : len(spans) - last]
    end = spans[first - 1][1] if first else 0
    place = (rest[0][0], rest[-1][1]) if rest else (end, end)
    return old[first : len(old) - last], new[first : len(new) - last], place


def _around(code: Code, start: int, end: int) -> list[ast.AST]:
    """Give the nodes around a place, the innermost first."""
    found = []
    for node in code.nodes:
        if isinstance(node, ast.expr | ast.keyword):
            first, last = code.span(node)
            if first <= start and end <= last:
                found.append((last - first, node))
    return [node for _, node in sorted(found, key=lambda one: one[0])]


def _of_place(code: Code, around: list[ast.AST], start: int) -> str:
    """Name the place of a change, where that says most: an axis, the bound of a slice, a range, an index."""
    for node in around:
        match node:
            case ast.keyword(arg=name) if name in _AXIS_WORDS and start < code.span(node)[1]:
                return "an axis"
            case ast.Call(func=ast.Attribute(attr=name), args=args) if name in _WITH_AXIS and args:
                if start >= code.span(args[-1])[0] and isinstance(args[-1], ast.Constant | ast.UnaryOp | ast.Tuple):
                    return "an axis"
                return ""
            case ast.Slice():
                return f"a slice's {_part(code, node, start)}"
            case ast.Call(func=ast.Name(id="range"), args=args):
                return "the end of a range" if len(args) == 1 else "a range"
            case ast.Call():
                return ""
            case ast.Subscript(slice=index) if code.span(index)[0] <= start < code.span(node)[1]:
                return "an index"
    return ""


def _part(code: Code, node: ast.Slice, start: int) -> str:
    if node.step is not None and start >= code.span(node.step)[0]:
        return "step"
    colon = code.span(node.lower)[1] if node.lower is not None else code.span(node)[0] - 1
    return "beginning" if start <= colon and node.lower is not None else "end"


def _of_words(old: list[str], new: list[str]) -> str:
    """Name what is put in or left out, where a word tells it."""
    if old and not new and old[0] in _ARITHMETIC:
        return "a factor or a term"  # whatever it is made of
    words = set(old) ^ set(new)
    if words & _AXIS_WORDS or ("[" in words and "None" in words) or "newaxis" in words:
        return "an axis"
    if {"[", "]", ":", "-"} <= words:
        return "the direction of an axis"
    if "moveaxis" in words:
        return "the order of axes"
    if words & _ARITHMETIC:
        return ""
    if words & {"keepdims", "ddof", "dtype", "astype", "float"}:
        return "how a function is called"
    if "copy" in words:
        return "an array that may be another one's"
    return "the order of axes" if words & {"T", "transpose", "swapaxes"} else ""


def _of_one_token(old: list[str], new: list[str], around: list[ast.AST]) -> str:
    if len(old) != 1 or len(new) != 1:
        return ""
    (one,), (other,) = old, new
    for tokens, kind in (
        (_ARITHMETIC, "an operator"),
        (_COMPARISONS, "a comparison"),
        (_ASSIGNMENTS, "how a value is assigned"),
    ):
        if one in tokens and other in tokens:
            return kind
    if one in ("True", "False"):
        return "a truth value"
    if one[0] in "'\"":
        return "the letters of einsum"
    if one[0].isdigit():
        return "a number"
    called = [node.func for node in around if isinstance(node, ast.Call)]
    names = {func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "") for func in called}
    return "which function is called" if one in names else "a name"


def _of_many(old: list[str], new: list[str]) -> str:
    """Name a change of several tokens by what comes, goes or changes places."""
    plain_old, plain_new = ([token for token in tokens if token not in _BRACKETS] for tokens in (old, new))
    if plain_old == plain_new:
        return "brackets" if old or new else "a whole statement, or its place"
    if len(plain_old) == 1 and plain_old[0][0].isdigit() and len(plain_new) <= 2:
        return "a number"
    if sorted(plain_old) == sorted(plain_new):
        return "the order of two things"
    more, fewer = sorted((plain_old, plain_new), key=len, reverse=True)
    extra = list(more)
    for token in fewer:
        if token in extra:
            extra.remove(token)
    if extra == ["-"]:
        return "a sign"
    if extra and extra[0] in _ASSIGNMENTS | _ARITHMETIC and len(extra) <= 3:
        return "a factor or a term"
    if set(extra) & _COMPARISONS:
        return "a condition"
    return "an operator and its operands" if set(extra) & _ARITHMETIC else "a call, or what it takes"
