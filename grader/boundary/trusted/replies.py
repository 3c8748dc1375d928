"""What a worker's replies may say. Everything is checked: a student's process wrote them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from course.calling.endings import Attempt, Ending, Raised
from course.calling.naming import one_line, printable
from course.calling.plain_data import Foreign
from course.calling.raised import LINES, SOURCE
from course.calling.work import Held
from grader.boundary.shared import caps
from grader.boundary.shared.codec import WireError

_CELL = caps.CELL_TEXT + caps.CELL_NOTE
_NUMBER = r"(?:-?\d[\de+.]{0,20}|-?inf|nan)"
_NOTE = re.compile(
    rf"Pictures beyond the first {_NUMBER} were left out\.|A picture of {_NUMBER} by {_NUMBER} pixels was left out\."
    r"|A picture could not be drawn: .*"
)
"""What a worker may note. Reports repeat it in the grader's own words."""
# The endings that the worker may report; the others are the judge's own findings.
_TOLD = {
    ending.value: ending
    for ending in (
        Ending.RETURNED,
        Ending.NOT_ATTEMPTED,
        Ending.RAISED,
        Ending.TOO_SLOW,
        Ending.WRONG_SIGNATURE,
        Ending.NOT_DEFINED,
        Ending.INTERRUPTED,
    )
}


@dataclass(frozen=True, slots=True)
class CellError:
    """An exception that ended a cell.

    Parameters
    ----------
    name, message
        The exception's class and text.
    traceback
        As Python prints it, from the cell on.
    """

    name: str
    message: str
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class CellOutput:
    """What running a cell showed.

    Parameters
    ----------
    text
        What it printed, and what `display` showed as text.
    result
        The value of its last expression, as text.
    images
        Pictures, as PNG files.
    error
        What it raised.
    note
        What the grader has to say: the cell ended its process, or something was left out. Empty if nothing.
    """

    text: str = ""
    result: str = ""
    images: tuple[bytes, ...] = ()
    error: CellError | None = None
    note: str = ""

    @property
    def size(self) -> int:
        """About how many bytes it takes in a notebook."""
        told = (self.error.message, self.error.traceback) if self.error else ()
        return sum(map(len, (self.text, self.result, self.note, *told, *self.images)))


def read_cell(reply: Any) -> CellOutput:
    """Take a cell's output from a reply.

    Raises
    ------
    WireError
        Where the reply is not one.

    Examples
    --------
    >>> read_cell({"text": "hello", "result": "", "images": [], "notes": [], "error": None}).text
    'hello'
    """
    fields = _dict(reply, {"text", "result", "images", "notes", "error"})
    images = _list(fields["images"], caps.CELL_IMAGES)
    if sum(image.nbytes for image in images if isinstance(image, np.ndarray)) > caps.CELL_IMAGE_BYTES:
        raise WireError("The pictures are too large.")
    error = None
    if fields["error"] is not None:
        told = _dict(fields["error"], {"name", "message", "traceback"})
        error = CellError(
            _name(told["name"], caps.NAME), _text(told["message"], caps.MESSAGE), _text(told["traceback"], _CELL)
        )
    return CellOutput(
        text=_text(fields["text"], _CELL),
        result=_text(fields["result"], _CELL),
        images=tuple(_image(image) for image in images),
        error=error,
        note=" ".join(map(_note, _list(fields["notes"], caps.CELL_NOTES))),
    )


def read_attempt(reply: Any, names: tuple[str, ...], elapsed: float, keep: int = 0) -> Attempt:
    """Take an operation's ending from a reply.

    Parameters
    ----------
    reply
        What came.
    names
        The names of the call's arguments: only these can have been changed.
    elapsed
        How long the judge waited. This is the call's time: what the reply says about it may be a lie.
    keep
        The number under which the worker should keep an object; the reply only says whether it did.

    Raises
    ------
    WireError
        Where the reply is not one.

    Examples
    --------
    >>> read_attempt({"ending": "returned", "value": 3, "changed": [], "seconds": 0.1}, ("x",), 1.0).value
    3
    """
    known = {"ending", "value", "kept", "changed", "seconds", "error", "detail"}
    if not isinstance(reply, dict) or not reply.keys() <= known:
        raise WireError("The reply has other fields.")
    ending = reply.get("ending")
    if not isinstance(ending, str) or ending not in _TOLD:
        raise WireError("The reply names no ending.")
    changed = tuple(_name(name, caps.LABEL) for name in _list(reply.get("changed", []), len(names)))
    if not set(changed) <= set(names):
        raise WireError("The reply names arguments that do not exist.")
    seconds = reply.get("seconds", 0.0)
    if not isinstance(seconds, float) or not math.isfinite(seconds) or seconds < 0:
        raise WireError("The reply's time is malformed.")
    value = reply.get("value")
    if "kept" in reply:
        if reply["kept"] is not True or not keep or not isinstance(value, Foreign) or ending != Ending.RETURNED:
            raise WireError("The reply keeps what can't be kept.")
        value = Held.of(keep, value)
    return Attempt(
        _TOLD[ending],
        value=value,
        changed=changed,
        seconds=elapsed,
        error=_raised(reply.get("error")),
        detail=_text(reply.get("detail", ""), caps.MESSAGE),
    )


def foreign(type_name: str) -> Foreign:
    """Make the stand-in for a value that the wire did not carry."""
    return Foreign(one_line(type_name, caps.NAME))


def _raised(error: Any) -> Raised | None:
    if error is None:
        return None
    told = _dict(error, {"name", "message", "line", "source"})
    line = told["line"]
    if line is not None and (type(line) is not int or not 0 < line < LINES):
        raise WireError("A line number is malformed.")
    return Raised(
        _name(told["name"], caps.NAME), _text(told["message"], caps.MESSAGE), line, _name(told["source"], SOURCE)
    )


def _dict(value: Any, keys: set[str]) -> dict[str, Any]:
    if type(value) is not dict or value.keys() != keys:
        raise WireError("The reply has other fields.")
    return value


def _list(value: Any, most: int) -> list[Any]:
    if type(value) is not list or len(value) > most:
        raise WireError("A list in the reply is malformed, or too long.")
    return value


def _text(value: Any, most: int) -> str:
    if type(value) is not str or len(value) > most:
        raise WireError("A text in the reply is malformed, or too long.")
    return printable(value, most)


def _name(value: Any, most: int) -> str:
    return one_line(_text(value, most), most)


def _note(value: Any) -> str:
    note = _name(value, caps.LABEL)
    if not _NOTE.fullmatch(note):
        raise WireError("A note is not one of the known ones.")
    return note


def _image(value: Any) -> bytes:
    if not isinstance(value, np.ndarray) or value.dtype != np.uint8 or value.ndim != 1 or value.size < 24:
        raise WireError("A picture is malformed.")
    image = value.tobytes()
    if image[:8] != b"\x89PNG\r\n\x1a\n" or image[12:16] != b"IHDR":
        raise WireError("A picture is malformed.")
    if int.from_bytes(image[16:20]) * int.from_bytes(image[20:24]) > caps.PIXELS:
        raise WireError("A picture is too large.")
    return image
