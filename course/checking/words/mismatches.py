"""What to say about a returned value that is not the expected one, and what to do next."""

from __future__ import annotations

from course.calling.work import UNWRITTEN
from course.checking.comparison import (
    Right,
    Wanted,
    WrongCount,
    WrongKind,
    WrongNumber,
    WrongShape,
    WrongText,
    WrongTruth,
    WrongType,
    WrongValues,
)
from course.checking.document import Line, Map, Role, Sentence, Table, Text, marked, say
from course.checking.findings import Returned
from course.checking.result import CheckResult
from course.checking.words.distances import FIRST_TO_GIVE, NOT_FINITE, WHICH_THERE, gap_of, ratio_of, sizes_in
from course.checking.words.phrases import Told, a, fact, in_quotes, lines_of, number, oracle_name, shorten, subject
from course.checking.words.shapes import unequal
from course.checking.words.spread import spread_of

LAZY = frozenset({"generator", "map", "filter", "zip", "range", "list_iterator", "enumerate", "reversed"})
"""Types that hold values that have not been computed yet."""
COLLECTIONS = frozenset({"dict", "set", "frozenset"})
KINDS = {
    "b": "truth values",
    "i": "whole numbers",
    "u": "whole numbers",
    "f": "floating-point numbers",
    "c": "complex numbers",
}
BY_HAND = "Work out this call by hand, then compare with your code."
AGAIN = "Go through this entry again, and through its section of the lesson."
NOT_WRITTEN = "not written yet"
"""What a `use` reads of an entry that is still as it was handed out."""
WRITE = "Put your answer there, in place of the `...`."
UNFIT = ("it ", "its ")
"""How a sentence begins that a `use` gives in place of a value of another form than the exercise asks for."""
FORM = "Compare its form with the one that the lesson asks for."
BY_RULE = (
    "Random numbers can't be followed by hand; the rule can: which values are zero, and by what are the others "
    "multiplied?"
)
COMPARISON = "Look for a comparison on the way to the result"
NO_KEY = "no key "
SHORT = "only "
"""How the type of a dict begins that lacks one."""
NO_DICT = ", not a dict"
"""How the type of something else ends where a dict is expected."""
LOSSES = frozenset({"loss", "losses"})
TRAINING = frozenset({"train", "repair_fit"})
"""Exercises whose results are losses of many steps: small errors grow there, and are not rounding."""
LONGEST_TEXT = 120


def tell_returned(result: CheckResult, returned: Returned) -> Told:
    """Put into words what a call returned that is not right.

    Parameters
    ----------
    result
        What the check found in all.
    returned
        What the leading case's call returned, compared.
    """
    if not returned.comparison.wrong:
        return _changed(result, returned.changed)
    unit = returned.comparison.wrong[0]
    if returned.comparison.order:
        return _order(unit.name, returned)
    match unit.found:
        case WrongType():
            return _type(result, unit.name, unit.found)
        case WrongCount():
            return _count(result, unit.found)
        case WrongShape():
            return _shape(unit.name, unit.found)
        case WrongKind():
            return _kind(unit.name, unit.found)
        case WrongTruth():
            return _truth(result, unit.name, unit.found)
        case WrongNumber() | WrongText():
            return _single(result, unit.name, unit.found, returned)
        case WrongValues():
            return _values(result, unit.name, unit.found, returned)
        case Right():
            raise ValueError("A result that is right needs no explanation.")


def _changed(result: CheckResult, changed: tuple[str, ...]) -> Told:
    names = " and ".join(["`{}`"] * len(changed))
    return Told(
        say("Make a new array instead of assigning into `{}`.", changed[0]),
        (fact(marked("The caller's arrays must stay as they were.")),),
        verdict=say(f"right values, but it changed {names}.", *changed),
    )


def _order(part: str, returned: Returned) -> Told:
    """Describe results that are all there, but in the wrong order."""
    wanted = tuple(unit.name for unit in returned.comparison.units)
    instead = returned.comparison.order[wanted.index(part)]
    sentence = say("The results are right, but in the wrong order: yours has {} in the place of {}.", instead, part)
    return Told(marked("Compare the order of what you return with the docstring."), (fact(sentence),))


def _also_changed(changed: tuple[str, ...]) -> tuple[Line, ...]:
    return tuple(fact(say("It also changed `{}`.", name)) for name in changed)


def _gave(result: CheckResult) -> str:
    return f"{subject(result)} {'is' if result.asked.kind == 'value' else 'returned'}"


def _type(result: CheckResult, part: str, found: WrongType) -> Told:
    if found.yours == UNWRITTEN and result.asked.kind == "value":
        return _not_written(result)
    if found.yours.startswith(SHORT):
        sentence = say("{} {}: {} is missing.", _gave(result), found.yours, part)
        return Told(_type_step(found, False), (fact(sentence),))
    wanted = "numbers are expected" if " of " in found.yours else _wanted(found.wanted)
    returned = f" for {part}" if part else ""
    sentence = say("{} {}{}; {}.", _gave(result), _thing(found.yours), returned, wanted)
    return Told(_type_step(found, result.asked.kind == "value"), (fact(sentence),))


def _type_step(found: WrongType, is_value: bool) -> Sentence:
    yours = found.yours
    if yours == "NoneType" and not is_value:
        return marked("End the function with `return` and the result.")
    if yours.startswith(NO_KEY):
        return marked(f"Spell the keys as the {'lesson' if is_value else 'docstring'} does.")
    if yours.endswith(NO_DICT):
        return marked("Keep the dict that was handed out, and fill in its places.")
    if yours in LAZY:
        return say("Collect the values: {:v}.", "np.array(list(...))")
    if yours.startswith("torch"):
        return marked("Graded work is NumPy: compute with np, and return an array.")
    if yours.startswith(SHORT):
        return marked("What else belongs in that list?")
    if yours in ("set", "frozenset"):
        return marked("A set has no order, and an equal thing only once: return a list.")
    if isinstance(found.wanted, tuple) and not all(map(str.isidentifier, found.wanted)):
        return say("Return {} results, in this order.", len(found.wanted))
    if isinstance(found.wanted, tuple):
        return say("End with `return {}`.", ", ".join(found.wanted))
    if found.wanted == "text":
        return marked("Write a text in quotation marks.")
    if yours.startswith(("list of", "tuple of", "numpy.ndarray of")):
        return marked("Look at the single values: each of them must be a number.")
    if found.wanted == "number":
        return marked("Return the number itself.")
    return marked("Return the array itself." if yours in COLLECTIONS else "Return a NumPy array.")


def _thing(type_name: str) -> str:
    """Name what was returned, from the name of its type."""
    if type_name.startswith(NO_KEY):
        return f"a dict with {type_name}"
    holder, _, item = type_name.partition(" of ")
    if holder == "numpy.ndarray":
        return "an array whose values are not numbers"
    if item:
        return f"{a(holder)} that holds {'None' if item == 'NoneType' else _thing(item)}"
    return {"NoneType": "nothing (None)", "str": "text (a str)"}.get(type_name) or a(type_name)


def _wanted(wanted: Wanted, how_many: str = "a ") -> str:
    if isinstance(wanted, tuple):
        return f"{len(wanted)} are expected: {', '.join(wanted)}"
    return f"{how_many}{'NumPy array' if wanted == 'array' else wanted} is expected"


def _count(result: CheckResult, found: WrongCount) -> Told:
    yours = "one result" if found.yours == 1 else f"{found.yours} results"
    if found.yours > 1 and not isinstance(found.wanted, tuple):
        step = marked("Find what makes it several, such as a comma after `return`, a shape or a list.")
    else:
        step = marked("Look at what the docstring returns, and end with that.")
    return Told(
        step,
        (fact(say("{} {}; {}.", _gave(result), yours, _wanted(found.wanted, "one "))),),
    )


def _shape(part: str, found: WrongShape) -> Told:
    may_be = (
        "The values may be right, the shape is not"
        if found.rearranged not in ("", "mean", "sum")
        else "The shape is not right"
    )
    of = f" ({part})" if part else ""
    single = " (a single number)"
    yours, wanted = unequal(found.yours, found.wanted)
    sentence = say(
        "{}{}: yours {:v}{}, expected {:v}{}.{}",
        may_be,
        of,
        yours,
        "" if found.yours else single,
        wanted,
        "" if found.wanted else single,
        _REARRANGED.get(found.rearranged, ""),
    )
    return Told(_shape_step(found), (fact(sentence),))


_REARRANGED = {
    "transposed": " Yours is the transpose.",
    "axes moved": " Its axes are in another order.",
    "mean": " The mean of your values is right.",
    "sum": " The sum of your values is right.",
}


def _shape_step(found: WrongShape) -> Sentence:
    yours, wanted = found.yours, found.wanted
    if found.rearranged == "transposed":
        return marked("Exchange the axes, or the factors that made them.")
    if found.rearranged == "axes moved":
        return marked("Name the axes of yours one by one, then bring them into the expected order.")
    if found.rearranged in ("mean", "sum"):
        return marked("One number is expected for all values together: one operation is missing.")
    if not wanted:
        return marked(
            "Return the number itself, not an array or a list." if found.rearranged else "Return a single number."
        )
    if 0 in wanted:
        return marked(
            "A result without values has a shape, too: start from np.zeros of that shape, or reshape at the end."
        )
    if len(yours) == len(wanted):
        if found.rearranged:
            return marked("The values are in the right order. Find the line that lays them out in this shape.")
        return marked("Find the axis whose size differs, and what made it longer or shorter.")
    if not yours:
        return marked("Look for a sum over everything, or a `return` inside a loop: one number is left of the array.")
    if not found.rearranged:
        return marked("Name each axis of the expected shape, and find the line where yours loses or gains one.")
    if len(yours) > len(wanted):
        return marked("Find the line that adds an axis, and leave it out.")
    return marked(
        "An axis was lost on the way. Where an axis is summed away, keepdims=True keeps it; reshape puts it back."
    )


def _kind(part: str, found: WrongKind) -> Told:
    of = f" of {part}" if part else ""
    if found.yours == "c":
        step = "Look for an imaginary number, such as 1j, on the way to the result."
    elif found.yours == "b":
        step = f"{COMPARISON}: it gives True and False."
    else:
        step = "Look for an integer array, or an astype, on the way to the result."
    sentence = say("The values{} are {}, but should be {}.", of, KINDS[found.yours], KINDS[found.wanted])
    return Told(marked(step), (fact(sentence),))


def _truth(result: CheckResult, part: str, found: WrongTruth) -> Told:
    returned = f" for {part}" if part else ""
    sentence = say(
        "{} a single truth value, {:v}{}; {} is expected.",
        _gave(result),
        found.value,
        returned,
        "a NumPy array" if found.wanted == "array" else "a number",
    )
    step = f"{COMPARISON}, or for `and`, `or`, `not`: they give True or False."
    return Told(marked(step), (fact(sentence),))


def _single(result: CheckResult, part: str, found: WrongNumber | WrongText, returned: Returned) -> Told:
    """Tell a single number or text with both its values, and for a count how far it is off."""
    opening = f"{part}: yours" if part else "Yours"
    if isinstance(found, WrongText) and result.asked.kind == "value":
        if found.value == NOT_WRITTEN:
            return _not_written(result)
        if found.value.startswith(UNFIT):
            where = "" if part else _in_case(result)
            return Told(marked(FORM), (fact(say("Your value{}: {}.", where, shorten(found.value, LONGEST_TEXT))),))
        return Told(marked(AGAIN), (fact(_not_right(result, part, f'"{shorten(found.value, LONGEST_TEXT)}"')),))
    if isinstance(found, WrongText):
        yours, expected = (f'"{shorten(text, LONGEST_TEXT)}"' for text in (found.value, found.expected))
        gap, step = "", ""
    else:
        truth = isinstance(found.expected, bool) and found.value in (0, 1)  # of a tuple NumPy makes whole numbers
        yours = str(bool(found.value)) if truth else number(found.value, found.expected)
        expected = number(found.expected, found.value)
        gap = gap_of(found.value, found.expected)
        sizes = sizes_in(result.lead.called) if result.lead else frozenset()
        ratio, step = ("", "") if truth else ratio_of(found.value, found.expected, sizes)
        gap += ratio
    sentence = say("{} {:v}, {} {:v}.{}", opening, yours, oracle_name(result), expected, gap)
    facts = (fact(sentence), *_worked_out(returned), *_also_changed(returned.changed))
    if isinstance(found, WrongNumber) and found.narrow:
        return Told(_narrow_step(found.narrow), facts)
    if result.not_finite:
        step = f"{NOT_FINITE} {WHICH_THERE}"
    if _is_random(result):
        return Told(marked(BY_RULE), facts)
    if result.located and not step:
        return Told(say("Work out this call by hand, and compare with {}.", lines_of(result.located)), facts)
    by_hand = AGAIN if result.asked.kind == "value" else BY_HAND
    return Told(marked(step or by_hand), facts)


def _not_right(result: CheckResult, part: str, yours: str) -> Sentence:
    """Describe a written answer without its right value: what it is, or what it gives for a part of the case."""
    if part:
        return say("Your value gives {:v} for {}{}.", yours, part, _in_case(result))
    return say("Your {:v} is not right{}.", yours, _in_case(result, " for "))


def _worked_out(returned: Returned) -> tuple[Line, ...]:
    """Say how the first wrong number is computed, where the exercise can say it."""
    return (fact((Text(f"Worked out: {returned.trace}."),)),) if returned.trace else ()


def _not_written(result: CheckResult) -> Told:
    return Told(marked(WRITE), (fact(say("Not written yet{}.", _in_case(result, ": "))),))


def _in_case(result: CheckResult, link: str = " in ") -> str:
    """Name the entry of a written answer that is not right: its case is about it alone."""
    return f"{link}{in_quotes(result.lead.name)}" if result.lead and len(result.counted) > 1 else ""


def _values(result: CheckResult, part: str, found: WrongValues, returned: Returned) -> Told:
    oracle, at = oracle_name(result), f"{part}{list(found.index)}"
    first = Table(
        ("first difference at", "yours", oracle),
        (at, number(found.value, found.expected), number(found.expected, found.value)),
    )
    spread = Text(spread_of(found, oracle, part))
    shows_something = not all(bad for row in found.grid for bad in row)
    differs = Line(Role.FACT, (first, spread, Map(found.grid)) if shows_something else (first, spread))
    facts = (differs, *_worked_out(returned), *_also_changed(returned.changed))
    return Told(_value_step(result, found, part, at), facts)


def _narrow_step(dtype: str) -> Sentence:
    return say(
        "Your result is {}, which has only 3 digits. As far as these go, it is right. Look for the `dtype` or `astype` "
        "that makes it so, and compute in float64.",
        dtype,
    )


def _is_random(result: CheckResult) -> bool:
    return bool(result.lead) and "rng" in result.lead.called


def _value_step(result: CheckResult, found: WrongValues, part: str, at: str) -> Sentence:
    if found.narrow:
        return _narrow_step(found.narrow)
    kind = found.relation.kind if found.relation else ""
    if found.nan or found.infinite:
        return marked(f"{NOT_FINITE} {WHICH_THERE if result.not_finite else FIRST_TO_GIVE}")
    if kind == "transposed":
        return marked("Exchange the axes, or the factors that made them.")
    if _is_random(result) and not isinstance(
        found.expected, int
    ):  # choices can be followed: the line says what was drawn
        return marked(BY_RULE)
    if kind == "near" and part not in LOSSES and result.exercise not in TRAINING and not result.located:
        return marked("Nearly right: look for a rounding, a narrow number type such as float16, or an approximation.")
    if found.where.kind == "border":
        return say("The border is where windows and padding end. Work out {:v} by hand.", at)
    if result.asked.kind == "value":
        return say("Work out {:v} again: what belongs there?", at)
    lead = result.lead
    in_full = lead is not None and lead.numbers is not None and bool(lead.numbers.arguments)
    if lead is None or not (in_full or "=" in _trace_of(lead.finding)):  # nothing to follow with a pencil
        return say("Print what your code has on the way to {:v}: which of these values is not what you expect?", at)
    if result.located and part in (result.located.results or (part,)):
        return say("Work out {:v} by hand, and compare with {}.", at, lines_of(result.located))
    return say("Work out {:v} by hand, and follow your code to the same place.", at)


def _trace_of(finding: object) -> str:
    return finding.trace if isinstance(finding, Returned) else ""
