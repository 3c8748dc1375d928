"""An operation's ending as the fields of a reply."""

from __future__ import annotations

from typing import Any

from course.calling.endings import Attempt
from course.calling.plain_data import Foreign
from course.calling.work import Held


def tell(attempt: Attempt) -> dict[str, Any]:
    """Give an ending as plain data, as the judge's side reads it. Fields that it does not need are left out.

    Examples
    --------
    >>> from course.calling.endings import Ending
    >>> tell(Attempt(Ending.RETURNED, 3, ("x",), 0.25))
    {'ending': 'returned', 'value': 3, 'changed': ['x'], 'seconds': 0.25}
    """
    told: dict[str, Any] = {"ending": attempt.ending.value}
    if type(attempt.value) is Held:  # the judge chose the number
        told |= {"value": Foreign(attempt.value.type_name), "kept": True}
    elif attempt.value is not None:
        told["value"] = attempt.value
    if attempt.changed:
        told["changed"] = list(attempt.changed)
    if attempt.seconds:
        told["seconds"] = attempt.seconds
    if error := attempt.error:
        told["error"] = {
            "name": error.type_name,
            "message": error.message,
            "line": error.line,
            "source": error.source,
        }
    if attempt.detail:
        told["detail"] = attempt.detail
    return told
