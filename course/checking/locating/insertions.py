"""Changes that put something in: a factor or a term that is missing, a function around a value, another axis.

Nothing here knows what is right: the cases decide.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from course.checking.locating.code import Change, Code

_AROUND = ("np.sqrt", "np.exp", "np.log", "np.abs", "np.square")
"""Functions of one value that may be missing around it."""
LAST = 4
"""These changes come after all others."""
MOST_NAMES = 12
"""At most this many names are looked at, each with every number."""


def change_missing(code: Code, others: Iterable[object]) -> Iterator[Change]:
    """Give every change that adds what may be missing.

    Parameters
    ----------
    code
        The student's.
    others
        Numbers that a right answer contains.
    """
    numbers = dict.fromkeys([1, 2, *(value for value in others if type(value) in (int, float))])
    written = [*(repr(value) for value in numbers if value), "np.sqrt(2)"]
    for node in code.nodes:
        if not isinstance(node, ast.expr) or not code.short(node) or node in code.indexing:
            continue
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            yield code.replace(node, f"np.sqrt({code.of(node)})", LAST)
        if not _is_computed(code, node):
            continue
        text = code.operand(node)
        for name in () if node in code.sizing else _AROUND:
            rank = 2 if name == "np.sqrt" and _divides(code, node) else LAST
            yield code.replace(node, f"{name}({code.of(node)})", rank)
        for value in written:
            twice = 2 if value == "2" and _is_operand(code, node) else LAST
            yield code.replace(node, f"({text} * {value})", twice)
            yield from (code.replace(node, f"({text} {sign} {value})", LAST) for sign in ("/", "+", "-"))
        yield code.replace(node, f"({text} ** 2)", 2 if _is_operand(code, node) else LAST)
        yield code.replace(node, f"(1 - {text})", 2 if _is_factor(code, node) else LAST)
    yield from _absolute_arguments(code)
    yield from _arguments_for_numbers(code)
    yield from _names_for_pairs(code)
    yield from _masked(code)
    yield from _numbers_for_names(code, written)
    yield from _rearranged(code)
    yield from _indexed(code)
    yield from _other_side(code)


def _is_operand(code: Code, node: ast.expr) -> bool:
    """Tell whether a node is a name, or a place of an array, and a term or a factor."""
    parent = code.parents[node]
    return (
        isinstance(node, ast.Name | ast.Subscript)
        and isinstance(parent, ast.BinOp)
        and isinstance(parent.op, ast.Add | ast.Sub | ast.Mult)
    )


def _is_factor(code: Code, node: ast.expr) -> bool:
    parent = code.parents[node]
    return isinstance(node, ast.Name) and isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mult)


def _divides(code: Code, node: ast.expr) -> bool:
    parent = code.parents[node]
    return isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Div) and parent.right is node


def _is_computed(code: Code, node: ast.expr) -> bool:
    """Tell whether a node is a value that may lack something: what is returned, assigned, passed or computed with."""
    if not isinstance(node, ast.Name | ast.BinOp | ast.Call | ast.Subscript | ast.UnaryOp):
        return False
    if isinstance(getattr(node, "ctx", ast.Load()), ast.Store | ast.Del):
        return False
    parent = code.parents[node]
    match parent:
        case ast.Return() | ast.Assign() | ast.AugAssign() | ast.BinOp() | ast.UnaryOp():
            return True
        case ast.Call(func=func):
            return node is not func
        case ast.Tuple():
            return isinstance(code.parents[parent], ast.Return)
    return False


def _absolute_arguments(code: Code) -> Iterator[Change]:
    """Take an argument without its sign instead of a name that was computed from it, in a call or with a sign."""
    arguments = {arg.arg for function in code.functions for arg in function.args.args if arg.arg != "self"}
    read = [node.id for node in code.nodes if isinstance(node, ast.Name) and node.id in arguments]
    for node in code.nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in arguments:
            parent = code.parents[node]
            called = isinstance(parent, ast.Call) and parent.func is node
            if isinstance(parent, ast.UnaryOp | ast.Call) and not called and node not in code.indexing:
                yield from (code.replace(node, f"np.abs({name})", 2) for name in dict.fromkeys(read))


def _arguments_for_numbers(code: Code) -> Iterator[Change]:
    """Put an argument in a number's place."""
    names = [arg.arg for function in code.functions for arg in function.args.args if arg.arg != "self"]
    for node in code.nodes:
        if isinstance(node, ast.Constant) and type(node.value) in (int, float) and node not in code.indexing:
            yield from (code.replace(node, name, LAST) for name in dict.fromkeys(names))


def _names_for_pairs(code: Code) -> Iterator[Change]:
    """Put an argument, or a field, in the place of a pair of numbers such as the default of a stride."""
    names = [arg.arg for function in code.functions for arg in function.args.args if arg.arg != "self"]
    fields = [code.of(n) for n in code.nodes if isinstance(n, ast.Attribute) and code.of(n).startswith("self.")]
    for node in code.nodes:
        if not (isinstance(node, ast.Tuple) and isinstance(code.parents[node], ast.IfExp | ast.Assign | ast.BoolOp)):
            continue
        if node.elts and all(isinstance(item, ast.Constant) for item in node.elts):
            yield from (code.replace(node, name, 0) for name in dict.fromkeys((*fields, *names)))


def _masked(code: Code) -> Iterator[Change]:
    """Hide what a mask hides, where its values are multiplied by it."""
    for node in code.nodes:
        match node:
            case ast.BinOp(left=value, op=ast.Mult(), right=ast.Name(id=mask)) if code.infinite and code.short(node):
                yield code.replace(node, f"np.where({mask}, {code.of(value)}, -np.inf)", 2)
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Mult(), value=ast.Name(id=mask)) if code.infinite:
                yield code.replace(node, f"{name} = np.where({mask}, {name}, -np.inf)", 2)


def _numbers_for_names(code: Code, numbers: list[str]) -> Iterator[Change]:
    """Put a number in a name's place; a bound is most often 0 or 1."""
    for node in code.nodes:
        match node:
            case ast.Call(func=ast.Attribute(attr="maximum" | "minimum" | "clip" | "where"), args=args):
                bounds = [one for one in args if isinstance(one, ast.Name)]
                yield from (code.replace(one, value, 2) for one in bounds for value in ("0", "1"))
    names = [
        node
        for node in code.nodes
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and isinstance(code.parents[node], ast.BinOp)
    ]
    for node in names[:MOST_NAMES]:
        yield from (code.replace(node, value, LAST) for value in numbers)


def _rearranged(code: Code) -> Iterator[Change]:
    """Let parentheses, a call or a condition end somewhere else."""
    for node in code.nodes:
        match node:
            case ast.IfExp(test=test, body=ast.BinOp() as body, orelse=orelse) if code.short(node):
                sign = code.text[code.span(body.left)[1] : code.span(body.right)[0]]
                rest = f"({code.of(body.right)} if {code.of(test)} else {code.of(orelse)})"
                yield code.replace(node, f"{code.of(body.left)}{sign}{rest}", 1)
            case ast.Call(args=[ast.Call() as inner, *outer]) if code.short(node) and outer and len(inner.args) > 1:
                first = f"{code.of(node.func)}({', '.join(map(code.of, [inner.args[0], *outer]))})"
                yield code.replace(
                    node, f"{code.of(inner.func)}({first}, {', '.join(map(code.of, inner.args[1:]))})", 2
                )
                second = f"{code.of(node.func)}({', '.join(map(code.of, [inner.args[1], *outer]))})"
                yield code.replace(node, f"{code.of(inner.func)}({code.of(inner.args[0])}, {second})", 2)
            case ast.BinOp(left=ast.Call(args=[argument]) as call, right=right) if code.short(node):
                yield _into_call(code, node, call, argument, right)
            case ast.BinOp(left=ast.BinOp(right=ast.Call(args=[argument]) as call), right=right) if code.short(node):
                yield _into_call(code, node, call, argument, right)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub) and code.short(node):
            yield from _one_quotient(code, node)
            yield from _all_into_call(code, node)


def _into_call(code: Code, node: ast.BinOp, call: ast.Call, argument: ast.expr, right: ast.expr) -> Change:
    """Make `f(a) * b` into `f(a * b)`."""
    sign = code.text[code.span(call)[1] : code.span(right)[0]]
    start, end = code.span(call)[0], code.span(node)[1]
    inside = f"{code.operand(argument)}{sign}{code.operand(right)}"
    return Change(start, end, f"{code.of(call.func)}({inside})", 2)


def _all_into_call(code: Code, node: ast.BinOp) -> Iterator[Change]:
    """Make `f(a) + b + c` into `f(a + b + c)`, and `f(a, 0) @ b + c` into `f(a @ b + c, 0)`."""
    left, sums = node.left, True
    while isinstance(left, ast.BinOp):
        sums = sums and isinstance(left.op, ast.Add | ast.Sub)
        left = left.left
    match left:
        case ast.Call(args=[argument, *numbers], keywords=[]) if left is not node.left:
            if all(isinstance(one, ast.Constant) for one in numbers):
                inner = code.of(argument) if sums else code.operand(argument)
                rest = code.text[code.span(left)[1] : code.span(node)[1]]
                tail = code.text[code.span(argument)[1] : code.span(left)[1]]
                yield code.replace(node, f"{code.of(left.func)}({inner}{rest}{tail}", 2)


def _one_quotient(code: Code, node: ast.BinOp) -> Iterator[Change]:
    """Make `a - b / c + d` into `(a - b) / (c + d)`."""
    text = code.of(node)
    for one in ast.walk(node):
        if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Div) and not isinstance(code.parents[one], ast.Call):
            start = code.span(node)[0]
            left_end, right_start = code.span(one.left)[1] - start, code.span(one.right)[0] - start
            yield code.replace(node, f"({text[:left_end]}) / ({text[right_start:]})", 2)


def _indexed(code: Code) -> Iterator[Change]:
    """Give each index its own row, leave an index out, or take values by an index instead of a product."""
    for node in code.nodes:
        match node:
            case ast.Subscript(value=value, slice=ast.Name(id=name)) if isinstance(node.ctx, ast.Load):
                yield code.replace(node, f"{code.operand(value)}[np.arange(len({name})), {name}]", 2)
                yield code.replace(node, f"{code.operand(value)}[~{name}]", 2)
                yield code.replace(node, code.operand(value), 2)
                yield code.replace(node.slice, f"-{name}", 1)  # counted from the end
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=int())):
                yield code.replace(node, f"np.prod({name})", 3)
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name), slice=mask)], value=value):
                if not isinstance(mask, ast.Slice | ast.Tuple | ast.Constant) and code.short(node):
                    for first, second in ((name, code.of(value)), (code.of(value), name)):
                        yield code.replace(node, f"{name} = np.where({code.of(mask)}, {first}, {second})", 1)
            case ast.Subscript(value=value, slice=ast.Tuple(elts=[first, second])) if isinstance(node.ctx, ast.Load):
                yield code.replace(node, f"{code.operand(value)}[{code.of(first)}]", 2)
                yield code.replace(node, f"{code.operand(value)}[{code.of(second)}]", 2)
                if isinstance(first, ast.Slice) and isinstance(second, ast.Name):
                    yield code.replace(node, f"{code.operand(value)}[np.arange(len({second.id})), {second.id}]", 2)
            case ast.BinOp(left=ast.Name(id=left), right=ast.Name(id=right), op=ast.Mult() | ast.MatMult()):
                yield code.replace(node, f"{left}[{right}]", 3)
                yield code.replace(node, f"{right}[{left}]", 3)
            case ast.Attribute(attr="shape", value=value) if not isinstance(code.parents[node], ast.Subscript):
                yield code.replace(node, f"{code.operand(value)}.size", 2)
            case ast.Compare(left=left, comparators=[right]) if code.short(node):
                for side in (left, right):
                    if isinstance(side, ast.Name | ast.Attribute):
                        yield code.replace(side, f"{code.of(side)}[..., None]", 2)
                        yield code.replace(side, f"{code.of(side)}[:, None]", 2)


def _other_side(code: Code) -> Iterator[Change]:
    """Take the other side of a mask wherever a statement takes values by it."""
    for node in code.nodes:
        if not isinstance(node, ast.Assign) or not code.short(node.value):
            continue
        masks = [
            one.slice.id
            for one in ast.walk(node.value)
            if isinstance(one, ast.Subscript) and isinstance(one.slice, ast.Name)
        ]
        for name in dict.fromkeys(masks):
            yield code.replace(node.value, code.of(node.value).replace(f"[{name}]", f"[~{name}]"), 2)
