"""Which code may be run again and again: it is fast, has its source, and only computes."""

from __future__ import annotations

import ast

from course.checking.comparison import WrongShape
from course.checking.findings import Outcome
from course.checking.locating.code import Code
from course.checking.result import CaseResult, CheckResult

SLOWEST = 0.02
"""Seconds of one call, beyond which a function is too slow for hundreds of calls."""
SLOWEST_OF_LARGEST = 0.2
"""Seconds of the call of the largest case: it is tried last, and only with changes that make smaller cases right."""
_MODULES = frozenset({"np", "numpy", "math", "itertools", "functools", "collections", "typing", "__future__"})
_TOUCHES = frozenset(
    {
        "print", "open", "input", "exec", "eval", "compile", "globals", "locals", "vars", "breakpoint", "help",
        "display", "seed", "RandomState", "save", "savez", "savetxt", "load", "loadtxt",
        "tofile", "fromfile", "memmap", "genfromtxt", "time", "sleep", "perf_counter", "check", "hint", "get_ipython",
    }
)  # fmt: skip
_WITHIN_REACH = frozenset(
    {
        Outcome.RIGHT,
        Outcome.RAISED,
        Outcome.WRONG_TYPE,
        Outcome.WRONG_COUNT,
        Outcome.WRONG_SHAPE,
        Outcome.WRONG_KIND,
        Outcome.WRONG_VALUES,
        Outcome.CHANGED_ARGUMENTS,
    }
)
_TOO_LONG = frozenset({Outcome.TOO_SLOW, Outcome.NOT_RUN})


def worth_a_search(result: CheckResult) -> bool:
    """Tell whether a line may be looked for: no name explains everything, and a failing call ended, fast.

    Where axes are lost and a trap is found, it says which line loses them; another line would lead away. The
    same holds where a trap is reported before anything else.
    """
    return (
        not result.passed
        and not result.settled
        and not (result.trap and (result.trap.first or loses_axes(result)))
        and result.asked.kind != "value"
        and bool(result.cases)
        and all(case.outcome in _WITHIN_REACH or case.outcome in _TOO_LONG for case in result.counted)
        and any(not case.passed for case in tried_again(result))
    )


def tried_again(result: CheckResult) -> tuple[CaseResult, ...]:
    """Give the cases that can be run again and again: what is too slow for that is left out."""
    return tuple(
        case for case in result.counted if case.outcome in _WITHIN_REACH and case.seconds <= slowest(result, case)
    )


def slowest(result: CheckResult, case: CaseResult) -> float:
    """Give the seconds beyond which a case is too slow to be run again and again."""
    largest = max(result.counted, key=lambda case: case.size)
    return SLOWEST_OF_LARGEST if case is largest else SLOWEST


def loses_axes(result: CheckResult) -> bool:
    """Tell whether the first wrong result of the leading case has fewer axes than wanted."""
    wrong = result.lead.comparison.wrong if result.lead and result.lead.comparison else ()
    found = wrong[0].found if wrong else None
    return isinstance(found, WrongShape) and len(found.yours) < len(found.wanted)


def only_computes(code: Code, may_draw: bool = False) -> bool:
    r"""Tell whether code neither prints, nor touches files, nor draws its own random numbers.

    Parameters
    ----------
    code
        The code.
    may_draw
        Whether it may draw random numbers, as a layer's `__init__` may for its first weights.

    Examples
    --------
    >>> only_computes(Code("def f(x):\n    return 2 * x"))
    True
    >>> only_computes(Code("def f(x):\n    print(x)"))
    False
    >>> [only_computes(Code(f"def f(rng):\n    return np.random.default_rng({seed})")) for seed in ("rng", "")]
    [True, False]
    """
    given: set[ast.expr] = set()
    first_weights = {part for one in code.functions if one.name == "__init__" for part in ast.walk(one)}
    for node in ast.walk(code.tree):
        draws = may_draw or node in first_weights
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _TOUCHES:
                return False
            case ast.Call(func=ast.Name(id="default_rng")) if not draws:
                return False
            case ast.Call(func=ast.Attribute(value=module, attr="default_rng"), args=[ast.Name()]):
                given.add(module)  # what a caller hands over
            case ast.Attribute(value=ast.Name(id="np" | "numpy"), attr="random") if node not in given and not draws:
                return False
            case ast.Global() | ast.Nonlocal() | ast.AsyncFunctionDef() | ast.Await():
                return False
            case ast.Import(names=names) if any(alias.name.partition(".")[0] not in _MODULES for alias in names):
                return False
            case ast.ImportFrom(module=module) if (module or "").partition(".")[0] not in _MODULES:
                return False
    return True
