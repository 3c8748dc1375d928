"""A student's feedback on a chapter: a scorecard, a report and the code for each exercise, the rest folded away."""

from __future__ import annotations

import re
from html import escape

from nbformat import NotebookNode

from grader.cell_roles import nbgrader_metadata, role
from grader.pages.allowed import allowed
from grader.pages.booked import Booked
from grader.pages.code import code, plain
from grader.pages.graded import Answer, Graded
from grader.pages.markdown import markdown
from grader.pages.outputs import output
from grader.pages.shell import page
from grader.questions import STUB
from grader.submission import says_unreadable
from grader.visible import visible

_STATES = {
    "right": ("right", "●", "right"),
    "partly": ("partly", "◐", "partly right"),
    "tried": ("tried", "◯", "not yet"),
    "blank": ("blank", "–", "not begun"),
    "hand": ("blank", "✎", "graded by hand"),
}
PROBLEMS = 4
"""At most this many sentences about a submission are at the top of its page; the others are folded away."""
_STYLE = """\
.total { font-size: 1.6rem; font-weight: 700; margin: 0.6rem 0 0.3rem; }
.score { background: var(--soft); border-radius: 6px; padding: 0.7rem 1rem 0.8rem; margin: 0.8rem 0 1rem; }
.score table { font-size: 0.95rem; }
.mark { width: 1.6em; }
.comment { border-left: 3px solid var(--blue); padding: 0.1rem 0 0.1rem 0.8rem; white-space: pre-line; }
.prose { background: var(--soft); border-radius: 4px; padding: 0.5rem 0.8rem; white-space: pre-wrap; }
section.exercise { border-top: 1px solid var(--line); padding: 0.35rem 0; }
section.exercise summary { color: inherit; }
section.exercise:target { outline: 2px solid var(--blue); outline-offset: 4px; }
section.lesson { border-left: 2px solid var(--line); padding-left: 1rem; }
"""


def student_page(graded: Graded, booked: Booked | None = None, student: str = "") -> str:
    """Lay out one student's feedback as a separate page.

    Parameters
    ----------
    graded
        The graded notebook.
    booked
        What the gradebook has of it. Its scores count, because somebody may have changed them.
    student
        Whose it is, in words; by default the id.
    """
    booked, student = booked or Booked(), student or graded.student
    header = f'<header><h1>{plain(graded.title)}</h1><p class="calm">{plain(student)}</p></header>'
    if says_unreadable(graded.problems) and not any(booked.scores.values()):
        # each exercise would say that there is no function of its name
        said = f'<p class="total">Not graded</p>{_problems(graded.problems)}{_comments_on_no_answer(graded, booked)}'
        parts = [header, f'<section class="score" aria-label="Score">{said}</section>']
    else:
        parts = [
            header,
            _scorecard(graded, booked),
            *(_exercise(answer, booked) for answer in graded.answers),
            _rest(graded),
        ]
    return page(f"{student}: {graded.title}", "\n".join(filter(None, parts)), _STYLE)


def points(number: float) -> str:
    """Write points without the digits that a computer's sums leave behind.

    Examples
    --------
    >>> points(17.380000000000003), points(4.0)
    ('17.38', '4')
    """
    return f"{round(number, 2):g}"


def kind(answer: Answer) -> str:
    """Say how far an answer came: ``"right"``, ``"partly"``, ``"tried"``, ``"blank"``, or ``"hand"``."""
    if answer.result is None:
        return "blank" if answer.prose and answer.source.strip() == STUB else "hand"
    found = answer.result.kind
    if found in ("right", "not begun"):
        return "right" if found == "right" else "blank"
    return "partly" if answer.earned else "tried"


def _score(answer: Answer, booked: Booked) -> float | None:
    """Give an answer's points: from the gradebook, else from the notebook; None where a person has to grade it."""
    key = answer.cells[0]
    if key in booked.scores:
        return booked.scores[key]
    return answer.earned if answer.result else None


def _scorecard(graded: Graded, booked: Booked) -> str:
    scores = [_score(answer, booked) for answer in graded.answers]
    earned, possible = sum(score or 0.0 for score in scores), sum(answer.possible for answer in graded.answers)
    total = max(earned - booked.penalty, 0.0)
    said = f'<p class="total">{points(total)} of {points(possible)} points</p>'
    if booked.penalty:
        said += f"<p>{points(earned)} for the answers, less {points(booked.penalty)} for handing in late.</p>"
    if None in scores:
        said += "<p>Some answers are still to be graded by hand; they count nothing so far.</p>"
    said += _problems(graded.problems) + _comments_on_no_answer(graded, booked)
    rows = "".join(_row(answer, score, booked) for answer, score in zip(graded.answers, scores, strict=True))
    head = (
        '<tr class="calm"><td class="mark"></td><th scope="col">exercise</th><th scope="col"></th>'
        '<th scope="col" class="number">points</th></tr>'
    )
    return f'<section class="score" aria-label="Score">{said}<table class="rows">{head}{rows}</table></section>'


def _comments_on_no_answer(graded: Graded, booked: Booked) -> str:
    return "".join(
        f'<p class="comment"><strong>{plain(cell)}</strong>: {plain(text)}</p>'
        for cell, text in booked.comments.items()
        if not any(cell in answer.cells for answer in graded.answers)
    )


def _row(answer: Answer, score: float | None, booked: Booked) -> str:
    css, mark, words = _STATES[kind(answer)]
    changed = answer.result is not None and score is not None and abs(score - answer.earned) > 1e-9
    told = f"{words}, changed by hand" if changed else words
    if score is None:
        told = "not graded yet"
    shown = "open" if score is None else points(score)
    comment = ' · <span class="calm">with a comment</span>' if _comments(answer, booked) else ""
    return (
        f'<tr><td class="mark {css}" aria-hidden="true">{mark}</td>'
        f'<th scope="row"><a href="#{_place(answer)}"><code>{plain(answer.name)}</code></a></th>'
        f'<td>{told}{comment}</td><td class="number">{shown} of {points(answer.possible)}</td></tr>'
    )


def _comments(answer: Answer, booked: Booked) -> list[str]:
    return [booked.comments[cell] for cell in dict.fromkeys(answer.cells) if cell in booked.comments]


def _place(answer: Answer) -> str:
    return "exercise-" + re.sub(r"[^\w-]", "-", answer.name)


def _exercise(answer: Answer, booked: Booked) -> str:
    """Lay out an exercise: open where there is something to do, folded where it is right or was not begun."""
    found, place = kind(answer), _place(answer)
    css, mark, words = _STATES[found]
    comments = "".join(
        f'<p class="comment"><strong>Comment</strong>: {plain(text)}</p>' for text in _comments(answer, booked)
    )
    name = f"<code>{plain(answer.name)}</code>"
    if found in ("right", "blank"):
        said = f'<strong>{name}</strong> <span class="{css}" aria-hidden="true">{mark}</span> {words}'
        body = f"{_report(answer)}{_code(answer)}" if answer.result else _by_hand(answer)
        folded = f"<details><summary>{said}</summary>{body}</details>"
        return f'<section class="exercise" id="{place}">{folded}{comments}</section>'
    if found == "hand":
        body = f"<p><strong>{name}</strong></p>{_by_hand(answer)}{comments}"
    else:
        body = f"{_report(answer)}{comments}{_code(answer)}"
    return f'<section class="exercise" id="{place}"><h2 class="hidden">{plain(answer.name)}</h2>{body}</section>'


def _by_hand(answer: Answer) -> str:
    """Show a question, which is the lesson's, and what was answered, as the text that it is."""
    asked = f"<section>{markdown(answer.asked)}</section>" if answer.asked else ""
    return asked + (f'<div class="prose">{plain(answer.source)}</div>' if answer.prose else code(answer.source))


def _report(answer: Answer) -> str:
    """Take the report as grading laid it out, if it has only formatting; else its text."""
    if answer.report and allowed(answer.report):
        return "\n".join("\t".join(map(visible, line.split("\t"))) for line in answer.report.split("\n"))
    return f"<pre>{plain(answer.text or 'There is no report.')}</pre>"


def _code(answer: Answer) -> str:
    """Show the code that was graded, with the numbers of lines that the report quotes."""
    if not answer.source.strip():
        return ""
    said = "Another cell defines this name; it was graded." if answer.later else "Your code"
    return f'<p class="calm">{said}</p>{code(answer.source)}'


def _problems(problems: tuple[str, ...]) -> str:
    """Say what was wrong with a submission; what would fill the screen is folded away."""
    told = [f"<p>{_backticks(problem)}</p>" for problem in problems]
    more = told[PROBLEMS:]
    folded = f"<details><summary>{len(more)} more about this submission</summary>{''.join(more)}</details>"
    return "".join(told[:PROBLEMS]) + (folded if more else "")


def _backticks(sentence: str) -> str:
    parts = plain(sentence).split("`")
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))


def _rest(graded: Graded) -> str:
    """Fold away everything else: the lesson, and the student's own cells with what they showed."""
    extra = [cell for cell in graded.cells if role(cell) == "extra"]
    lesson = "\n".join(filter(None, map(_lesson_cell, graded.cells)))
    own = "\n".join(code(cell.source) + _outputs(cell) for cell in extra)
    number = f"{len(extra)} cell{'s' * (len(extra) != 1)} that you added"
    folded = f"<details><summary>{number}, with what they showed</summary>{own}</details>" if extra else ""
    return (
        f"{folded}<details><summary>The lesson, with your answers and what the cells showed</summary>"
        f'<section class="lesson">{lesson}</section></details>'
    )


def _lesson_cell(cell: NotebookNode) -> str:
    found = role(cell)
    if found in ("extra", "check", "note"):
        return ""
    if cell.cell_type == "markdown" and found != "solution":
        return markdown(cell.source)
    if found in ("solution", "restored"):
        name = str(nbgrader_metadata(cell).get("grade_id", ""))
        return f"<p>Your answer: <code>{escape(visible(name))}</code></p>{_outputs(cell)}"
    return f"<pre>{plain(cell.source)}</pre>{_outputs(cell)}" if cell.cell_type == "code" else ""


def _outputs(cell: NotebookNode) -> str:
    return "".join(map(output, cell.get("outputs", ())))
