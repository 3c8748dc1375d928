"""Changes of how sizes are computed: a factor more, one divided by another, steps for places, a loop's own value."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from course.checking.locating.code import Change, Code

MOST_NAMES = 8
"""At most this many names are tried as a dividend."""


def change_sizes(code: Code) -> Iterator[Change]:
    """Give every change of a size: a product of sizes, a number that is a size, an element of a pair."""
    halves = _halves(code)
    taken = [node.arg for node in code.nodes if isinstance(node, ast.arg) and node.arg != "self"]
    loops = {node.target.id for node in code.nodes if isinstance(node, ast.For) and isinstance(node.target, ast.Name)}
    for node in code.nodes:
        match node:
            case ast.Call(func=ast.Name(id="range"), args=[ast.Name(id=name) as count]) if name in taken:
                # how many there are in the end was taken for how many come
                yield from (code.replace(count, f"{name} - len({one})", 2) for one in taken if one != name)
            case ast.BinOp(left=ast.BinOp(op=ast.Mult()) as product, op=ast.Add() | ast.Sub(), right=ast.Constant()):
                yield from _gaps(code, node, product)
            case ast.BinOp(op=ast.Add() | ast.Sub(), left=left, right=right) if not code.indexing:
                for term in (left, right):
                    if isinstance(term, ast.Name):  # numbers alone: a factor of one term may be missing
                        yield from (code.replace(term, f"{term.id} * {one}", 2) for one in taken if one != term.id)
            case ast.Return(value=ast.BinOp(op=ast.FloorDiv()) as quotient):
                yield code.replace(quotient, f"{code.of(quotient)} + 1", 1)
            case ast.BinOp(op=ast.Mult()) if not _is_product(code.parents[node]):
                if code.only_numbers:
                    yield from _one_less(code, node)
                yield from _gaps(code, node, node)
                yield from _one_size_more(code, node)
                yield from _each_by_one(code, node)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Subscript() | ast.Call() as value):
                if _is_size(value):
                    yield from _divided(code, value, name)
            case ast.GeneratorExp() | ast.ListComp():
                yield from _own_value(code, node)
            case ast.BinOp(op=ast.Div() | ast.FloorDiv() | ast.Mult(), right=ast.Name(id=name) as size) if (
                name in halves
            ):
                yield code.replace(size, f"({name} * {halves[name]})", 1)
        match node:  # how many there are was taken for how many belong together
            case ast.BinOp(left=ast.Name(id=name), op=ast.FloorDiv()) if node in code.indexing or name in loops:
                pass
            case _:
                continue
        if isinstance(node, ast.BinOp):
            yield from (
                code.replace(node.right, f"({size} // {code.operand(node.right)})", 2)
                for size in code.sizes[:MOST_NAMES]
                if size != code.of(node.right)
            )


def _gaps(code: Code, node: ast.BinOp, product: ast.BinOp) -> Iterator[Change]:
    """Make `d * k` into `d * (k - 1) + 1`: between k places there are k - 1 steps."""
    match product:
        case ast.BinOp(left=ast.Name(id=one), right=ast.Name(id=other)):
            for step, count in ((one, other), (other, one)):
                yield code.replace(node, f"({step} * ({count} - 1) + 1)", 2)


def _halves(code: Code) -> dict[str, str]:
    """Give to each of two names that are set together, as `kh, kw = kernel_size`, the other: it may be missing."""
    found: dict[str, str] = {}
    for node in code.nodes:
        match node:
            case ast.Tuple(elts=[ast.Name(id=one), ast.Name(id=other)], ctx=ast.Store()):
                found |= {one: other, other: one}
    return found


def _is_product(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult)


def _factors(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return [*_factors(node.left), *_factors(node.right)]
    return [node]


def _one_less(code: Code, node: ast.BinOp) -> Iterator[Change]:
    """Make `k * step` into `(k - 1) * step`, in code of numbers alone."""
    for factor in _factors(node):
        if isinstance(factor, ast.Name | ast.Subscript):
            yield code.replace(factor, f"({code.of(factor)} - 1)", 1)


def _one_size_more(code: Code, node: ast.BinOp) -> Iterator[Change]:
    """Make `x.shape[0] * x.shape[2]` into `x.shape[0] * x.shape[2] * x.shape[3]`."""
    arrays: dict[str, set[int]] = {}
    for factor in _factors(node):
        match factor:
            case ast.Subscript(value=ast.Attribute(attr="shape", value=array), slice=ast.Constant(value=int() as axis)):
                arrays.setdefault(code.of(array), set()).add(axis)
    for array, axes in arrays.items():
        yield from (
            code.replace(node, f"({code.of(node)} * {array}.shape[{axis}])", 1) for axis in range(5) if axis not in axes
        )


def _each_by_one(code: Code, node: ast.BinOp) -> Iterator[Change]:
    """Make `(h - k) * (w - k)` into `(h - k + 1) * (w - k + 1)`: output sizes along several axes."""
    found = [
        factor
        for factor in _factors(node)
        if isinstance(factor, ast.BinOp) and isinstance(factor.op, ast.Sub | ast.Add | ast.FloorDiv)
    ]
    if len(found) > 1:
        start, end = code.span(node)
        for more in (" + 1", " - 1"):
            pieces, at = [], start
            for factor in found:
                last = code.span(factor)[1]
                pieces += [code.text[at:last], more]
                at = last
            yield Change(start, end, "".join(pieces) + code.text[at:end], 1)


def _is_size(node: ast.expr) -> bool:
    match node:
        case ast.Subscript(value=ast.Attribute(attr="shape")) | ast.Call(func=ast.Name(id="len")):
            return True
    return False


def _divided(code: Code, value: ast.expr, name: str) -> Iterator[Change]:
    """Take how often a size goes into another one."""
    for size in code.sizes[:MOST_NAMES]:
        if size != name:
            yield code.replace(value, f"{size} // {code.operand(value)}", 2)


def _own_value(code: Code, node: ast.GeneratorExp | ast.ListComp) -> Iterator[Change]:
    """Use what a comprehension goes through, instead of a fixed element."""
    own = [
        part.id
        for made in node.generators
        for part in ast.walk(made.target)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    ]
    for part in ast.walk(node.elt):
        if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Constant):
            for name in own:
                yield code.replace(part, name, 1)
                yield code.replace(part.slice, name, 1)
