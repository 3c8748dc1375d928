"""A document as HTML for a notebook: the head, what to do next, the evidence, and what can be folded away."""

from __future__ import annotations

from collections.abc import Iterable

from course.checking.document import (
    Cases,
    Document,
    Grids,
    Line,
    Map,
    Name,
    Piece,
    Plain,
    Quote,
    Role,
    Score,
    Source,
    State,
    Table,
    Text,
)
from course.checking.render.pieces import asides, blocks, words
from course.checking.render.style import BLUE, CALM, EDGES, FOLDED, GREEN, LOUD, box

_PLACED = frozenset({Role.VERDICT, Role.DIAGNOSIS, Role.STEP, Role.CALL, Role.CASES, Role.FOLDED, Role.NOTE})
"""What has its own place; everything else is evidence, in the order of the report."""


def html(document: Document) -> str:
    """Give a document as HTML for a notebook: escaped, with inline styles, readable in light and dark themes.

    The panel comes right after the head, so that the eye lands on what to do next. It says the diagnosis; where there
    is none, what the verdict says; where that is only the state, the first fact.
    """
    lines = _shown(document)
    verdict = [line for line in lines if line.role is Role.VERDICT]
    said = [Line(Role.VERDICT, rest) for line in verdict if (rest := _beyond_the_state(line))]
    right = document.state is State.RIGHT
    heading = [line for line in lines if line.role is Role.DIAGNOSIS] or ([] if right else said) or _first_fact(lines)
    steps = [line for line in lines if line.role is Role.STEP]
    evidence = [] if right else [line for line in said if line not in heading]
    evidence += _not_quoted_again([line for line in lines if line.role not in _PLACED and line not in heading], heading)
    content = [
        *(_head(line, document.state) for line in verdict),
        *(_block(line, CALM) for line in said if right),
        panel((*heading, *steps)),
        *(_block(line, "margin: 0.25em 0") for line in evidence),
        *(_block(line, CALM) for line in lines if line.role is Role.NOTE),
        _folded(lines),
    ]
    return box(
        "".join(content),
        f"border-left: 4px solid rgb({EDGES[document.state]}); padding: 0.1em 0 0.1em 1em; margin: 0.5em 0; "
        "line-height: 1.5; max-width: 56em; overflow-x: auto; position: relative",
    )


def _shown(document: Document) -> list[Line]:
    """Leave out what arrays in full say better: the first difference in a separate table, and a map."""
    grids = [piece for line in document.lines for piece in line.pieces if isinstance(piece, Grids)]
    if not any(grid.results for grid in grids):
        return list(document.lines)
    repeated = Table | Map
    return [Line(line.role, tuple(p for p in line.pieces if not isinstance(p, repeated))) for line in document.lines]


def _not_quoted_again(evidence: list[Line], heading: list[Line]) -> list[Line]:
    """Name a line of code by its number where the panel quotes it."""
    quoted = {piece.number for line in heading for piece in line.pieces if isinstance(piece, Quote)}

    def named(piece: Piece) -> Piece:
        return Text(f"line {piece.number}.") if isinstance(piece, Source) and piece.number in quoted else piece

    return [Line(line.role, tuple(map(named, line.pieces))) for line in evidence]


def _beyond_the_state(line: Line) -> tuple[Piece, ...]:
    return _capitalised(tuple(piece for piece in line.pieces if not isinstance(piece, Name | Plain | Score)))


def _capitalised(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    if not pieces or not isinstance(pieces[0], Text):
        return pieces
    text = pieces[0].text.lstrip()
    return (Text(f"{text[:1].upper()}{text[1:]}"), *pieces[1:])


def _first_fact(lines: list[Line]) -> list[Line]:
    """Give the first fact with the details that belong to it."""
    start = next((i for i, line in enumerate(lines) if line.role is Role.FACT), None)
    if start is None:
        return []
    end = next((i for i in range(start + 1, len(lines)) if lines[i].role is not Role.DETAIL), len(lines))
    return lines[start:end]


def _head(line: Line, state: State) -> str:
    name = words(piece for piece in line.pieces if isinstance(piece, Name))
    score = words(piece for piece in line.pieces if isinstance(piece, Score))
    mark = f'<span aria-hidden="true" style="color: rgb({GREEN})">✓</span> ' if state is State.RIGHT else ""
    return box(
        f'{name}<span>{mark}{state}</span><span style="margin-left: auto; text-align: right">{score}</span>',
        "display: flex; flex-wrap: wrap; gap: 0.2em 1em; align-items: baseline",
    )


def panel(lines: Iterable[Line]) -> str:
    """Set lines apart from everything else, on blue: what to do next, where the eye should go first."""
    content = "".join(
        _block(line, {Role.STEP: "", Role.DETAIL: ""}.get(line.role, "" if i else LOUD)) for i, line in enumerate(lines)
    )
    return content and box(
        content,
        f"margin: 0.5em 0; padding: 0.55em 0.8em; background: rgba({BLUE}, 0.14); border-radius: 4px; "
        "line-height: 1.5; max-width: 56em",
    )


def _block(line: Line, style: str = "") -> str:
    """Set a line: its sentence, then what belongs below it, then the small print."""
    sentence, more = words(line.pieces), asides(line.pieces)
    return "".join(
        (
            sentence and box(sentence, style),
            blocks(line.pieces),
            more and box(more, f"{CALM}; margin-top: 0.2em"),
        )
    )


def _folded(lines: Iterable[Line]) -> str:
    """Fold away the call, the cases and the rest that is seldom read; the call is seen all the same."""
    lines = list(lines)
    call = " ".join(words(line.pieces) for line in lines if line.role is Role.CALL)
    rest = "".join(_block(line) for line in lines if line.role in (Role.CASES, Role.FOLDED))
    if not rest:
        return call and box(call, f"{CALM}; {FOLDED}")
    cases = any(isinstance(piece, Cases) for line in lines for piece in line.pieces)
    summary = " · ".join(filter(None, (call, "which cases" if call else "Which cases" if cases else "Seed")))
    opening = f'<summary style="display: list-item; cursor: pointer; opacity: 0.75">{summary}</summary>'
    return f'<details style="{FOLDED}">{opening}{box(rest, "padding: 0.2em 0 0 1.1em")}</details>'
