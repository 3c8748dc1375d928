"""Many changes in one code that is compiled once: a number chooses the one that runs. Compiling is what takes time."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from course.checking.locating.code import Change, Code

CHOICE = "choice__"
"""The name that chooses: 0 for the code as it is, 1 for the first change, and so on."""
AT_ONCE = 16
"""At most this many changes are put together."""
_SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Expr)
_WORD = re.compile(r"[A-Za-z_]")

Place = tuple[int, int]


class Together:
    r"""A code whose statements can be given together with changes of them.

    Parameters
    ----------
    code
        Before the changes.

    Examples
    --------
    >>> code = Together(Code("def f(x):\n    return x + 1"))
    >>> print(code.text([Change(23, 24, "-"), Change(25, 26, "2")]))
    def f(x):
        if choice__ == 1:
            return x - 1
        elif choice__ == 2:
            return x + 2
        else:
            return x + 1
    """

    def __init__(self, code: Code) -> None:
        self.code = code
        found = [node for node in ast.walk(code.tree) if isinstance(node, _SIMPLE)]
        # a change that sets another name would make this name a local one of the other changes, too
        self._statements = [(*code.span(node), _after_names(code, node)) for node in found if _is_alone(code, node)]

    def place(self, change: Change) -> Place | None:
        """Give the place of the statement that a change is inside of; None where it can't be put together with others.

        That statement has its lines to itself, and contains no other one.
        """
        if "\n" in change.new or ";" in change.new or change.new.lstrip().startswith("= "):
            return None
        for start, end, after in self._statements:
            if start <= change.start and change.end <= end:
                return (start, end) if change.start >= after or not _WORD.search(change.new) else None
        return None

    def text(self, changes: Sequence[Change]) -> str:
        """Give a code that contains every change; each must have a place."""
        by_place: dict[Place, list[tuple[int, Change]]] = {}
        for number, change in enumerate(changes, 1):
            place = self.place(change)
            assert place is not None
            by_place.setdefault(place, []).append((number, change))
        text, pieces, at = self.code.text, [], 0
        for (start, end), inside in sorted(by_place.items()):
            indent = text[text.rfind("\n", 0, start) + 1 : start]
            pieces.append(text[at:start])
            for number, change in inside:
                new = text[start : change.start] + change.new + text[change.end : end]
                pieces.append(f"if {CHOICE} == {number}:\n{indent}    {new}\n{indent}el")
            pieces.append(f"se:\n{indent}    {text[start:end]}")
            at = end
        return "".join(pieces) + text[at:]


def _after_names(code: Code, node: ast.stmt) -> int:
    """Give where a statement has set every name that it sets."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    stored = [
        part
        for target in targets
        if target is not None
        for part in ast.walk(target)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    ]
    return max((code.span(part)[1] for part in stored), default=0)


def _is_alone(code: Code, node: ast.stmt) -> bool:
    start, end = code.span(node)
    first, last = code.text.rfind("\n", 0, start) + 1, code.text.find("\n", end)
    rest = code.text[end : last if last >= 0 else len(code.text)].strip()
    return not code.text[first:start].strip() and (not rest or rest.startswith("#"))
