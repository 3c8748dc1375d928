"""Exercises read from a closed book: what a student sees of them, with numbers instead of their solutions."""

from __future__ import annotations

import json
import linecache
import sys
from collections.abc import Callable
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from course.checking import oracles
from course.checking.digest import digest_of_arguments
from course.checking.oracles import Oracle
from course.checking.spec import Arguments, Case, Exercise, Mistake, Trace
from course.checking.withheld import RECORDED_SEED, Known, Withheld
from course.closed_book import DATA, DECLARED
from course.closed_book.numbers import read_known
from course.errors import CourseError

WITHHELD = "withheld"
"""In place of a wrong value."""


class UnreadableBook(CourseError, ValueError):
    """A closed book whose exercises can't be read."""


def read_book(folder: Path = DATA) -> dict[str, dict[str, Exercise]]:
    """Read all chapters of a closed book: the folder of each, and its exercises by name.

    Raises
    ------
    UnreadableBook
        If the book is missing or damaged.
    """
    path = folder / DECLARED
    try:
        book = json.loads(path.read_text("utf-8"))
        chapters: dict[str, dict[str, Exercise]] = {}
        for told in book["exercises"]:
            chapters.setdefault(told["chapter"], {})[told["name"]] = _exercise(told, folder, book["decides"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ImportError, SyntaxError) as error:
        raise UnreadableBook(f"The exercises in {path} can't be read; install the course again.") from error
    return chapters


def _exercise(told: dict[str, Any], folder: Path, decides: str) -> Exercise:
    name, chapter = told["name"], told["chapter"]
    read = partial(_read, folder / f"{chapter}.npz", name)
    handed_out = defined(told["stub"], name) if told["stub"] else WITHHELD
    reads = told["reads"] if told["reads"] is None else frozenset(told["reads"])
    return Exercise(
        name=name,
        points=told["points"],
        solution=handed_out,
        oracle=_oracle(told["oracle"]),
        cases=named(told["cases"]) if isinstance(told["cases"], str) else _cases(told["cases"], read),
        mistakes=_mistakes(told, handed_out),
        hints=tuple(told["hints"]),
        returns=tuple(told["returns"]),
        use=_use(told["use"]),
        repair=told["repair"],
        trace=_trace(told["traces"], read),
        seconds=told["seconds"],
        withheld=Withheld(read, told["digest"], reads, tuple(told["constants"]), decides),
    )


@cache
def _read(path: Path, name: str) -> Known:
    return read_known(path, name)


def defined(source: str, name: str) -> Any:
    r"""Define what a notebook hands out.

    Parameters
    ----------
    source
        Of a function or a class.
    name
        Its name.

    Examples
    --------
    >>> defined("def double(x):\n    raise NotImplementedError", "double").__name__
    'double'
    """
    file = f"<{name}, as handed out>"
    module = ModuleType(f"{__package__}.{name}")
    vars(module).update({"np": np, "__file__": file})
    # so that the source is found, of a class through its module
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    sys.modules[module.__name__] = module
    exec(compile(source + "\n", file, "exec"), vars(module))  # noqa: S102 - from the installed course itself
    return vars(module)[name]


def named(where: str) -> Any:
    """Find what is named by its module and its own name.

    Examples
    --------
    >>> named("math:floor")(2.5)
    2
    """
    module, _, name = where.partition(":")
    return getattr(import_module(module), name)


def _use(told: str | list[Any] | None) -> Any:
    """Give what a case does with a student's work; None for what it does by default."""
    if isinstance(told, list):
        where, *arguments = told
        return partial(named(where), *arguments)
    return told and named(told)


def _oracle(told: list[str] | None) -> Oracle | None:
    """Give who decided. It is not asked again, so how to ask it is left out."""
    if told is None:
        return None
    kind, name = told
    nothing: dict[str, Any] = {"wrt": ()} if kind == "TorchGradient" else {}
    if kind in ("TorchGradient", "TorchModule"):
        nothing["arrange"] = None
    return getattr(oracles, kind)(name, **nothing)


def _cases(told: list[dict[str, Any]], read: Callable[[], Known]) -> tuple[Case, ...]:
    return tuple(Case(draw=partial(_drawn, read, index), **one) for index, one in enumerate(told))


def _drawn(read: Callable[[], Known], index: int, rng: np.random.Generator) -> dict[str, Any]:
    """Give the arguments that were drawn from this generator's seed."""
    seeds: Any = rng.bit_generator.seed_seq
    seed, *_ = seeds.entropy
    arguments = read().arguments
    return dict(arguments[(seed if (seed, index) in arguments else RECORDED_SEED, index)])


def _mistakes(told: dict[str, Any], handed_out: Any) -> tuple[Mistake, ...]:
    bodies = [handed_out if told["repair"] else None, *[None] * len(told["mistakes"])]
    return tuple(
        Mistake(
            one["slug"],
            body=body if one["combines"] or told["repair"] else WITHHELD,
            gives=one["gives"],
            advice=one["advice"],
            unwritten=one["unwritten"],
        )
        for body, one in zip(bodies, told["mistakes"], strict=False)
    )


def _trace(parts: list[str], read: Callable[[], Known]) -> dict[str, Trace] | None:
    return {part: partial(_worked_out, read, part) for part in parts} or None


def _worked_out(read: Callable[[], Known], part: str, arguments: Arguments, index: tuple[int, ...]) -> str:
    """Say how a value is computed, as it was recorded."""
    return read().traces.get((digest_of_arguments(arguments), part, index), "")
