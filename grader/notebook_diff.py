"""Where a committed notebook differs from a fresh one, cell by cell, apart from rounding in its outputs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from nbformat import NotebookNode

from grader.picture_diff import same_picture

NUMBER = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?")
DURATION = re.compile(NUMBER.pattern + r"\s?(?:ns|µs|μs|us|ms|s|min|seconds?)\b")
EMBEDDED = re.compile(r"data:image/[\w+.-]+;base64,([A-Za-z0-9+/=\s\\]+)")
MOTION = re.compile(r"motion-[0-9a-f]{16}")  # an animation is named after its frames
SPACE = re.compile(r"\s+")

TOLERANCE = 1e-5
# NumPy and PyTorch print four or eight decimals: one unit in the last of these is rounding. In 0.26 it isn't.
LONG_PRINT = 4


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs in one cell.

    Parameters
    ----------
    cell
        The cell's id; empty for a difference of the whole notebook.
    what
        A sentence without its subject: ``"line 2 is 'x = 1', and its source gives 'x = 2'."``
    """

    cell: str
    what: str


def differences(committed: NotebookNode, built: NotebookNode) -> list[Difference]:
    """List the differences between a committed notebook and the one built from its source.

    Outputs are equal if their texts are equal up to whitespace, durations and the last digits of floating-point
    numbers, and if their pictures show the same. A cell tagged ``varies`` only has to have outputs.
    """
    found = []
    for key in ("metadata", "nbformat", "nbformat_minor"):
        if committed.get(key) != built.get(key):
            found.append(Difference("", f"its {key} is {committed.get(key)}, and its source gives {built.get(key)}."))
    old, new = _by_id(committed), _by_id(built)
    for name, cell in new.items():
        if name not in old:
            found.append(Difference(name, "is missing."))
        else:
            found += [Difference(name, what) for what in cell_differences(old[name], cell)]
    found += [Difference(name, "is not in its source.") for name in old if name not in new]
    counts = Counter(cell.get("id", "") for cell in committed.cells)
    found += [Difference(name, f"occurs {count} times.") for name, count in counts.items() if count > 1]
    shared = [name for name in old if name in new]
    expected = [name for name in new if name in old]
    for name, other in zip(shared, expected, strict=True):
        if name != other:
            found.append(Difference(name, f"is where its source has {other}."))
            break
    return found


def cell_differences(committed: NotebookNode, built: NotebookNode) -> list[str]:
    """Return what differs between two cells with the same id, one sentence each."""
    if committed.cell_type != built.cell_type:
        return [f"is {committed.cell_type}, and its source gives {built.cell_type}."]
    found = []
    if committed.source != built.source:
        lines = zip_longest(committed.source.split("\n"), built.source.split("\n"))
        number, (old, new) = next((n, pair) for n, pair in enumerate(lines, 1) if pair[0] != pair[1])
        found.append(f"line {number} is {_quoted(old)}, and its source gives {_quoted(new)}.")
    keys = sorted({*committed.metadata, *built.metadata})
    for key in keys:
        old, new = committed.metadata.get(key), built.metadata.get(key)
        if old != new:
            found.append(f"metadata {key!r} {_metadata_difference(old, new)}.")
    if built.cell_type == "code":
        varies = "varies" in built.metadata.get("tags", [])
        what = _outputs_difference(committed.outputs, built.outputs, varies=varies)
        if what:
            found.append(what)
    return found


def keep_equal(committed: NotebookNode, built: NotebookNode) -> NotebookNode:
    """Return the built notebook, with the committed cell wherever the two are equal: this keeps diffs small."""
    old = _by_id(committed)
    cells = [_kept(old.get(cell.id), cell) for cell in built.cells]
    return NotebookNode({**built, "cells": cells})


def same_text(one: str, other: str) -> bool:
    """Return whether two outputs say the same.

    Examples
    --------
    >>> same_text("loss 0.12345678 after 3 steps, 12 ms", "loss  0.12345679 after 3 steps, 9.5 ms")
    True
    >>> same_text("55 parameters", "50 parameters"), same_text("0.26 M", "0.27 M")
    (False, False)
    """
    if one == other:
        return True
    one, other = _plain(one), _plain(other)  # slow on a picture's text
    if one == other:
        return True
    words, other_words = (SPACE.sub("", NUMBER.sub("#", text)) for text in (one, other))
    return words == other_words and all(map(_same_number, NUMBER.findall(one), NUMBER.findall(other)))


def _kept(committed: NotebookNode | None, built: NotebookNode) -> NotebookNode:
    if committed is None or cell_differences(committed, built):
        return built
    if built.cell_type == "code":  # the count depends on the cell's position
        committed.execution_count = built.execution_count
        for output in committed.outputs:
            if "execution_count" in output:
                output.execution_count = built.execution_count
    return committed


def _by_id(notebook: NotebookNode) -> dict[str, NotebookNode]:
    return {cell.get("id", ""): cell for cell in notebook.cells}


def _quoted(line: str | None) -> str:
    if line is None:
        return "not there"
    text = line if len(line) <= 70 else line[:67] + "..."
    return repr(text)


def _metadata_difference(old: Any, new: Any) -> str:
    if isinstance(old, dict) and isinstance(new, dict):
        keys = [key for key in sorted({*old, *new}) if old.get(key) != new.get(key)]
        return "; ".join(f"{key} is {old.get(key)!r}, and its source gives {new.get(key)!r}" for key in keys)
    return f"is {old!r}, and its source gives {new!r}"


def _outputs_difference(committed: list[NotebookNode], built: list[NotebookNode], *, varies: bool) -> str:
    if bool(committed) != bool(built):
        return "has no output, and a run gives one." if built else "has an output, and a run gives none."
    if varies:
        silent = [not _alternative(output) for outputs in (committed, built) for output in outputs if _shows(output)]
        return "has a picture that nothing describes." if any(silent) and not all(silent) else ""
    if len(committed) != len(built):
        return f"has {len(committed)} outputs, and a run gives {len(built)}."
    for old, new in zip(committed, built, strict=True):
        if old.output_type != new.output_type:
            return f"output is {old.output_type}, and a run gives {new.output_type}."
        old_parts, new_parts = _parts(old), _parts(new)
        if old_parts.keys() != new_parts.keys():
            return f"output has {', '.join(old_parts)}, and a run gives {', '.join(new_parts)}."
        for kind, text in old_parts.items():
            if kind == "image/png" and not same_picture(text, new_parts[kind]):
                return "shows another picture than a run gives."
            if not kind.startswith("image/") and not same_text(text, new_parts[kind]):
                return f"output {kind} {_line_difference(text, new_parts[kind])}"
            if not _same_embedded(text, new_parts[kind]):
                return f"output {kind} shows another picture than a run gives."
        if not same_text(_alternative(old), _alternative(new)):
            return f"describes its picture as {_quoted(_alternative(old))}, and a run as {_quoted(_alternative(new))}."
    return ""


def _same_embedded(old: str, new: str) -> bool:
    if old == new:
        return True
    pictures = [[found[1] for found in EMBEDDED.finditer(text)] for text in (old, new)]
    return len(pictures[0]) == len(pictures[1]) and all(map(same_picture, *pictures))


def _shows(output: NotebookNode) -> bool:
    """Tell whether an output is a picture."""
    return "image/png" in output.get("data", {})


def _alternative(output: NotebookNode) -> str:
    """Give what a picture shows in words; empty where it has no description."""
    return output.get("metadata", {}).get("image/png", {}).get("alt", "")


def _parts(output: NotebookNode) -> dict[str, str]:
    if output.output_type == "stream":
        return {output.name: output.text}
    if output.output_type == "error":
        return {"error": f"{output.ename}: {output.evalue}", "traceback": "\n".join(output.traceback)}
    return {kind: value if isinstance(value, str) else str(value) for kind, value in sorted(output.data.items())}


def _line_difference(old: str, new: str) -> str:
    pairs: Iterable[tuple[str | None, str | None]] = zip_longest(old.split("\n"), new.split("\n"))
    for before, after in pairs:
        if before is None or after is None or not same_text(before, after):
            return f"says {_quoted(before)}, and a run gives {_quoted(after)}."
    return "differs from what a run gives."


def _plain(text: str) -> str:
    return DURATION.sub("<duration>", MOTION.sub("<motion>", EMBEDDED.sub("<image>", text)))


def _same_number(one: str, other: str) -> bool:
    if one == other:
        return True
    if not any(mark in one + other for mark in ".eE"):
        return False  # two whole numbers
    a, b = float(one), float(other)
    noise = TOLERANCE * max(1.0, abs(a), abs(b))
    if min(_decimals(one), _decimals(other)) >= LONG_PRINT:
        noise = max(noise, 1.01 * _last_place(one), 1.01 * _last_place(other))
    return abs(a - b) <= noise


def _decimals(number: str) -> int:
    return len(re.split("[eE]", number)[0].partition(".")[2])


def _last_place(number: str) -> float:
    exponent = re.split("[eE]", number)[1:]
    return 10.0 ** (int(exponent[0] if exponent else 0) - _decimals(number))
