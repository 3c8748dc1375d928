"""Traps that stop a call: names, conditions, sizes."""

from __future__ import annotations

import ast
import builtins
import re
from dataclasses import replace

from course.checking.complaints import About, read_complaint
from course.checking.student_code import StudentCode, called, dotted, line_of, loaded, names_of_parameters, stored
from course.checking.traps.symptom import Symptom, Trap, at_error, trap_at


def without_self(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See a method without `self`."""
    if symptom.error is None or not isinstance(code.tree, ast.ClassDef):
        return None
    for method in code.functions:
        if method in code.tree.body and not method.decorator_list and names_of_parameters(method)[:1] != ["self"]:
            effect = "this method has no parameter `self`."
            return trap_at(code, method, effect, "Make `self` the method's first parameter.")
    return None


def name_elsewhere(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See a name that belongs to `self`, or to another chapter."""
    found = re.match(r"name '(\w+)' is not defined", symptom.message)
    if not found:
        return None
    name = found[1]
    at = next((node for node in code.nodes() if isinstance(node, ast.Name) and node.id == name), None)
    if at is None:
        return None
    if any(isinstance(node, ast.Attribute) and dotted(node) == f"self.{name}" for node in code.nodes()):
        effect = f"`{name}` and `self.{name}` are two names, and only `self.{name}` has a value."
        return trap_at(code, at, effect, f"Read `self.{name}` there.")
    if name in symptom.demonstrated or name == "torch":
        if name == "torch":
            effect, step = "`torch` is not available where answers are graded.", "Write it with NumPy."
        else:
            effect = f"`{name}` is defined in a demonstration cell; such cells are not run where answers are graded."
            step = f"Define `{name}` in your own cell."
        return replace(trap_at(code, at, effect, step), first=True)
    chapter = symptom.elsewhere.get(name, "")
    if chapter and chapter == symptom.chapter:
        effect = f"`{name}` is an exercise of this chapter, and no cell that was run defines it."
        return trap_at(code, at, effect, f"Run the cell that defines `{name}` first, or write its lines in this cell.")
    if chapter:
        effect = f"`{name}` is an exercise of chapter {chapter[:2]}; what an answer needs must be in its own notebook."
        return trap_at(code, at, effect, f"Copy `{name}` from chapter {chapter[:2]} into your cell.")
    return None


def built_in(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See a built-in function where a variable is meant."""
    own = set().union(*(stored(function) | set(names_of_parameters(function)) for function in code.functions))
    for node in at_error(code, symptom):
        if isinstance(node, ast.BinOp):
            operands = [node.left, node.right]
        elif isinstance(node, ast.Attribute | ast.Subscript):
            operands = [node.value]
        elif isinstance(node, ast.Call) and symptom.error and symptom.error.type_name.endswith("TypeError"):
            # a type, such as float, or a function may be meant; what the call of the exercise passes is not
            operands = [one for one in node.args if isinstance(one, ast.Name) and one.id in symptom.passed]
        else:
            continue
        for one in operands:
            if isinstance(one, ast.Name) and one.id not in own and hasattr(builtins, one.id):
                effect = f"`{one.id}` is Python's built-in here: your function has no variable of this name."
                return trap_at(code, node, effect, f"Which of your own variables should `{one.id}` be?")
    return None


def truth_of_array(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See a condition on a whole array."""
    if "truth value" not in symptom.message:
        return None
    for node in at_error(code, symptom):
        if called(node) in ("max", "min"):
            name = called(node)
            effect = (
                f"Python's `{name}` compares whole arrays with each other; `np.{name}imum` compares value by value."
            )
            return trap_at(code, node, effect, f"Use `np.{name}imum`.")
        if isinstance(node, ast.If | ast.IfExp | ast.While):
            test = node.test.operand if isinstance(node.test, ast.UnaryOp) else node.test
            if isinstance(test, ast.Name) and test.id in _may_be_none(code):
                effect = f"`if {test.id}` asks for one truth value of all its numbers."
                return trap_at(code, node, effect, f"Ask whether one was given: `{test.id} is not None`.")
            asked = _held_against_none(test)
            if asked:
                effect = f"`{ast.unparse(test)}` compares every number of `{asked}` with None."
                return trap_at(code, node, effect, f"Ask whether one was given: `{asked} is not None`.")
            if isinstance(test, ast.Compare):
                effect = "`if` asks one question about the whole array; `np.where` chooses value by value."
                return trap_at(code, node, effect, "Use `np.where`, or a mask as an index.")
    return None


def _held_against_none(test: ast.expr) -> str:
    """Name what `==` or `!=` compares with None; empty for any other condition."""
    match test:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Eq() | ast.NotEq()], comparators=[ast.Constant(value=None)]):
            return name
        case ast.Compare(left=ast.Constant(value=None), ops=[ast.Eq() | ast.NotEq()], comparators=[ast.Name(id=name)]):
            return name
    return ""


def _may_be_none(code: StudentCode) -> set[str]:
    """Name the parameters whose default is None."""
    names = set()
    for function in code.functions:
        arguments = function.args
        defaults = zip(reversed((*arguments.posonlyargs, *arguments.args)), reversed(arguments.defaults), strict=False)
        keywords = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        for one, default in (*defaults, *keywords):
            if isinstance(default, ast.Constant) and default.value is None:
                names.add(one.arg)
    return names


def float_as_index(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See `/` where a size or an index is computed."""
    if not re.search(
        r"float'? ?\S* object cannot be interpreted as an integer|slice indices must be|float64' object",
        symptom.message,
    ):
        return None
    read = set().union(*(loaded(node) for node in at_error(code, symptom)))
    for node in code.nodes():
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            on_line = line_of(node) == (symptom.error.line if symptom.error else 0)
            sets = any(
                isinstance(one, ast.Assign) and line_of(one) == line_of(node) and stored(one) & read
                for one in code.nodes()
            )
            if on_line or sets:
                effect = "`/` gives a float, also where nothing is left over."
                return trap_at(code, node, effect, "Sizes and indices are whole numbers: divide with `//`.")
    return None


def not_a_function(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See a call of a layer, an array, or a shape."""
    found = re.fullmatch(r"'(?:numpy\.)?(\w+)' object is not callable", symptom.message)
    kind = found[1] if found else ""
    own = {*code.parameters, *stored(code.tree)}
    for node in at_error(code, symptom) if kind else []:
        if not isinstance(node, ast.Call) or (called(node) not in own and not called(node).endswith((".shape", ".T"))):
            continue
        name, taken = called(node), ", ".join(map(ast.unparse, node.args))
        if kind in ("ndarray", "tuple", "list"):
            a_kind = "an array" if kind == "ndarray" else f"a {kind}"
            step = "Round brackets call a function. Which ones take an element?"
            return trap_at(code, node, f"`{name}` is {a_kind}, and `{name}({taken})` calls it.", step)
        if name in code.parameters and kind[0].isupper():
            effect = f"`{name}` is an object of the class `{kind}`, and `{name}({taken})` calls it like a function."
            return trap_at(code, node, effect, "Which of its methods gives the output?")
    return None


def vector_on_last_axis(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See a bias that meets the last axis."""
    complaint = read_complaint(symptom.message)
    if complaint is None or complaint.about is not About.BROADCAST:
        return None
    shapes = [tuple(map(int, re.findall(r"\d+", shape))) for shape in complaint.values]
    vector = next((shape for shape in shapes if len(shape) == 1), None)
    other = next((shape for shape in shapes if len(shape) > 1), None)
    if vector is None or other is None or vector[0] not in other[:-1]:
        return None
    for node in at_error(code, symptom):
        if not isinstance(node, ast.BinOp | ast.AugAssign):
            continue
        operands = (node.target, node.value) if isinstance(node, ast.AugAssign) else (node.left, node.right)
        operand = operands[shapes.index(vector)]  # NumPy gives the shapes in the order of the operands
        if isinstance(operand, ast.Call) and _loses_an_axis(operand):
            effect = f"`{ast.unparse(operand)}` has lost the axis that it goes along, so it meets the last one."
            return trap_at(code, node, effect, "Is it the axis that you mean? If it is, which argument keeps it?")
        name = operand.id if isinstance(operand, ast.Name) and operand.id in code.parameters else ""
        if name:
            fitting = [axis for axis, size in enumerate(other[:-1]) if size == vector[0]]
            where = f"axis {fitting[0]}" if len(fitting) == 1 else "the axis that it belongs to"
            effect = f"the {vector[0]} values of `{name}` meet the last axis, whose size is {other[-1]}."
            step = f"NumPy lines shapes up from the right. Which shape brings `{name}` to {where}?"
            return trap_at(code, node, effect, step)
    return None


def _loses_an_axis(node: ast.Call) -> bool:
    """Tell whether a call reduces an array along an axis, and does not keep it."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    words = [word.arg for word in node.keywords]
    along = "axis" in words or len(node.args) > (1 if dotted(node.func).startswith("np.") else 0)
    return name in ("sum", "mean", "max", "min", "std", "var") and along and "keepdims" not in words


def window_without_axis(code: StudentCode, symptom: Symptom) -> Trap | None:
    """See `sliding_window_view` without `axis=`."""
    if "window_shape" not in symptom.message:
        return None
    for node in code.nodes():
        if (called(node).endswith("sliding_window_view") and isinstance(node, ast.Call)) and (
            len(node.args) < 3 and all(word.arg != "axis" for word in node.keywords)
        ):
            effect = "without `axis=` the window must have a size for every axis of the array."
            return trap_at(code, node, effect, "Along which axes does the window move? Name them with `axis=`.")
    return None
