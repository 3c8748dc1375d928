"""The functions and classes of a student's own that an answer uses."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from course.checking.locating.code import LONGEST, Code
from course.checking.locating.own_source import Source

MOST_HELPERS = 8
"""At most this many functions that an answer calls are searched, too."""


def helpers_of(code: Code, source_of: Source) -> list[Code]:
    """Find the functions and classes of the student's own that the code uses, and those that these use; bases first."""
    found: dict[str, Code] = {}
    waiting = [code]
    while waiting and len(found) < MOST_HELPERS:
        for node in ast.walk(waiting.pop(0).tree):
            name = node.id if isinstance(node, ast.Name) else ""
            if not name or name in found or name == code.name or len(found) == MOST_HELPERS:
                continue
            text = source_of(name)
            if text and len(text) < LONGEST and Code(text).name == name:
                found[name] = Code(text)
                waiting.append(found[name])
    return _bases_first(found)


def _bases_first(found: Mapping[str, Code]) -> list[Code]:
    """Put each class behind those that it is made from; the others stay in their order."""
    ordered: dict[str, Code] = {}

    def add(name: str, depth: int = 0) -> None:
        for node in found[name].tree.body:
            for base in node.bases if isinstance(node, ast.ClassDef) else ():
                if isinstance(base, ast.Name) and base.id in found and depth < len(found):
                    add(base.id, depth + 1)
        ordered.setdefault(name, found[name])

    for name in found:
        add(name)
    return list(ordered.values())
