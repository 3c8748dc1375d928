"""A class with one changed method, without the text of its other methods: most of the time is for compiling."""

from __future__ import annotations

import ast

from course.checking.locating.code import Code, common_ends


def in_one_method(code: Code, text: str) -> str:
    r"""Give the definition of a changed class: as a class with the one method that differs, derived from the first.

    Where more than one method differs, or a function, the text is given as it is.

    Parameters
    ----------
    code
        Before the change.
    text
        All of it, after the change.

    Examples
    --------
    >>> code = Code("class A:\n    def f(self):\n        return 1\n    def g(self):\n        return 2")
    >>> print(in_one_method(code, code.text.replace("2", "3")))
    class A(A):
        def g(self):
            return 3
    """
    match code.tree.body:
        case [ast.ClassDef(body=[*body], decorator_list=[], keywords=[])] if "super" not in code.names:
            pass
        case _:
            return text
    first, last = common_ends(code.text, text)
    for method in body:
        if isinstance(method, ast.FunctionDef) and not method.decorator_list:
            start, end = code.span(method)
            if start < first and len(code.text) - last <= end:
                changed = text[start : end + len(text) - len(code.text)]
                return f"class {code.name}({code.name}):\n{' ' * method.col_offset}{changed}"
    return text
