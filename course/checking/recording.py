"""Right answers kept in a file, by exercise: numbers and their shapes, and no code.

The file is NumPy's ``.npz``. Of each exercise it has all numbers in one row, and how they are nested as JSON.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from course.calling.plain_data import Foreign
from course.checking.answers import Answers
from course.checking.sealed import Sealed
from course.errors import CourseError

_DAMAGED = (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, StopIteration, RecursionError)


class UnreadableRecording(CourseError, ValueError):
    """A file of recorded answers that can't be read."""


def written(recorded: Mapping[str, Answers]) -> bytes:
    """Give the content of a file of recorded answers. The same answers give the same bytes.

    Parameters
    ----------
    recorded
        The answers by the exercise's name.

    Examples
    --------
    >>> import tempfile
    >>> content = written({"warm_up": Answers((np.ones(2), (3, None)), from_pytorch=True, version="2.13.0")})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "start.npz"
    ...     _ = path.write_bytes(content)
    ...     read_recording(path, "warm_up").expected
    (array([1., 1.]), (3, None))
    """
    members: dict[str, np.ndarray] = {}
    for name, answers in recorded.items():
        numbers: list[np.ndarray] = []
        nested = json.dumps(folded_answers(answers, numbers), separators=(",", ":")).encode()
        members[name] = np.concatenate(numbers) if numbers else np.empty(0)
        members[f"{name}.json"] = np.frombuffer(nested, np.uint8)
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **members)
    return file.getvalue()


def read_recording(path: Path, name: str) -> Answers | None:
    """Read the answers to one exercise; None where there is no file, or nothing about the exercise in it.

    Parameters
    ----------
    path
        The file.
    name
        The exercise.

    Raises
    ------
    UnreadableRecording
        If the file is damaged.
    """
    if not path.is_file():
        return None
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as members:
            if name not in members:
                return None
            return unfolded_answers(json.loads(members[f"{name}.json"].tobytes()), Row(members[name]))
    except (*_DAMAGED, zipfile.BadZipFile, zlib.error) as error:
        raise UnreadableRecording(f"The recorded answers in {path} can't be read.", name=name) from error


def recorded_names(path: Path) -> tuple[str, ...]:
    """Name the exercises that a file has answers to; none where it is missing or damaged."""
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as members:
            return tuple(name for name in members if not name.endswith(".json"))
    except (*_DAMAGED, zipfile.BadZipFile, zlib.error):
        return ()


class Row:
    """All numbers of an exercise, taken from the front.

    Parameters
    ----------
    numbers
        In the order in which `folded` left them.

    Examples
    --------
    >>> Row(np.arange(4.0)).take("<i8", [2]).tolist()
    [0, 1]
    """

    def __init__(self, numbers: np.ndarray) -> None:
        self.numbers, self.at = numbers, 0

    def take(self, kind: str, shape: list[int]) -> np.ndarray:
        """Take an array of this kind and shape."""
        size = int(np.prod(shape, dtype=np.int64))
        taken = self.numbers[self.at : self.at + size]
        self.at += size
        return taken.reshape(shape).astype(kind)


def folded_answers(answers: Answers, numbers: list[np.ndarray]) -> dict[str, Any]:
    """Give what JSON can hold of answers, and leave their numbers in a list, as `folded` does."""
    return {
        "by": [answers.from_pytorch, answers.version],
        "cases": answers.cases,
        "expected": [folded(value, numbers) for value in answers.expected],
        "another": answers.another and folded_answers(answers.another, numbers),
    }


def unfolded_answers(told: dict[str, Any], row: Row) -> Answers:
    """Give the answers again that `folded_answers` took apart."""
    by_pytorch, version = told["by"]
    expected = tuple(unfolded(value, row) for value in told["expected"])
    another = told["another"] and unfolded_answers(told["another"], row)
    return Answers(expected, by_pytorch, version, told["cases"], another)


def folded(value: Any, numbers: list[np.ndarray]) -> list[Any]:
    """Give what JSON can hold of a value, and leave its numbers in a list.

    Parameters
    ----------
    value
        Arrays, numbers, texts, and lists, tuples and dicts of these.
    numbers
        Gets the numbers of the arrays, in order.

    Examples
    --------
    >>> numbers = []
    >>> folded((np.ones(2), "same"), numbers)
    ['tuple', [['array', '<f8', [2]], ['plain', 'same']]]
    >>> numbers
    [array([1., 1.])]
    """
    match value:
        case np.ndarray() | np.generic():
            row = np.ravel(value).astype(np.float64)
            if not np.array_equal(row.astype(value.dtype), np.ravel(value), equal_nan=value.dtype.kind == "f"):
                raise ValueError(f"{value.dtype} does not fit into float64.")
            numbers.append(row)
            return ["array" if isinstance(value, np.ndarray) else "scalar", value.dtype.str, list(value.shape)]
        case list() | tuple():
            return [type(value).__name__, [folded(item, numbers) for item in value]]
        case dict():
            return ["dict", [[name, folded(item, numbers)] for name, item in value.items()]]
        case Sealed():
            return ["sealed", value.salt, value.digest]
        case Foreign():
            return ["foreign", value.type_name]
        case None | bool() | int() | float() | str():
            return ["plain", value]
    raise TypeError(f"{type(value).__name__} can't be recorded.")


def unfolded(told: list[Any], row: Row) -> Any:
    """Give the value again that `folded` took apart.

    Examples
    --------
    >>> unfolded(["tuple", [["array", "<f8", [2]], ["plain", "same"]]], Row(np.ones(2)))
    (array([1., 1.]), 'same')
    """
    match told:
        case ["array", kind, shape]:
            return row.take(kind, shape)
        case ["scalar", kind, shape]:
            return row.take(kind, shape)[()]
        case ["list", items]:
            return list(_all(items, row))
        case ["tuple", items]:
            return tuple(_all(items, row))
        case ["dict", items]:
            return {name: unfolded(item, row) for name, item in items}
        case ["sealed", salt, digest]:
            return Sealed("text", salt, digest)
        case ["foreign", type_name]:
            return Foreign(type_name)
        case ["plain", value]:
            return value
    raise ValueError(f"{told!r} is not a recorded value.")


def _all(items: list[Any], row: Row) -> Iterator[Any]:
    return (unfolded(item, row) for item in items)
