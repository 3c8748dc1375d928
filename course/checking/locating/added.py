"""Changes that add what another place of the code has: a sum that is never added to, a value for the padding."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from course.checking.locating.code import Change, Code

MOST_SUMS = 6
"""Code with more sums that are never added to is left alone."""


def change_added(code: Code) -> Iterator[Change]:
    r"""Give every change that adds to a sum where others grow, or pads with infinity where largest values are taken.

    Examples
    --------
    >>> text = "def f(x):\n    a, b = 0, 0\n    for v in x:\n        a += v\n    return a, b"
    >>> print(next(change_added(Code(text))).apply(text).splitlines()[3:-1])
    ['        a += v', '        b += v']
    """
    grown = [node for node in code.nodes if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)]
    grown = [node for node in grown if isinstance(node.op, ast.Add) and code.short(node)]
    names = _left_as_made(code)
    for name in names[:MOST_SUMS]:
        for node in grown:
            start, end = code.span(node)
            before = code.text[code.text.rfind("\n", 0, start) + 1 : start]
            if not before.strip():
                yield Change(end, end, f"\n{before}{name} += {code.of(node.value)}", 0)
    for node in code.nodes:
        match node:
            case ast.Call(func=ast.Attribute(attr="pad"), args=[_, _], keywords=[]) if "max" in code.text:
                end = code.span(node)[1] - 1
                yield Change(end, end, ", constant_values=-np.inf", 1)


def _left_as_made(code: Code) -> list[str]:
    """Name what is set once, never changed, and read only where it is returned."""
    stores: dict[str, int] = {}
    elsewhere: set[str] = set()
    returned: dict[str, None] = {}
    for node in code.nodes:
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                stores[node.id] = stores.get(node.id, 0) + 1
            elif _is_returned(code, node):
                returned[node.id] = None
            else:
                elsewhere.add(node.id)
    return [name for name in returned if stores.get(name) == 1 and name not in elsewhere]


def _is_returned(code: Code, node: ast.expr) -> bool:
    parent = code.parents[node]
    return isinstance(parent, ast.Return) or (
        isinstance(parent, ast.Tuple) and isinstance(code.parents[parent], ast.Return)
    )
