"""Changes of one thing that is used for several: an element for each, or for all; a number for a value."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Iterator
from itertools import pairwise

from course.checking.locating.code import Change, Code

_AXES = ("[:, None]", "[:, None, None]", "[:, None, None, None]")
MOST_STEPS = 6
"""At most this many names are tried as the step of a window's elements."""
MOST_NAMES = 4
"""At most this many names are tried in the place of a number that a branch gives."""


def change_elements(code: Code, others: Iterable[object]) -> Iterator[Change]:
    """Give every change of a fixed element, and of a number in the place of a value.

    Parameters
    ----------
    code
        The student's.
    others
        Numbers that a right answer contains.
    """
    with_pi = math.pi in others
    steps = _steps(code)
    for node in code.nodes:
        match node:
            case ast.BinOp(left=ast.List(elts=[one]) | ast.Tuple(elts=[one]), op=ast.Mult()):
                yield from _each_of_list(code, node, one)
            case ast.BinOp(op=ast.Mult()):
                yield from _product_of_all(code, node)
            case ast.BinOp(left=left, op=ast.Sub(), right=ast.Name(id=size)) if code.short(node):
                reached = (f"{code.of(left)} - {step} * ({size} - 1) - 1" for step in steps if step != size)
                yield from (code.replace(node, new, 1) for new in reached)
            case ast.Subscript(value=ast.Call() as call, slice=ast.Constant(value=0)) if code.short(node):
                yield code.replace(node, f"{code.of(call)}.sum(axis=0)", 1)
            case ast.GeneratorExp() | ast.ListComp():
                yield from _own_element(code, node)
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=int())) if _is_added(code, node):
                yield from (code.replace(node, name + axes, 2) for axes in _AXES)
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Tuple(elts=[ast.Constant(value=int()), *others])) if (
                _is_added(code, node) and not any(isinstance(other, ast.Slice) for other in others)
            ):
                rest = ", ".join(map(code.of, others))
                yield from (code.replace(node, f"{name}[:, {rest}]{axes}", 2) for axes in _AXES)
            case ast.If():
                yield from _value_of_branch(code, node)
            case ast.Tuple(elts=values) | ast.List(elts=values):
                yield from _own_borders(code, values)
            case ast.AugAssign(target=ast.Subscript() as target, value=ast.Subscript() as value):
                yield from _whole(code, target, value)
                yield from _other_way_round(code, target, value)
            case ast.Assign(targets=[ast.Subscript() as target], value=ast.Subscript() as value):
                yield from _other_way_round(code, target, value)
            case ast.BinOp(op=ast.Add() | ast.Sub()) if not _is_sum(code.parents[node]):
                yield from _times_other_term(code, node)
            case ast.Constant(value=int() | float() as value) if with_pi and value == 2:
                yield code.replace(node, "(2 * np.pi)", 2)


def _steps(code: Code) -> list[str]:
    """Give the names that places are multiplied by in an index: a stride, or the distance of a window's elements."""
    products = (node for node in code.indexing if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult))
    ordered = sorted(products, key=lambda node: code.span(node))
    names = [one.id for node in ordered for one in (node.left, node.right) if isinstance(one, ast.Name)]
    return list(dict.fromkeys(names))[:MOST_STEPS]


def _is_added(code: Code, node: ast.expr) -> bool:
    parent = code.parents[node]
    return isinstance(parent, ast.BinOp | ast.AugAssign) and isinstance(parent.op, ast.Add | ast.Mult)


def _factors(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return [*_factors(left), *_factors(right)]
    return [node]


def _product_of_all(code: Code, node: ast.BinOp) -> Iterator[Change]:
    """Make `k[0] * k[1]` into `np.prod(k)`: there may be another number of them."""
    fixed = [_fixed(factor) for factor in _factors(node)]
    names = set(fixed)
    if len(fixed) > 1 and len(names) == 1 and (name := names.pop()):
        yield code.replace(node, f"np.prod({name})", 1)


def _fixed(node: ast.expr) -> str:
    """Name what a fixed element is taken of, or give an empty text."""
    match node:
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant() | ast.UnaryOp(operand=ast.Constant())):
            return name
    return ""


def _own_element(code: Code, node: ast.GeneratorExp | ast.ListComp) -> Iterator[Change]:
    """Let a comprehension over several sequences go through one more, from which it takes a fixed element."""
    match node.generators:
        case [ast.comprehension(target=ast.Tuple(elts=[*_, last]), iter=ast.Call(func=ast.Name(id="zip")) as zipped)]:
            end, start = code.span(node)[1], code.span(node)[0]
            target, closing = code.span(last)[1], code.span(zipped)[1] - 1
            if not zipped.args or zipped.keywords:
                return
            read = [part for part in ast.walk(node.elt) if isinstance(part, ast.Subscript)]
            for name in dict.fromkeys(filter(None, map(_fixed, read))):
                own = f"own_{name}"
                pieces = [(*code.span(part), own) for part in read if _fixed(part) == name]
                pieces += [(target, target, f", {own}"), (closing, closing, f", {name}")]
                new, at = "", start
                for first, behind, text in sorted(pieces):
                    new += code.text[at:first] + text
                    at = behind
                yield Change(start, end, new + code.text[at:end], 1)


def _each_of_list(code: Code, node: ast.BinOp, one: ast.expr) -> Iterator[Change]:
    """Make ``[(p[0], p[0])] * n`` into ``[(own_p, own_p) for own_p in p]``, and a tuple into a tuple."""
    begin = "[" if isinstance(node.left, ast.List) else "tuple("
    end = "]" if isinstance(node.left, ast.List) else ")"
    read = [part for part in ast.walk(one) if isinstance(part, ast.Subscript)]
    for name in dict.fromkeys(filter(None, map(_fixed, read))):
        new, at = "", code.span(one)[0]
        for first, last in sorted(code.span(part) for part in read if _fixed(part) == name):
            new += f"{code.text[at:first]}own_{name}"
            at = last
        each = f"{new}{code.text[at : code.span(one)[1]]} for own_{name} in {name}"
        yield code.replace(node, f"{begin}{each}{end}", 1)


def _own_borders(code: Code, values: list[ast.expr]) -> Iterator[Change]:
    """Make ``(p, q), (p, q)`` into ``(p, p), (q, q)``: each axis has its own border, the same on both sides."""
    for one, other in pairwise(values):
        match one, other:
            case ast.Tuple(elts=[ast.Name(id=first), ast.Name(id=second)]), ast.Tuple():
                if first != second and code.of(one) == code.of(other):
                    new = f"({first}, {first}), ({second}, {second})"
                    yield Change(code.span(one)[0], code.span(other)[1], new, 1)


def _other_way_round(code: Code, target: ast.Subscript, value: ast.Subscript) -> Iterator[Change]:
    """Make ``a[i] += b[c[i]]`` into ``a[c[i]] += b[i]``: what was meant to be put there was taken from there."""
    (start, middle), (again, end) = code.span(target.slice), code.span(value.slice)
    if code.text[start:middle] != code.text[again:end]:
        new = code.text[again:end] + code.text[middle:again] + code.text[start:middle]
        yield Change(start, end, new, 1)


def _is_sum(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)


def _terms(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        return [*_terms(node.left), *_terms(node.right)]
    return [node]


def _times_other_term(code: Code, node: ast.BinOp) -> Iterator[Change]:
    """Make ``p - a * b`` into ``p - a * b * p``: a share of what it is taken from."""
    terms = _terms(node)
    names = [term.id for term in terms if isinstance(term, ast.Name)]
    for term in terms:
        if isinstance(term, ast.BinOp) and isinstance(term.op, ast.Mult) and code.short(term):
            yield from (code.replace(term, f"{code.of(term)} * {name}", 1) for name in names)


def _whole(code: Code, target: ast.Subscript, value: ast.Subscript) -> Iterator[Change]:
    """Make ``a[i][0] += b[0]`` into ``a[i] += b``."""
    if isinstance(target.slice, ast.Constant) and code.of(target.slice) == code.of(value.slice):
        (start, _), (_, end) = code.span(target), code.span(value)
        between = code.text[code.span(target)[1] : code.span(value)[0]]
        yield Change(start, end, f"{code.of(target.value)}{between}{code.of(value.value)}", 1)


def _value_of_branch(code: Code, node: ast.If) -> Iterator[Change]:
    """Put a name that the condition, or another branch, reads in the place of a number that a branch gives."""
    parts = [node.test, *node.body, *node.orelse]
    read = [part.id for one in parts for part in ast.walk(one) if isinstance(part, ast.Name) and _is_local(code, part)]
    for statement in (*node.body, *node.orelse):
        match statement:
            case ast.Assign(value=value) | ast.Return(value=ast.expr() as value):
                pass
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="append"), args=[value])):
                pass
            case _:
                continue
        if isinstance(value, ast.Constant | ast.UnaryOp) and code.of(value).lstrip("-")[:1].isdigit():
            yield from (code.replace(value, name, 1) for name in list(dict.fromkeys(read))[:MOST_NAMES])
        elif isinstance(value, ast.Name | ast.UnaryOp):
            yield code.replace(value, "0", 1)


def _is_local(code: Code, node: ast.Name) -> bool:
    parent = code.parents[node]
    called = isinstance(parent, ast.Call) and parent.func is node
    return isinstance(node.ctx, ast.Load) and node.id in code.names and not called and node.id not in ("np", "math")
