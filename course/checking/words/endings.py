"""What to say about a call that did not return, and what to do next."""

from __future__ import annotations

import re

from course.calling.endings import Raised
from course.checking.complaints import About, Cause, Complaint
from course.checking.document import Line, Role, Sentence, Source, Text, marked, say
from course.checking.findings import (
    Finding,
    Interrupted,
    Lost,
    NotAttempted,
    NotCallable,
    NotDefined,
    NotRecorded,
    NotRun,
    OurError,
    Returned,
    StoppedByError,
    TooSlow,
    UnknownExercise,
    WrongSignature,
)
from course.checking.result import CaseResult, CheckResult
from course.checking.words.phrases import LONGEST_NAME, LONGEST_SOURCE, Told, a, count, credit, fact, shorten, subject
from course.checking.words.shapes import product_in, values_of

LONGEST_MESSAGE, LONGEST_SIGNATURE = 200, 100

_COMPLAINTS = {
    About.MATMUL_SIZES: "matmul: the inner sizes {1} and {0} differ.",
    About.DOT_SIZES: "Shapes {:v} and {:v}: the inner sizes {} and {} differ.",
    About.MATMUL_OF_A_NUMBER: "matmul: a single number can't take part in a matrix product. Multiply it with *.",
    About.BROADCAST: "Shapes {:v} and {:v} do not fit together element by element.",
    About.EINSUM_SIZES: "einsum: one letter has two sizes, in the shapes {:v} and {:v}.",
    About.EINSUM_FEW_AXES: "einsum: operand {}, counted from 0, has fewer axes than letters.",
    About.EINSUM_MANY_AXES: "einsum: an operand has more axes than letters.",
    About.EINSUM_OUTPUT: "einsum: the letter `{}` of the output is in no input.",
    About.MASK_COUNTS: "The mask picks {1} places, and {0} values are put there.",
    About.MASK_AXES: "A mask picks single values; what is put there is a whole array with {} axes.",
    About.ASSIGNED_SHAPE: "An array of shape {:v} does not fit into a place of shape {:v}.",
    About.MASKED_SHAPE: "The values do not fit into the places they are assigned to.",
    About.RESHAPE: "{} values can't be laid out as {:v}.",
    About.TRUTH_VALUE: "An array of several values has no single truth value.",
    About.OPERAND_IS_NONE: "One side of `{}` is None.",
    About.INDICES_PAIRED: (
        "Several index arrays in one pair of brackets are taken together, element by element; "
        "the shapes {} and {} do not fit."
    ),
    About.INDEX_BEYOND_AXIS: "Index {} is beyond the end of axis {}, whose size is {}.",
    About.TOO_MANY_INDICES: "Too many indices: {1}, for an array with {0} axes.",
    About.NO_SUCH_AXIS: "There is no axis {}: axes are counted from 0, and the array has {}.",
    About.INDEX_NOT_WHOLE: "Indices must be whole numbers; these are not.",
    About.ARRAY_AS_INDEX: "An array is used where a single whole number is needed.",
    About.ARRAY_AS_NUMBER: "An array is used where a single number is needed.",
    About.SEQUENCE_AS_NUMBER: "A sequence is used where a single number is needed.",
    About.KIND_OF_NUMBERS: "{} does not work on numbers of this kind.",
    About.MISSING_ATTRIBUTE: "Your {} has no `{}`.",
    About.MODULE_LACKS: "There is no `{1}` in {0}.",
    About.KEYWORD: "That function has no argument `{}`.",
    About.EINSUM_DOTS: "einsum: an operand has `...`, but the result does not.",
    About.IN_PLACE_SHAPE: "The array that is changed in place has the shape {:v}; the result would be {:v}.",
    About.PAIRS_FOR_PAD: "np.pad wants a pair (before, after) for each of the {} axes.",
    About.UNEQUAL_PARTS: "The axis that is split can't be divided into that many equal parts.",
    About.WINDOW_TOO_LARGE: "The window is larger than the array.",
    About.MASK_AS_INDEX: "A mask as an index must fit the array axis by axis: axis {} has size {}, the mask's {}.",
    About.UNEVEN_LIST: "A list of arrays with different shapes does not make one array.",
    About.NO_INDEX: "What is between the brackets can't be an index: whole numbers, slices and tuples of them can.",
    About.NAN_PROBABILITIES: "Some of the probabilities are NaN.",
    About.SUM_OF_PROBABILITIES: "The probabilities do not add up to 1.",
    About.LIST_ARITHMETIC: "A list or a tuple has no arithmetic.",
    About.NO_VALUE_YET: "`{}` is used before it has a value.",
}
_NEXT = {
    Cause.NAME: "Check the spelling of that name; it must be an argument, or get its value before.",
    Cause.IMPORT: "Leave that import out: NumPy is all that is needed.",
    Cause.RECURSION: "Find where the function calls itself, and when it should stop.",
    Cause.EXIT: "End the function with `return` and the result.",
    Cause.PAIRED_INDICES: (
        "What does `x[[0, 1], [0, 1]]` give for a table `x`? For every row with every column, "
        "index one axis after the other."
    ),
    Cause.INDEX: "Write down the index and the size of the axis it belongs to. Which of the two is not what you meant?",
    Cause.TRUTH_VALUE: "Change the condition, so that it asks one question with one answer.",
    Cause.MISSING_ATTRIBUTE: (
        "Look for `{1}` in the class: is it a method there, or set as `self.{1}` by a method that ran before?"
    ),
    Cause.NONE: "Which name is None there in this call? Decide what to do in that case.",
    Cause.SHAPES: "Write down the shape of each operand there, then what they must be.",
    Cause.EINSUM: "Write each operand's letters above its shape. Which letter does not fit?",
    Cause.MASK: "A mask on the left picks places; the values on the right must be picked by it, too.",
    Cause.MODULE_LACKS: "Look for another name of it, or write it with what is there.",
    Cause.KEYWORD: "Look up how it names its arguments: NumPy's functions have `axis` and `keepdims`.",
    Cause.KEY: "Which keys does the dict have in this call? `in` tells whether one is there.",
    Cause.PAIRS_FOR_PAD: "Count your pairs. An axis without a border has the pair (0, 0).",
    Cause.UNEQUAL_PARTS: "Write down the shape of what is split, and along which axis: without `axis=`, it is axis 0.",
    Cause.WINDOW_TOO_LARGE: "How many elements does the window cover along each axis, from its first to its last?",
    Cause.MASK_AS_INDEX: "`np.where(mask, …, …)` lines shapes up from the right, as arithmetic does.",
    Cause.UNEVEN_LIST: "Do it for one array after the other, and put the results together.",
    Cause.NO_INDEX: "Print it. An index for several axes is a tuple, not a list; a position is an int, not a float.",
    Cause.SUM_OF_PROBABILITIES: "Which line changes the probabilities after they add up to 1, or before they do?",
    Cause.NAN_PROBABILITIES: "0 / 0 and ∞ - ∞ are NaN, and exp of a large number is ∞. Which line gives the first?",
    Cause.LIST_ARITHMETIC: "Work on its items, one by one or with zip; an array has arithmetic for all at once.",
    Cause.TYPES: "Say for each name there what it holds in this call: an array, a number, a tuple?",
    Cause.UNKNOWN: "Go through your code with this call in mind, as far as it gets.",
}


def tell_ending(result: CheckResult, lead: CaseResult, finding: Finding) -> Told:
    """Put into words how the leading case's call ended.

    Parameters
    ----------
    result
        What the check found in all.
    lead
        The case to tell about.
    finding
        What happened in it, other than `Returned`.
    """
    kind = result.asked.kind
    match finding:
        case NotAttempted(waits_for) if waits_for:
            return Told(
                say("Write `{}` first, and run its cell, then this one.", shorten(waits_for, LONGEST_NAME)),
                verdict=say("it calls `{}`, which is not written yet.", shorten(waits_for, LONGEST_NAME)),
            )
        case NotAttempted():
            return _not_attempted(result)
        case NotDefined(instead):
            what = f"it is {a(instead)}, not a {kind}" if instead else f"there is no {kind} of this name"
            return Told(
                say("Write `{}` in its cell, and run every cell from the top.", _opening(result)),
                verdict=say("{}.", what),
            )
        case UnknownExercise(near, call, why):
            return Told(
                say("Name the exercise: {:v}.", call),
                verdict=say(
                    "{}{}", why or "there is no exercise of this name.", f" Did you mean {near}?" if near else ""
                ),
            )
        case NotRecorded(damaged=damaged) if damaged:
            return Told(say("Install the course again."), verdict=say("the answers in {:v} can't be read.", damaged))
        case NotRecorded(seed, recorded):
            return Told(
                say("Leave the seed out, or pass seed={}.", recorded),
                verdict=say("a closed book has the answers to seed {} only, and this is seed {}.", recorded, seed),
            )
        case NotCallable(type_name, value) if value:
            return Told(
                say("Give its name, too: {:v}.", f'check({value}, "{value}")'),
                verdict=say("{:v} is a value, which does not know its own name.", value),
            )
        case NotCallable(type_name):
            name = "linear" if result.exercise == "check" else result.exercise  # check(7) names no exercise
            return Told(
                say("Pass the {} itself, {:v}, without calling it.", kind, f"check({name})"),
                verdict=say("a {} is expected here, this is {}.", kind, a(type_name)),
            )
        case WrongSignature(yours):
            if "." in lead.called.rpartition("; ")[2].partition("(")[0]:
                return _wrong_method(result, lead, yours)
            defaults = ", with these defaults" if "=" in result.asked.signature else ""
            return Told(
                say("Give it these arguments, in this order{}.", defaults),
                verdict=say(
                    "it is called as {:v}; yours takes {:v}.",
                    result.asked.signature,
                    shorten(yours, LONGEST_SIGNATURE) or "others",
                ),
            )
        case StoppedByError():
            return _stopped(result, lead, finding)
        case TooSlow(seconds):
            return _too_slow(result, seconds)
        case Lost(why):
            return Told(
                marked("Leave out what ends or replaces the process; the function only has to compute and return."),
                (fact(say("{} ended the process that it ran in: {}.", subject(result), why)),),
            )
        case Interrupted():
            return Told(
                marked("Run the cell again when you are ready."),
                verdict=say("interrupted, {} until then.", count(result)),
            )
        case NotRun(why):
            return Told(
                marked("Make the slow cells faster, or remove them."),
                (fact((Text(why or "The time for all answers together was used up before."),)),),
                verdict=marked("not run."),
            )
        case OurError(why):
            return Told(
                marked("This is an error in the course, not in your code: please report it, with this text."),
                (fact(say("Judging this call failed: {}.", why)),),
                verdict=say("not judged, {}.", credit(result)),
            )
        case Returned():
            raise ValueError("A call that returned is described by its comparison.")


def _wrong_method(result: CheckResult, lead: CaseResult, yours: str) -> Told:
    call = lead.called.rpartition("; ")[2]  # the last thing that was done
    method = call.partition("(")[0].rpartition(".")[2]
    taken = shorten(yours, LONGEST_SIGNATURE)
    verdict = say("it is used as {:v}; your `{}` takes {:v}.", call, method, taken)
    names = re.findall(r"\w+", yours)
    if names[:1] != ["self"]:
        return Told(say("Every method's first parameter is `self`: {:v}.", f"def {method}(self, ...)"), verdict=verdict)
    return Told(marked("Give it these arguments, in this order."), verdict=verdict)


def _not_attempted(result: CheckResult) -> Told:
    if result.asked.kind == "value":
        step = marked("Write your value in place of `...`, run that cell, then this one.")
    else:
        step = marked("Write your code in place of `raise NotImplementedError`, run that cell, then this one.")
    if not result.earned:
        return Told(step)
    return Told(step, (fact(marked("For this call it still raises NotImplementedError.")),))


def _opening(result: CheckResult) -> str:
    """Give the line with which the student's cell begins."""
    if result.asked.kind == "value":
        return f"{result.exercise} = "
    return f"def {result.asked.signature}:" if result.asked.kind == "function" else f"class {result.exercise}:"


def _stopped(result: CheckResult, lead: CaseResult, found: StoppedByError) -> Told:
    error, complaint = found.error, found.complaint
    if result.asked.kind == "value":
        step = marked("Look at what you wrote for this value, and whether it has the form that the lesson asks for.")
    elif lead.empty:
        step = marked("This call holds no values at all. Look for what needs at least one.")
    else:
        step = say(_NEXT[found.cause], *(complaint.values if complaint else ()))
        if found.cause is Cause.TRUTH_VALUE and "=None" in result.asked.signature:
            step = (*step, *marked(" To see whether an argument was given, ask `is not None`."))
    if error is None:
        return Told(step, (fact(say("{} stopped with an error.", subject(result))),))
    stopped = f"{subject(result)} stopped with {shorten(error.type_name, LONGEST_NAME)}"
    message = (*tell_message(error, complaint), *product_in(error.source, lead.called, complaint))
    details = (Line(Role.DETAIL, message),) if message else ()
    if not error.source:
        at = f" at its line {error.line}" if error.line else ""
        return Told(step, (fact((Text(f"{stopped}{at}."),)), *details))
    at = " at its " if error.line else " at:"
    source = Source(shorten(error.source, LONGEST_SOURCE), error.line)
    return Told(step, (Line(Role.FACT, (Text(stopped + at), source)), *details))


def tell_message(error: Raised, complaint: Complaint | None) -> Sentence:
    """Say the most common complaints in the words of the course; give any other message as it is, in one line."""
    if complaint:
        return say(_COMPLAINTS[complaint.about], *values_of(complaint))
    if error.type_name == "KeyError":
        return say("There is no key {:v}.", shorten(error.message, LONGEST_NAME))
    message = shorten(error.message, LONGEST_MESSAGE)
    return (Text(message),) if message else ()


def _too_slow(result: CheckResult, seconds: float) -> Told:
    if any(case.passed for case in result.counted):
        step = marked("It is right on smaller arrays. Let NumPy work on whole arrays instead of loops.")
    else:
        step = marked(
            "Look for a loop that never ends. If there is none, let NumPy work on whole arrays instead of loops."
        )
    spent, limit = f"{seconds:.2g} s", f"{result.asked.limit:g} s"
    if spent == limit or seconds > result.asked.limit:
        return Told(step, (fact(say("{} was stopped at the limit of {}.", subject(result), limit)),))
    return Told(step, (fact(say("{} was stopped after {}; the limit is {}.", subject(result), spent, limit)),))
