"""Traps that go unnoticed until values are compared, or an argument has changed."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Collection
from dataclasses import replace

from course.checking.comparison import WrongKind, WrongNumber, WrongShape, WrongType, WrongValues
from course.checking.student_code import (
    StudentCode,
    called,
    dotted,
    is_number,
    line_of,
    loaded,
    names_of_parameters,
    stored,
    walk,
)
from course.checking.traps.symptom import Symptom, Trap, at_error, trap_at


def fraction_lost(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See `//` where the fraction matters."""
    found = symptom.found
    lost = isinstance(found, WrongKind) and found.yours in "iu" and found.wanted == "f"
    if isinstance(found, WrongNumber | WrongValues):
        yours, wanted = found.value, found.expected
        lost = isinstance(yours, int | float) and isinstance(wanted, float) and yours % 1 == 0 and wanted % 1 != 0
    if not lost:
        return None
    sizes = _sizes(code)
    for node in code.nodes():
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv) and node not in sizes:
            return trap_at(code, node, "`//` drops the fraction.", "Where must the fraction stay? `/` keeps it.")
    return None


def _sizes(code: StudentCode) -> set[ast.AST]:
    """Give what only counts: within a shape, a range, an index or a slice, or assigned to a name that is used there."""
    counting: set[ast.AST] = set()
    for node in code.nodes():
        if isinstance(node, ast.Call) and called(node).rpartition(".")[2] in _COUNTING:
            counting.update(part for argument in node.args for part in walk(argument))
        elif isinstance(node, ast.Subscript):
            counting.update(walk(node.slice))
    names = {node.id for node in counting if isinstance(node, ast.Name)}
    for node in code.nodes():
        if isinstance(node, ast.Assign) and set().union(*map(stored, node.targets)) & names:
            counting.update(walk(node.value))
    return counting


_COUNTING = frozenset({"range", "zeros", "ones", "empty", "full", "ndindex", "reshape", "arange", "split"})
_FROM_NUMBERS = {"np.where": (1, 2), "np.full": (1,), "np.full_like": (1,)}
_WITH_DTYPE = (
    "np.zeros",
    "np.ones",
    "np.empty",
    "np.full",
    "np.array",
    "np.zeros_like",
    "np.ones_like",
    "np.empty_like",
)


def integer_array(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See an integer array that is filled with fractions."""
    found = symptom.found
    if not (isinstance(found, WrongKind) and found.yours in "iu" and found.wanted == "f"):
        return None
    for node in code.nodes():
        name = called(node)
        if not isinstance(node, ast.Call):
            continue
        at = _FROM_NUMBERS.get(name)
        typed = any(
            word.arg == "dtype" and dotted(word.value) in ("int", "np.int64", "np.int32") for word in node.keywords
        )
        if name in ("np.zeros", "np.ones", "np.empty", "np.array") and len(node.args) > 1:
            typed = typed or dotted(node.args[1]) in ("int", "np.int64", "np.int32")
        if isinstance(node.func, ast.Attribute) and node.func.attr == "astype":
            typed = any(dotted(one) in ("int", "np.int64", "np.int32") for one in node.args)
            name = "astype"
        whole = at and len(node.args) > max(at) and all(_is_whole(node.args[i], code, symptom) for i in at)
        if typed or (whole and not node.keywords):
            effect = f"`{name}` makes an integer array here: what is put into it loses its fraction."
            if name == "astype":
                effect = "`astype` makes whole numbers: what comes after the decimal point is lost."
            written = any(is_number(one, int) for one in node.args[1:])
            step = f"Use floats: {'`0.0` instead of `0`, or ' if written else ''}`dtype=float`."
            return trap_at(code, node, effect, "Leave the `astype` out." if name == "astype" else step)
        if name in ("np.zeros_like", "np.ones_like", "np.empty_like") and not node.keywords and node.args:
            of = dotted(node.args[0]) or "its argument"
            effect = f"`{name}` takes over the type of `{of}`: from whole numbers it makes an integer array."
            return trap_at(code, node, effect, "Use floats: `dtype=float`.")
    return None


def _is_whole(node: ast.AST, code: StudentCode, symptom: Symptom) -> bool:
    """Tell whether a value is a whole number: as written, as it was passed, or as an argument's default."""
    if not isinstance(node, ast.Name):
        return is_number(node, int)
    if node.id in symptom.arguments:
        return type(symptom.arguments[node.id]) is int
    given = code.tree.args if isinstance(code.tree, ast.FunctionDef) else None
    defaults = zip(reversed(given.args), reversed(given.defaults), strict=False) if given else ()
    return any(one.arg == node.id and is_number(default, int) for one, default in defaults)


_ALIASES = ("np.asarray", "np.ravel", "np.reshape", "np.transpose", "np.squeeze")
_VIEWS = frozenset({"reshape", "view", "ravel", "transpose", "squeeze", "swapaxes"})


def _same_array(node: ast.AST, names: Collection[str]) -> str:
    """Name the array that an expression is another name for, or a view of; empty where it is a new one."""
    if isinstance(node, ast.Name):
        return node.id if node.id in names else ""
    if isinstance(node, ast.Subscript):
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        basic = all(isinstance(part, ast.Slice | ast.Constant) or dotted(part) == "np.newaxis" for part in parts)
        return _same_array(node.value, names) if basic and any(isinstance(part, ast.Slice) for part in parts) else ""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return _same_array(node.value, names)
    if isinstance(node, ast.Call):
        if called(node) in _ALIASES and node.args:
            return _same_array(node.args[0], names)
        if isinstance(node.func, ast.Attribute) and node.func.attr in _VIEWS:
            return _same_array(node.func.value, names)
    return ""


def not_copied(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See a second name, or a view, instead of a copy."""
    if not symptom.changed:
        return None
    for function in code.functions:
        parameters = set(names_of_parameters(function)) - {"self"}
        aliases: dict[str, ast.AST] = {}
        for node in sorted(walk(function), key=line_of):
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                own = node.targets[0].id
                if _same_array(node.value, parameters | set(aliases)):
                    aliases[own] = node
                else:
                    aliases.pop(own, None)
                    parameters.discard(own)
            written = _written(node)
            if written in aliases:
                at = aliases[written]
                value = at.value if isinstance(at, ast.Assign) else at
                what = (
                    "is the caller's array under a second name"
                    if isinstance(value, ast.Name)
                    else "is a view of the caller's array"
                )
                effect = f"this does not copy: `{written}` {what}, and line {line_of(node)} changes it."
                return trap_at(code, at, effect, "If you want your own array, make one with `.copy()`.", certain=True)
            if written in parameters:
                effect = f"this changes the caller's `{written}` in place."
                return trap_at(code, node, effect, f"Make a new array instead of changing `{written}`.")
    return None


def _written(node: ast.AST) -> str:
    """Name the array that a statement changes in place."""
    if isinstance(node, ast.AugAssign):
        target = node.target
        return dotted(target.value) if isinstance(target, ast.Subscript) else dotted(target)
    if isinstance(node, ast.Assign):
        return next((dotted(one.value) for one in node.targets if isinstance(one, ast.Subscript)), "")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("sort", "fill"):
        return dotted(node.func.value)
    return ""


def axis_for_number(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See `np.max(x, 0)` instead of `np.maximum(x, 0)`."""
    found = symptom.found
    fewer = isinstance(found, WrongShape) and len(found.yours) < len(found.wanted)
    if not fewer and not symptom.error:
        return None
    nodes = list(code.nodes()) if fewer else at_error(code, symptom)
    for node in nodes:
        name = called(node)
        if (name in ("np.max", "np.min", "np.amax", "np.amin") and isinstance(node, ast.Call)) and (
            len(node.args) == 2 and is_number(node.args[1]) and not node.keywords
        ):
            word = f"{name[-3:]}imum"
            number = ast.unparse(node.args[1])
            effect = f"`{name}(…, {number})` goes along axis {number}; `np.{word}` compares each value with a number."
            return trap_at(code, node, effect, f"Which of the two do you want: `{name}` or `np.{word}`?")
    return None


def empty_slice(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See `[p:-p]` where p is 0."""
    found = symptom.found
    lost = isinstance(found, WrongShape) and 0 in found.yours and 0 not in found.wanted
    if not lost and not re.search(r"[(,]0[,)]|zero-size", symptom.message):
        return None
    for node in code.nodes():
        if isinstance(node, ast.Slice) and isinstance(node.upper, ast.UnaryOp) and isinstance(node.upper.op, ast.USub):
            end = ast.unparse(node.upper.operand)
            if not is_number(node.upper.operand):
                effect = f"where `{end}` is 0, a slice that ends at `-{end}` is empty: -0 is 0, the beginning."
                return trap_at(code, node, effect, f"Count the end from the front: a size minus `{end}`.")
    return None


def exclusive_or(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See `^` for a power."""
    nodes = at_error(code, symptom) if symptom.error else list(code.nodes())
    for node in nodes:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitXor) and is_number(node.right):
            return trap_at(code, node, "`^` is the exclusive or of bits.", "A power is written `**`.")
    return None


_IN_PLACE = """np.add.at np.subtract.at np.multiply.at np.maximum.at np.put np.place np.putmask np.copyto
np.fill_diagonal np.put_along_axis np.random.shuffle rng.shuffle"""
_GIVE_NONE = frozenset(_IN_PLACE.split())
_METHODS_GIVE_NONE = frozenset({"sort", "append", "extend", "fill", "reverse", "insert"})


def nothing_returned(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See None where a result is expected: from a call that works in place, or past every `return`."""
    found = symptom.found
    if not (isinstance(found, WrongType) and found.yours in ("NoneType", "tuple of NoneType", "list of NoneType")):
        return None
    returns = [node for node in code.nodes() if isinstance(node, ast.Return) and node.value is not None]
    for node in code.nodes():
        value = node.value if isinstance(node, ast.Assign | ast.Return) else None
        if not isinstance(value, ast.Call):
            continue
        name = called(value)
        method = isinstance(value.func, ast.Attribute) and value.func.attr in _METHODS_GIVE_NONE
        if name in _GIVE_NONE or (method and not name.startswith("np.")):
            said = name or ast.unparse(value.func)
            effect = f"`{said}` changes an array or list that is there, and returns None."
            return trap_at(code, node, effect, "Call it on a separate line, then use what it changed.")
    if returns and not any(isinstance(one, ast.Return) for function in code.functions for one in function.body):
        effect = "this call never reaches a `return`."
        step = "In which branch or loop is it? Go through them with this call in mind."
        return trap_at(code, returns[-1], effect, step)
    return None


def one_list_many_times(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See `[[0] * n] * m`: one list m times."""
    if not isinstance(symptom.found, WrongValues | WrongKind):
        return None
    lists = [node for node in code.nodes() if isinstance(node, ast.Assign) and _is_list(node.value)]
    for node in code.nodes():
        if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and isinstance(node.left, ast.List)):
            continue
        rows = {name for one in lists if one.lineno < node.lineno for name in stored(one)}
        if any(_is_list(item) or (isinstance(item, ast.Name) and item.id in rows) for item in node.left.elts):
            effect = "this repeats one list: a change in one row is a change in all."
            return trap_at(code, node, effect, "Make a new list for each row, or start from `np.zeros`.", certain=True)
    return None


def _is_list(node: ast.AST) -> bool:
    return isinstance(node, ast.List) or (
        isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and isinstance(node.left, ast.List)
    )


def range_too_short(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See `range(n - k)`, which lacks the last place."""
    found = symptom.found
    short = (
        isinstance(found, WrongShape)
        and len(found.yours) == len(found.wanted)
        and any(wanted - yours == 1 for yours, wanted in zip(found.yours, found.wanted, strict=True))
    )
    left = isinstance(found, WrongValues) and found.value == 0 and found.differing < found.total
    if not short and not left and not (isinstance(found, WrongValues) and _at_the_end(found.grid)):
        return None
    for node in code.nodes():
        if called(node) == "range" and isinstance(node, ast.Call) and len(node.args) == 1:
            end = node.args[0]
            if isinstance(end, ast.BinOp) and isinstance(end.op, ast.Sub) and not is_number(end.right):
                text = ast.unparse(end)
                effect = f"`range({text})` ends one place before `{text}`."
                return trap_at(
                    code, node, effect, "Count the places of a window of 2 in a row of 3. Which formula gives it?"
                )
    return None


def _at_the_end(grid: tuple[tuple[bool, ...], ...]) -> bool:
    """Tell whether all that is wrong is in the last row or in the last column, and more is right."""
    inside = [bad for row in grid[:-1] for bad in row[:-1]]
    first = [*grid[0][:-1], *(row[0] for row in grid[:-1])] if len(grid) > 1 else list(grid[0][:-1]) if grid else []
    return bool(first) and not any((*inside, *first))


def first_or_last_round(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See a loop where only the first or the last round is in the result."""
    found = symptom.found
    if not (isinstance(found, WrongShape) and len(found.yours) < len(found.wanted)):
        return None
    loops = [node for node in code.nodes() if isinstance(node, ast.For)]
    for loop in loops:
        for statement in loop.body:
            if isinstance(statement, ast.Return):
                effect = "this `return` is inside the loop: the first round ends the function."
                return trap_at(code, statement, effect, "Keep what each round gives, and return after the loop.")
    returned = {dotted(node.value) for node in code.nodes() if isinstance(node, ast.Return) and node.value is not None}
    for loop in loops:
        changing = stored(loop.target)
        for statement in walk(loop):
            name = next(iter(stored(statement)), "") if isinstance(statement, ast.Assign) else ""
            if name and name in returned and loaded(statement) & changing and name not in loaded(statement):
                effect = f"each round gives `{name}` a new value; only the last one is returned."
                return trap_at(code, statement, effect, "Keep what each round gives: make room before the loop.")
    return None


def name_for_array(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See a loop's own variable that gets another value, where the array in it is meant."""
    if symptom.found is None:
        return None
    for loop in code.nodes():
        if not isinstance(loop, ast.For):
            continue
        for i, statement in enumerate(loop.body):
            target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
            later = set().union(*(loaded(other) for other in loop.body[i + 1 :]))
            if isinstance(target, ast.Name) and target.id in stored(loop.target) - later:
                name = target.id
                effect = f"this gives the name `{name}` another value; what the loop goes through stays as it is."
                return trap_at(code, statement, effect, f"Write into the array: `{name}[...] = ...`.")
    return None


def own_generator(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See random numbers from NumPy's own generator, where `rng` was handed over."""
    for function in code.functions:
        if "rng" not in names_of_parameters(function) or any("rng" in loaded(node) for node in function.body):
            continue
        for node in walk(function):
            name = called(node)
            if name.startswith(("np.random.", "numpy.random.", "random.")):
                effect = f"`{name}` does not draw from `rng`, which is never used."
                return trap_at(code, node, effect, "Draw from `rng`. With it, a run can be repeated.")
    return None


_MODULES = frozenset({"np", "numpy", "math", "itertools", "functools"})


def _bound_inside(tree: ast.AST) -> set[str]:
    """Name the arguments of a function and of those within it, what these are called, and what is imported there."""
    found = set()
    for node in walk(tree):
        match node:
            case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.alias(name=name, asname=other):
                found.add(other or name.partition(".")[0])
    return found


def never_used(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See an argument on which nothing depends."""
    if not isinstance(code.tree, ast.FunctionDef) or not (symptom.error or symptom.found):
        return None
    body = set().union(*(loaded(node) for node in code.tree.body))
    unused = [name for name in code.parameters if name in symptom.passed and name not in body]
    if not unused:
        return None
    own = stored(code.tree) | _bound_inside(code.tree) | _MODULES
    functions = {id(node.func) for node in code.nodes() if isinstance(node, ast.Call)}
    for node in code.nodes():
        if (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in own) and (
            not hasattr(builtins, node.id) and id(node) not in functions
        ):
            effect = f"your result does not depend on `{unused[0]}`; this line reads `{node.id}`."
            return trap_at(code, node, effect, f"Should `{node.id}` be `{unused[0]}`?")
    if symptom.error:
        return None
    effect = f"`{unused[0]}` is never used."
    trap = trap_at(code, code.tree, effect, f"What should change in the result when `{unused[0]}` changes?")
    return replace(trap, unused=unused[0])
