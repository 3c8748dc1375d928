"""Traps of what a name or a function takes: one number for an array, an argument replaced, one list for many."""

from __future__ import annotations

import ast
import math

import numpy as np

from course.checking.comparison import WrongKind, WrongNumber, WrongShape, WrongValues
from course.checking.complaints import About, read_complaint
from course.checking.student_code import StudentCode, called, dotted, line_of, loaded, stored, walk
from course.checking.traps.symptom import Symptom, Trap, at_error, trap_at

_NAMES = "exp expm1 log log1p log2 log10 sqrt sin cos tan sinh cosh tanh floor ceil fabs isnan"
_OF_NUMPY_TOO = frozenset(_NAMES.split())
"""Functions of `math` that NumPy has as well, for arrays."""
_LARGEST = 1e-3
"""A number below this may be there to keep a logarithm from 0."""

NEARLY = 0.01
"""Where digits are lost, a result is off by at most this share, unless nothing is left of it."""


def number_for_array(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See `math.exp(x)` of an array."""
    complaint = read_complaint(symptom.message)
    if complaint is None or complaint.about is not About.ARRAY_AS_NUMBER:
        return None
    for node in at_error(code, symptom):
        module, _, name = called(node).rpartition(".")
        if module == "math":
            effect = f"`math.{name}` takes a single number, not an array."
            if name in _OF_NUMPY_TOO:
                return trap_at(code, node, effect, f"`np.{name}` works value by value.")
            return trap_at(code, node, effect, f"Apply `math.{name}` to one value after the other.")
    return None


def bounded_logarithm(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See a small number that keeps a logarithm from 0, where the right value is beyond."""
    found = symptom.found
    if not isinstance(found, WrongNumber | WrongValues) or not _are_finite(found.value, found.expected):
        return None
    for node in code.nodes():
        if called(node) not in ("np.log", "math.log") or not isinstance(node, ast.Call) or not node.args:
            continue
        least = _least(_meant(code, node.args[0]))
        if least and abs(found.expected) > -1.01 * math.log(least) > abs(found.value):
            effect = f"with `{least}` in it, this logarithm is never below {math.log(least):.1f}."
            step = "That hides a probability that was rounded to 0. Take the logarithm before anything is rounded."
            return trap_at(code, node, effect, step)
    return None


def squares_cancel(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See the mean of the squares minus the square of the mean, where a result is nearly right or not finite."""
    found = symptom.found
    if not isinstance(found, WrongNumber | WrongValues):
        return None
    yours, wanted = found.value, found.expected
    if _are_finite(yours, wanted) and abs(yours - wanted) > NEARLY * abs(wanted):
        return None
    for node in code.nodes():
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and _is_square(node.right):
            averaged = _meant(code, node.left)
            if any(map(_averages, walk(averaged))) and any(_is_square(part) for part in walk(averaged)):
                effect = "far from 0 this subtracts two large numbers that are nearly equal: few digits are left."
                return trap_at(code, node, effect, "Which sum of squares stays small, wherever the values are?")
    return None


def _averages(node: ast.AST) -> bool:
    func = node.func if isinstance(node, ast.Call) else None
    name = func.attr if isinstance(func, ast.Attribute) else dotted(func) if func else ""
    return name in ("mean", "sum", "average")


def _is_square(node: ast.AST) -> bool:
    """Tell whether something is `x ** 2`, `x * x` or `np.square(x)`."""
    match node:
        case ast.BinOp(op=ast.Pow(), right=ast.Constant(value=2)):
            return True
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return ast.dump(left) == ast.dump(right)
    return called(node) == "np.square"


def _meant(code: StudentCode, node: ast.expr) -> ast.expr:
    """Give the expression assigned to a name, where it is assigned once."""
    if isinstance(node, ast.Subscript):
        return _meant(code, node.value)
    if not isinstance(node, ast.Name):
        return node
    given = [one.value for one in code.nodes() if isinstance(one, ast.Assign) and node.id in stored(one)]
    return given[0] if len(given) == 1 else node


def _least(node: ast.expr) -> float:
    """Give the small number that is added to a probability, or that it is cut off at; 0 where there is none."""
    terms: list[ast.expr] = []
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        terms = [node.left, node.right]
    elif isinstance(node, ast.Call) and called(node) in ("np.clip", "np.maximum"):
        terms = node.args
    for term in terms:
        value = term.value if isinstance(term, ast.Constant) else None
        if isinstance(value, float) and 0 < value < _LARGEST:
            return value
    return 0.0


def _are_finite(*values: object) -> bool:
    return all(isinstance(value, int | float) and math.isfinite(value) for value in values)


def argument_replaced(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See an argument that gets another value before it is read."""
    if symptom.found is None or not isinstance(code.tree, ast.FunctionDef):
        return None
    read: set[str] = set()
    for statement in code.tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            name = statement.targets[0].id
            if name in code.parameters and name in symptom.passed and name not in read | loaded(statement.value):
                effect = f"`{name}` gets another value here: what was passed is never used."
                return trap_at(code, statement, effect, f"Use `{name}` as it is passed.")
        read |= loaded(statement)
    return None


def one_row_for_all(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See one list, made before a loop, that the loop fills and appends each time."""
    if not isinstance(symptom.found, WrongValues | WrongKind | WrongShape) and not symptom.error:
        return None
    for loop in code.nodes():
        if not isinstance(loop, ast.For):
            continue
        inside = walk(loop)
        made = {one for node in inside if isinstance(node, ast.Assign) for one in stored(node)} | stored(loop.target)
        for node in inside:
            row = _appended(node)
            if row and row not in made and any(_fills(one, row) for one in inside) and _is_made(code, row, loop):
                effect = f"each round appends the same `{row}`, which was made once: all rounds fill it together."
                return trap_at(code, node, effect, f"Make a new `{row}` in each round.", certain=True)
    return None


def _appended(node: ast.AST) -> str:
    """Name what is appended to a list."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "append":
        return dotted(node.args[0]) if node.args and isinstance(node.args[0], ast.Name) else ""
    return ""


def _fills(node: ast.AST, row: str) -> bool:
    """Tell whether a piece of code changes a list or an array of this name in place."""
    if isinstance(node, ast.Assign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(one, ast.Subscript) and dotted(one.value) == row for one in targets)
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("append", "extend", "insert")
        and dotted(node.func.value) == row
    )


def _is_made(code: StudentCode, row: str, loop: ast.For) -> bool:
    """Tell whether a list or an array of this name is made before a loop."""
    return any(
        isinstance(node, ast.Assign) and row in stored(node) and line_of(node) < line_of(loop) for node in code.nodes()
    )


def diagonal_of_matrix(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See `np.diag` or `np.outer` of an array with several axes, next to what they give of one row."""
    complaint = read_complaint(symptom.message)
    if complaint is None or complaint.about is not About.BROADCAST:
        return None
    names = [called(node) for node in at_error(code, symptom)]
    for node in at_error(code, symptom):
        if called(node) == "np.outer" and "np.diag" in names and isinstance(node, ast.Call):
            effect = "`np.diag` and `np.outer` are meant for one row; of a matrix, they give something else."
            return trap_at(code, node, effect, "Do it row by row, or use the formula without a matrix.")
    return None


def one_number_decides(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See `rng.random() < p` outside of any loop: one number for all values."""
    if symptom.found is None:
        return None
    for node in code.nodes():
        sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
        drawn = next((one for one in sides if called(one).endswith(".random") and not _has_arguments(one)), None)
        numbers = [one for one in sides if isinstance(one, ast.Name) and one.id in code.parameters]
        if drawn is None or not numbers or _repeated(code, node):
            continue
        if not isinstance(symptom.arguments.get(numbers[0].id), np.ndarray):
            effect = f"`{ast.unparse(drawn)}` draws a single number, and it decides for all values together."
            return trap_at(code, node, effect, "How many numbers must be drawn, and in which shape?")
    return None


def _has_arguments(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and bool(node.args or node.keywords)


def _repeated(code: StudentCode, node: ast.AST | None) -> bool:
    """Tell whether a piece of code is inside a loop, a comprehension or an inner function."""
    while node is not None and node is not code.tree:
        if isinstance(node, ast.For | ast.While | ast.ListComp | ast.GeneratorExp | ast.FunctionDef | ast.Lambda):
            return True
        node = code.parent(node)
    return False


def always_the_same(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See a result that is written down as a number or a truth value: it is the same in every call."""
    found = symptom.found
    if not isinstance(found, WrongNumber) or not isinstance(code.tree, ast.FunctionDef):
        return None
    returns = [node for node in code.nodes() if isinstance(node, ast.Return) and node.value is not None]
    if len(returns) != 1 or returns[0] is not code.tree.body[-1]:
        return None
    value = returns[0].value
    several = isinstance(value, ast.Tuple)
    for part in value.elts if isinstance(value, ast.Tuple) else [value]:
        name = part.id if isinstance(part, ast.Name) else ""
        at = _only_assignment(code, name) if name else returns[0]
        written = at.value if isinstance(at, ast.Assign) else part
        number = written.value if isinstance(written, ast.Constant) else None
        if type(number) in (bool, int, float) and at is not None and number == found.value:
            said = f"`{name or number}`"
            effect = f"{'its ' if several and not name else ''}{said} is the same in every call."
            return trap_at(code, at, effect, "In which calls must it be something else? Compute it there.")
    return None


def _only_assignment(code: StudentCode, name: str) -> ast.Assign | None:
    """Give the statement that gives a name its value, where it is the only one."""
    setting = [node for node in code.nodes() if isinstance(node, ast.stmt) and name in stored(node)]
    own = [node for node in setting if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.For)]
    if len(own) == 1 and isinstance(own[0], ast.Assign) and isinstance(own[0].targets[0], ast.Name):
        return own[0]
    return None
