"""Objects that lie or raise wherever they are asked, written as a student's cells, at random but by a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

ERRORS = (
    "SystemExit(3)",
    "KeyboardInterrupt()",
    "GeneratorExit()",
    "MemoryError()",
    "RecursionError()",
    "StopIteration(1)",
    "ValueError('no')",
    "AttributeError('no')",
    "NotImplementedError('later')",
    r"TypeError('half \ud800 \x1b[2J \x00')",
    "BaseException('all')",
    "Mute()",
    "Loud()",
    "Traceless()",
    "Endless()",
    "Interrupts()",
    "ExceptionGroup('many', [ValueError(1)])",
)
VALUES = (
    "None",
    "0",
    "3.5",
    "True",
    "10**400",
    "-(10**400)",
    "'text'",
    r"'\ud800'",
    "...",
    "()",
    "[[], [[]]]",
    "{'a': [1, ...]}",
    "{1: 2}",
    "np.array([None, 1])",
    "np.array(['a'])",
    "np.float32(1.5)",
    "Number(3)",
    "Words('w')",
    "Fraction32(2.5)",
    "np.broadcast_to(0.0, (10**9,))",
    "np.random.default_rng(1)",
    "[[0] * 200] * 200",
    "deep(100)",
    "cycle()",
    "object()",
    "len",
    "Liar",
    "Liar()",
    "[Liar()]",
    "{'a': Liar()}",
    "{Key(): 1}",
    "np.array([Liar(), 1], dtype=object)",
    "iter([1])",
    "NotImplemented",
    "Ellipsis",
    "type('', (), {})()",
)
OF_X = (
    "x",
    "[x, x]",
    "(x, None)",
    "x.view(Agrees)",
    "np.ma.masked_array(x, x > 1)",
    "[{'a': x}]",
    "x * 2 + 1",
)
HOOKS = (
    "__signature__",
    "__name__",
    "__qualname__",
    "__wrapped__",
    "__code__",
    "__class__",
    "__dict__",
    "__globals__",
    "__func__",
    "__self__",
    "__text_signature__",
    "__doc__",
    "__module__",
    "__array_interface__",
    "__array_struct__",
    "__array_priority__",
    "shape",
    "dtype",
    "ndim",
)
METHODS = (
    "__repr__",
    "__str__",
    "__eq__",
    "__hash__",
    "__bool__",
    "__len__",
    "__iter__",
    "__getattr__",
    "__getattribute__",
    "__setattr__",
    "__array__",
    "__array_ufunc__",
    "__array_function__",
    "__float__",
    "__int__",
    "__index__",
    "__format__",
    "__copy__",
    "__deepcopy__",
    "__reduce_ex__",
    "__dir__",
    "__del__",
    "__get__",
    "__instancecheck__",
    "__subclasscheck__",
    "__subclasshook__",
)
DEEDS = (
    "x *= 2",
    "x.resize(1, x.size, refcheck=False)",
    "extra['w'][:] = 0",
    "extra[Key()] = 1",
    "extra['w'] = Liar()",
    "extra.clear()",
    "kept.append(x)",
    "sys.setrecursionlimit(120)",
    "sys.setprofile(lambda *a: None)",
    "garbage = Liar()",
    "np.seterr(all='raise')",
    "print('noise', file=sys.stderr)",
    "pass",
)
HELPERS = r"""
import functools, inspect, sys
import numpy as np
kept = []
class Agrees(np.ndarray):
    def __eq__(self, other): return True
    def __array_finalize__(self, other): pass
    def __array_ufunc__(self, *a, **k): return True
class Number(int):
    def __index__(self): raise SystemExit
    __pos__ = __int__ = __str__ = __repr__ = __index__
class Words(str):
    def __str__(self): raise SystemExit
    __len__ = __iter__ = __hash__ = __str__
    def __eq__(self, other): raise SystemExit
class Fraction32(np.float64):
    def __array__(self, *a, **k): raise SystemExit
    __float__ = __array__
class Mute(Exception):
    def __str__(self): raise SystemExit
class Loud(Exception):
    def __str__(self): return Words("loud")
class Traceless(Exception):
    __traceback__ = property(lambda self: throw(SystemExit))
class Endless(NotImplementedError):
    __context__ = __cause__ = __traceback__ = property(lambda self: self)
class Interrupts(KeyboardInterrupt):
    __context__ = 5
    __traceback__ = property(lambda self: throw(SystemExit))
class Key:
    def __hash__(self): return hash("w")
    def __eq__(self, other): raise SystemExit
def deep(n):
    found = 1
    for _ in range(n): found = [found]
    return found
def cycle():
    found = []
    found.append(found)
    return found
def throw(error): raise error
"""


@dataclass(frozen=True)
class Hostile:
    """A student's cell that defines `hostile`, and a few names that it uses.

    Parameters
    ----------
    source
        The cell, after `HELPERS`.
    slow
        Whether a loop in it has to be stopped.
    """

    source: str
    slow: bool


def draw(seed: int, *, may_loop: bool = False) -> Hostile:
    """Draw one hostile answer: the same for the same seed."""
    rng = random.Random(seed)
    loops = may_loop and rng.random() < 0.5
    liar = _class(rng, "Liar", rng.randint(1, 4), "while True: pass" if loops else "")
    body = [f"    {deed}" for deed in rng.sample(DEEDS, rng.randint(0, 2))]
    end = f"return {rng.choice(OF_X)}" if rng.random() < 0.4 else _act(rng)
    if loops and rng.random() < 0.5:
        end = "while True:\n        try: deep(10)\n        except Exception: pass"
    lines = [liar, "def inner(x, extra=None):", *body, f"    {end}"]
    lines += _wrap(rng)
    return Hostile("\n".join(lines), loops)


def _act(rng: random.Random) -> str:
    return f"return {rng.choice(VALUES)}" if rng.random() < 0.4 else f"raise {rng.choice(ERRORS)}"


def _class(rng: random.Random, name: str, hooks: int, loop: str, first: str = "") -> str:
    """Write a class some of whose properties and methods lie or raise, at times by its metaclass."""
    meta = rng.random() < 0.25
    lines = [f"class {name}Meta(type):" if meta else f"class {name}:"]
    lines += [f"    {first}"] if first and not meta else []
    for hook in rng.sample(HOOKS + METHODS, hooks):
        act = loop if loop and rng.random() < 0.5 else _act(rng)
        if hook in HOOKS:
            lines += ["    @property", f"    def {hook}(self): {act}"]
        else:
            lines += [f"    def {hook}(self, *args, **kwargs): {act}"]
    lines += ["    pass"]
    if meta:
        lines += [f"class {name}(metaclass={name}Meta):"]
        lines += [f"    {first}" if first else "    pass"]
    return "\n".join(lines)


def _wrap(rng: random.Random) -> list[str]:
    """Turn `inner` into `hostile`: itself, or an object or class that calls it."""
    kind = rng.choice(("function", "attributes", "instance", "class", "partial", "signature", "meta"))
    if kind == "function":
        return ["hostile = inner"]
    if kind == "attributes":
        names = rng.sample(("__signature__", "__wrapped__", "__name__", "__qualname__", "__doc__", "__module__"), 2)
        values = [
            rng.choice(("'name'", "Words('n')", "Liar", "inner", "None", "inspect.Signature()", "3")) for _ in names
        ]
        puts = [f"try: hostile.{n} = {v}\nexcept TypeError: pass" for n, v in zip(names, values, strict=True)]
        return ["hostile = inner", *puts]
    if kind == "partial":
        return [f"hostile = functools.partial(inner, {rng.choice(('', 'extra=Liar', 'extra={}'))})"]
    if kind == "signature":
        bad = rng.choice(("bind", "parameters", "__str__"))
        return [
            "class Strange(inspect.Signature):",
            f"    def {bad}(self, *args, **kwargs): {_act(rng)}",
            "hostile = inner",
            "hostile.__signature__ = Strange()",
        ]
    calls = "__call__ = lambda self, x, extra=None: inner(x, extra)"
    if kind == "class":
        calls = "__new__ = lambda cls, x, extra=None: inner(x, extra)"
    if kind == "meta":
        odd = _class(rng, "OddMeta", rng.randint(1, 2), "", "__call__ = lambda cls, x, extra=None: inner(x, extra)")
        return [odd.replace("class OddMeta:", "class OddMeta(type):"), "hostile = OddMeta('Odd', (), {})"]
    text = _class(rng, "Odd", rng.randint(1, 3), "", calls)
    return [text, "hostile = Odd" if kind == "class" else "hostile = Odd()"]
