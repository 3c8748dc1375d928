"""Changes of calls: another function, its axis and other keywords, swapped arguments, a call left out."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, permutations

from course.checking.locating.code import Change, Code
from course.checking.locating.ends import is_as_written

_RELATIVES = (
    ("max", "maximum"),
    ("min", "minimum"),
    ("amax", "maximum"),
    ("amin", "minimum"),
    ("max", "min"),
    ("maximum", "minimum"),
    ("sum", "mean"),
    ("max", "mean"),
    ("sum", "max"),
    ("sum", "prod"),
    ("std", "var"),
    ("mean", "median"),
    ("argmax", "argmin"),
    ("floor", "ceil"),
    ("round", "floor"),
    ("exp", "log"),
    ("log", "log2"),
    ("log", "log10"),
    ("log", "log1p"),
    ("exp", "expm1"),
    ("exp2", "exp"),
    ("sin", "cos"),
    ("sqrt", "square"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("triu", "tril"),
    ("repeat", "tile"),
    ("concatenate", "stack"),
    ("vstack", "hstack"),
    ("dot", "outer"),
    ("dot", "multiply"),
    ("matmul", "multiply"),
    ("inner", "outer"),
    ("any", "all"),
    ("cumsum", "cumprod"),
    ("append", "extend"),
    ("logical_and", "logical_or"),
    ("greater", "greater_equal"),
    ("less", "less_equal"),
    ("empty", "zeros"),
)
_OTHERS: dict[str, tuple[str, ...]] = {}
for _one, _other in _RELATIVES:
    _OTHERS[_one] = (*_OTHERS.get(_one, ()), _other)
    _OTHERS[_other] = (*_OTHERS.get(_other, ()), _one)

_OF_NUMPY = frozenset({"maximum", "minimum", "median", "floor", "ceil", "multiply", "outer"})
"""Functions that arrays do not have as methods."""
_REDUCING = frozenset(
    {"sum", "mean", "max", "min", "std", "var", "prod", "amax", "amin", "argmax", "argmin", "any", "all", "median"}
)
_AXES = ("0", "1", "-1", "2", "-2", "3", "None", "(0, 1)", "(0, 2)", "(1, 2)", "(0, 2, 3)", "(2, 3)", "(1, 2, 3)")
LONGEST_AXIS = 20
MOST_HANDED = 8
"""At most this many things are tried as one more argument."""
_JOINING = frozenset({"stack", "concatenate", "split", "array_split", "flip", "cumsum", "cumprod", "sort", "argsort"})
_PLACED = frozenset({"expand_dims", "swapaxes", "moveaxis", "take"})
"""Functions whose last argument is an axis."""
_MOVED = (
    *(".swapaxes(0, 1)", ".swapaxes(1, 2)", ".swapaxes(2, 3)"),
    *(".transpose(0, 2, 3, 1)", ".transpose(0, 3, 1, 2)", ".transpose(0, 2, 3, 1, 4, 5)"),
)
"""How axes are moved before a reshape, where a reshape alone takes the numbers in another order."""
_UNWRAPPED_METHODS = frozenset({"copy", "squeeze", "round", "astype", "ravel", "flatten", "transpose", "mean", "sum"})


def change_calls(code: Code) -> Iterator[Change]:
    """Give every change of a call."""
    axes = (*_own_axes(code), *_AXES)
    handed = _handed_over(code)
    yield from _as_elsewhere(code)
    for node in code.nodes:
        if isinstance(node, ast.Call) and code.short(node):
            yield from _function(code, node)
            yield from _keywords(code, node, axes)
            yield from _arguments(code, node)
            yield from _without(code, node)
            yield from _by_name(code, node)
            yield from _one_more(code, node, handed)
            if _name(node) == "reshape" and isinstance(node.func, ast.Attribute):
                yield from _reordered(code, node, node.func.value)
        elif isinstance(node, ast.Tuple) and isinstance(code.parents[node], ast.Return | ast.Assign):
            rank = 3 if isinstance(node.ctx, ast.Store) and is_as_written(code, node.elts) else 0
            yield from (replace(change, rank=rank) for change in _swapped(code, node.elts))


def _name(node: ast.Call) -> str:
    match node.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def _function(code: Code, node: ast.Call) -> Iterator[Change]:
    name = _name(node)
    for other in _OTHERS.get(name, ()):
        match node.func:
            case ast.Name() if name in ("max", "min", "sum", "round", "abs", "any", "all"):
                yield code.replace(node.func, f"np.{other}", 0)
            case ast.Attribute(value=ast.Name(id="np" | "numpy" | "math")):
                end = code.span(node.func)[1]
                yield Change(end - len(name), end, other, 0)
            case ast.Attribute() if other not in _OF_NUMPY:
                end = code.span(node.func)[1]
                yield Change(end - len(name), end, other, 0)
    if isinstance(node.func, ast.Name) and name in ("max", "min", "sum", "round", "abs", "any", "all"):
        yield code.replace(node.func, f"np.{name}", 1)


def _own_axes(code: Code) -> list[str]:
    """Give what the code itself says for an axis: arguments with such a name, and what it passes elsewhere."""
    taken = [arg.arg for function in code.functions for arg in function.args.args if arg.arg in ("dim", "axis", "axes")]
    said = [code.of(node.value) for node in code.nodes if isinstance(node, ast.keyword) and node.arg == "axis"]
    return [text for text in dict.fromkeys((*taken, *said)) if text not in _AXES and len(text) < LONGEST_AXIS]


def _keywords(code: Code, node: ast.Call, axes: Sequence[str]) -> Iterator[Change]:
    name = _name(node)
    end = code.span(node)[1] - 1  # the closing parenthesis
    empty = not node.args and not node.keywords
    comma = "" if empty or code.text[:end].rstrip().endswith(",") else ", "
    has = {keyword.arg for keyword in node.keywords}
    for keyword in node.keywords:
        if keyword.arg in ("axis", "dim", "axes"):
            for axis in axes:
                yield code.replace(keyword.value, axis, 0)
        elif keyword.arg == "keepdims":
            yield code.replace(keyword.value, "False", 1)
        elif keyword.arg == "ddof":
            yield code.replace(keyword.value, "0", 0)
            yield code.replace(keyword.value, "1", 0)
        elif keyword.arg == "dtype":
            yield code.replace(keyword.value, "float", 1)
    if name in _REDUCING:
        positional = len(node.args) - (1 if _is_numpy(node.func) else 0)
        if "keepdims" not in has and (positional > 0 or "axis" in has):
            yield Change(end, end, f"{comma}keepdims=True", 0)
        if "axis" not in has and positional <= 0:
            for axis in axes:
                yield Change(end, end, f"{comma}axis={axis}", 1)
                yield Change(end, end, f"{comma}axis={axis}, keepdims=True", 2)
        if "axis" not in has and positional > 0:
            for axis in axes:
                yield code.replace(node.args[-1], axis, 0)
        if name in ("std", "var") and "ddof" not in has:
            yield Change(end, end, f"{comma}ddof=1", 1)
    if name in _PLACED and node.args:
        axis = node.args[-1]
        yield from (code.replace(axis, own, 1) for own in axes if own not in _AXES and own != code.of(axis))
    if name in _JOINING and "axis" not in has:
        yield from (Change(end, end, f"{comma}axis={axis}", 1) for axis in ("1", "-1", "2", "0"))
    if name in ("zeros_like", "ones_like", "full_like", "empty_like", "array", "full") and "dtype" not in has:
        yield Change(end, end, f"{comma}dtype=float", 1)


def _is_numpy(func: ast.expr) -> bool:
    return isinstance(func, ast.Name) or (
        isinstance(func, ast.Attribute)
        and isinstance(func.value, ast.Name)
        and func.value.id in ("np", "numpy", "math")
    )


def _arguments(code: Code, node: ast.Call) -> Iterator[Change]:
    yield from _swapped(code, node.args)
    for arg in node.args:
        if isinstance(arg, ast.List):
            yield from _swapped(code, arg.elts)
    for values in node.args, *(arg.elts for arg in node.args if isinstance(arg, ast.Tuple)):
        axes = [item.value for item in values if isinstance(item, ast.Constant) and type(item.value) is int]
        if 3 <= len(axes) <= 5 and len(axes) == len(values) and sorted(axes) == list(range(len(axes))):
            start, end = code.span(values[0])[0], code.span(values[-1])[1]
            for i, order in enumerate(permutations(range(len(axes)))):
                if i > 0:
                    yield Change(start, end, ", ".join(map(str, order)), 2)
        elif isinstance(code.parents[values[0]] if values else None, ast.Tuple):
            yield from _swapped(code, values)


def _handed_over(code: Code) -> list[str]:
    """Give the names and fields that are handed over to functions of the course's or the student's own."""
    calls = [node for node in code.nodes if isinstance(node, ast.Call) and _is_own(node)]
    given = [code.of(arg) for node in calls for arg in node.args if isinstance(arg, ast.Name | ast.Attribute)]
    return list(dict.fromkeys(given))[:MOST_HANDED]


def _as_elsewhere(code: Code) -> Iterator[Change]:
    """Hand over what another call of the same function gets in this place, if that is computed there."""
    calls: dict[str, list[ast.Call]] = {}
    for node in code.nodes:
        if isinstance(node, ast.Call) and _is_own(node):
            calls.setdefault(_name(node), []).append(node)
    for alike in calls.values():
        for one in alike[:MOST_HANDED]:
            for place, arg in enumerate(one.args):
                others = [other.args[place] for other in alike[:MOST_HANDED] if len(other.args) > place]
                texts = dict.fromkeys(code.of(other) for other in others if isinstance(other, ast.Call | ast.BinOp))
                yield from (code.replace(arg, text, 1) for text in texts if text != code.of(arg))


def _is_own(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and not hasattr(builtins, node.func.id)


def _one_more(code: Code, node: ast.Call, handed: Sequence[str]) -> Iterator[Change]:
    """Hand over one more argument, which the code hands over to another function."""
    if _is_own(node) and node.args and not node.keywords:
        end, given = code.span(node.args[-1])[1], {code.of(arg) for arg in node.args}
        yield from (Change(end, end, f", {name}", 2) for name in handed if name not in given)


def _reordered(code: Code, node: ast.Call, array: ast.expr) -> Iterator[Change]:
    """Reshape with the axes in another order, and transpose, so that the shape is the same."""
    sizes = node.args[0].elts if len(node.args) == 1 and isinstance(node.args[0], ast.Tuple) else node.args
    if not 2 <= len(sizes) <= 6 or _is_numpy(node.func):
        return
    for moved in _MOVED:
        yield code.replace(array, f"{code.operand(array)}{moved}", 2)
    axes = range(len(sizes))
    for order in permutations(axes):
        differing = sum(axis != at for at, axis in enumerate(order))
        if differing == 2 or (differing and len(sizes) <= 4):
            other = ", ".join(code.of(sizes[axis]) for axis in order)
            back = ", ".join(str(order.index(axis)) for axis in axes)
            yield code.replace(node, f"{code.operand(array)}.reshape({other}).transpose({back})", 1)


def _by_name(code: Code, node: ast.Call) -> Iterator[Change]:
    """Give what is particular to one function: how a list becomes an array, what a border takes, the first number."""
    match _name(node), node.args:
        case ("array" | "asarray" | "stack", [rows]) if not node.keywords and _is_numpy(node.func):
            yield from (code.replace(node, f"np.stack({code.of(rows)}, axis={axis})", 1) for axis in (1, -1))
        case "tensordot" | "einsum" | "matmul", _:
            yield from (code.replace(node, f"np.moveaxis({code.of(node)}, {axes})", 2) for axes in ("-1, 1", "1, -1"))
        case ("tile", [value, ast.Tuple(elts=counts)]) if _is_numpy(node.func):
            several = [(axis, count) for axis, count in enumerate(counts) if code.of(count) != "1"]
            if len(several) == 1:
                axis, count = several[0]
                new = f"np.repeat({code.of(value)}, {code.of(count)}, axis={axis})"
                yield from _in_a_pair(code, node, new)
        case ("maximum", [value, ast.Constant(value=0)]):  # where it is positive, instead of how much
            yield code.replace(node, f"({code.of(value)} > 0)", 2)
        case ("abs", [value]):
            yield code.replace(node, f"({code.operand(value)} ** 2)", 1)
        case ("enumerate", [values]) if not node.keywords:
            yield code.replace(node, f"enumerate({code.of(values)}, 1)", 1)
        case ("pad", [_, ast.Tuple(elts=pairs), *_]):
            yield from _both_ends(code, pairs)
            yield from _pair_for_both(code, pairs)


def _both_ends(code: Code, pairs: Sequence[ast.expr]) -> Iterator[Change]:
    """Make `(p, 0)` into `(p, p)`: as much at the other end."""
    for pair in pairs:
        match pair:
            case (
                ast.Tuple(elts=[ast.Name() as one, ast.Constant(value=0) as other])
                | ast.Tuple(elts=[ast.Constant(value=0) as other, ast.Name() as one])
            ):
                yield code.replace(other, code.of(one), 1)


def _pair_for_both(code: Code, pairs: Sequence[ast.expr]) -> Iterator[Change]:
    """Make `(..., p, p)` into `(..., (p[0], p[0]), (p[1], p[1]))`: p is a pair of sizes, not both ends of an axis."""
    match pairs:
        case [*_, ast.Name(id=one) as first, ast.Name(id=other) as last] if one == other:
            new = f"({one}[0], {one}[0]), ({one}[1], {one}[1])"
            yield Change(code.span(first)[0], code.span(last)[1], new, 1)


def _in_a_pair(code: Code, node: ast.Call, new: str) -> Iterator[Change]:
    """Change one call, or both of a pair of calls, such as for keys and values."""
    yield code.replace(node, new, 1)
    match code.parents[node]:
        case ast.Tuple(elts=[one, ast.Call(args=[second, *rest]) as other]) as pair if one is node and rest:
            again = new.replace(code.of(node.args[0]), code.of(second), 1)
            if (
                code.text[code.span(rest[0])[0] : code.span(other)[1]]
                == code.text[code.span(node.args[1])[0] : code.span(node)[1]]
            ):
                yield code.replace(pair, f"{new}, {again}", 1)


def _swapped(code: Code, values: list[ast.expr]) -> Iterator[Change]:
    for first, second in combinations(values[:4], 2):
        start, middle_end = code.span(first)
        middle, end = code.span(second)
        if end - start <= 200:
            new = code.of(second) + code.text[middle_end:middle] + code.of(first)
            yield Change(start, end, new, 1)


def _without(code: Code, node: ast.Call) -> Iterator[Change]:
    """Leave a call out, so that its argument is used as it is, or one of its arguments."""
    if isinstance(code.parents[node], ast.Expr):
        return
    if isinstance(node.func, ast.Attribute) and not _is_numpy(node.func):
        if node.func.attr in _UNWRAPPED_METHODS:
            yield code.replace(node, code.operand(node.func.value), 2)
    elif len(node.args) in (1, 2, 3):
        for argument in node.args[:2]:
            yield code.replace(node, code.operand(argument), 2)
    for keyword in node.keywords:
        start, end = code.span(keyword)
        before = code.text.rfind(",", 0, start)
        if before > code.span(node.func)[1]:
            yield Change(before, end, "", 2)
