"""The trap that fits how an answer is wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from inspect import Signature

from course.checking.findings import Finding, Returned, StoppedByError
from course.checking.student_code import StudentCode, read_code
from course.checking.traps import axes, loops, masks, parameters, parts, silent, stopping, unused, values
from course.checking.traps.symptom import Symptom, Trap


def find_trap(
    source: str,
    name: str,
    finding: Finding,
    passed: Collection[str],
    elsewhere: Mapping[str, str],
    demonstrated: Collection[str] = (),
    arguments: Mapping[str, object] | None = None,
    signature: Signature | None = None,
) -> Trap | None:
    """Find the trap that fits how an answer is wrong.

    Parameters
    ----------
    source
        The student's code: the function or class, or the cell that defines it.
    name
        The exercise's name.
    finding
        What happened to the leading case.
    passed
        Names of the arguments of its call.
    elsewhere
        The chapters of the exercises, by name.
    demonstrated
        Names that only demonstration cells define, where answers are graded.
    arguments
        The arguments of its call.
    signature
        How the exercise is called.
    """
    given = arguments or {}
    takes = signature.parameters if signature else {}
    required = tuple(name for name, one in takes.items() if one.default is one.empty)
    match finding:
        case StoppedByError(error=error) if error is not None:
            symptom = Symptom(
                error=error,
                passed=passed,
                elsewhere=elsewhere,
                chapter=elsewhere.get(name, ""),
                demonstrated=demonstrated,
                arguments=given,
                parameters=tuple(takes),
                required=required,
            )
        case Returned(comparison=comparison, changed=changed):
            wrong = comparison.wrong
            found = wrong[0].found if wrong else None
            symptom = Symptom(
                found=found,  # type: ignore[arg-type]
                changed=bool(changed),
                passed=passed,
                arguments=given,
                parameters=tuple(takes),
                required=required,
            )
        case _:
            return None
    code = read_code(source, name)
    if code is None:
        return None
    for look in _TRAPS:
        trap = look(code, symptom)
        if trap:
            return replace(trap, kind=look.__name__.replace("_", "-"))
    return None


_TRAPS: tuple[Callable[[StudentCode, Symptom], Trap | None], ...] = (
    stopping.without_self,
    parameters.arguments_moved,
    stopping.name_elsewhere,
    stopping.built_in,
    stopping.truth_of_array,
    masks.joined_comparisons,
    values.number_for_array,
    stopping.float_as_index,
    silent.not_copied,
    values.one_row_for_all,
    silent.nothing_returned,
    stopping.not_a_function,
    stopping.window_without_axis,
    stopping.vector_on_last_axis,
    axes.all_axes_reversed,
    axes.added_to_last_axis,
    axes.no_axis_named,
    axes.length_of_shape,
    parts.shrinking_slice,
    silent.axis_for_number,
    values.diagonal_of_matrix,
    masks.places_for_values,
    silent.empty_slice,
    parts.copy_changed,
    parts.begins_before_zero,
    parts.places_for_values,
    loops.never_set_back,
    silent.one_list_many_times,
    silent.exclusive_or,
    silent.fraction_lost,
    silent.integer_array,
    silent.range_too_short,
    silent.first_or_last_round,
    masks.mask_drops_values,
    masks.one_branch_for_all,
    values.bounded_logarithm,
    values.squares_cancel,
    values.one_number_decides,
    silent.own_generator,
    silent.name_for_array,
    values.always_the_same,
    values.argument_replaced,
    silent.never_used,
    unused.taken_and_not_used,
)
"""What is looked for, the more specific first."""
