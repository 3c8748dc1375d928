"""What to say after the verdict about what does not count: calls that the lesson does not ask for, and habits."""

from __future__ import annotations

from course.checking.comparison import WrongShape
from course.checking.document import Line, Role, Sentence, marked, say
from course.checking.findings import NotRun, Returned, StoppedByError
from course.checking.result import CaseResult, CheckResult
from course.checking.words.phrases import LONGEST_NAME, a, oracle_name, shorten

_NOT_THERE = {
    "torch": "which is not available there. Write it with NumPy.",
    "import": "which is not available there: the cell would stop at it. Leave it out.",
    "course": "which is the course's and not available there. Write it yourself.",
    "demonstration": "which only a demonstration cell defines; such cells are not run there. Define it in your cell.",
}


def tell_refused(result: CheckResult) -> tuple[Line, ...]:
    """Warn of anything a right answer uses that is not available where answers are graded."""
    return tuple(
        Line(
            Role.DIAGNOSIS,
            say(
                "In class this would be 0 points: line {} {} `{}`, {}",
                one.line,
                "is" if one.kind == "import" else "uses",
                one.name,
                _NOT_THERE[one.kind],
            ),
        )
        for one in result.refused
    )


def tell_remarks(result: CheckResult) -> tuple[Line, ...]:
    """Tell about each case that does not count and is not right, a line each.

    Parameters
    ----------
    result
        What the check found in all.
    """
    wrong = [case for case in result.cases if case.remark and not case.passed and not isinstance(case.finding, NotRun)]
    sentences = [_not_accepted(result, case) for case in wrong if not case.lacking]
    for name in dict.fromkeys(case.lacking for case in wrong if case.lacking):
        sentences.append(say("your {} does not take `{}`. This doesn't count.", result.asked.kind, name))
    if any(isinstance(case.finding, Returned) and case.finding.is_list for case in result.counted):
        sentences.append(
            marked("your function returns a list; a list is not an array: `np.array(...)` lets others compute with it.")
        )
    returned = (case.finding for case in result.counted if isinstance(case.finding, Returned))
    narrow = next((finding.narrow for finding in returned if finding.narrow), "")
    if narrow:
        told = "your result is {}, which has only 3 digits; here they are enough. This doesn't count."
        sentences.append(say(told, narrow))
    return tuple(Line(Role.NOTE, (*say("Remark: "), *sentence)) for sentence in sentences)


def _not_accepted(result: CheckResult, case: CaseResult) -> Sentence:
    oracle = oracle_name(result)
    size = f" {case.sizes[0]}" if case.sizes else ""
    opening = f"{oracle[0].upper()}{oracle[1:]} also accepts {case.name}{size}"
    return say("{}; {} This doesn't count.", opening, _yours(case))


def _yours(case: CaseResult) -> str:
    match case.finding:
        case StoppedByError(error=error) if error is not None:
            at = f" at line {error.line}" if error.line else ""
            return f"yours raises {shorten(error.type_name, LONGEST_NAME)}{at}."
        case Returned(comparison=comparison) if comparison.wrong:
            found = comparison.wrong[0].found
            if isinstance(found, WrongShape):
                return f"yours has the shape {found.yours}, but should have {found.wanted}."
            return "yours gives something else."
        case Returned(changed=changed):
            return f"yours changes `{changed[0]}`."
        case _:
            return f"yours ends as {a(case.outcome)}."
