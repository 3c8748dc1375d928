"""What a comparison found: one type a stage. Facts only; `course.checking.words` makes sentences of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from course.checking.pattern import Relation, Where

Wanted = str | tuple[str, ...]
"""What should have come back: ``"array"``, ``"number"``, ``"text"``, or the names of several results."""
Number = complex | float | int | bool


@dataclass(frozen=True, slots=True)
class Right:
    """A right result: how many values were compared, and the largest absolute difference among them."""

    total: int
    largest: float = 0.0


@dataclass(frozen=True, slots=True)
class WrongType:
    """Something that can't be compared with what is expected. `yours` is the name of its type."""

    yours: str
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class WrongCount:
    """Another number of results."""

    yours: int
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class WrongShape:
    """An array of another shape.

    `rearranged` is ``"same values"``, ``"transposed"`` or ``"axes moved"`` where the values would be right; ``"sum"``
    or ``"mean"`` where one number is expected and the values have this sum or mean.
    """

    yours: tuple[int, ...]
    wanted: tuple[int, ...]
    rearranged: str = ""


@dataclass(frozen=True, slots=True)
class WrongKind:
    """Another kind of numbers. Both are NumPy's letters, such as ``"f"``."""

    yours: str
    wanted: str


@dataclass(frozen=True, slots=True)
class WrongTruth:
    """A single truth value instead of an array or a number. `wanted` is ``"array"`` or ``"number"``."""

    value: bool
    wanted: str


@dataclass(frozen=True, slots=True)
class WrongNumber:
    """One number, and it is another one.

    `narrow` is the name of its type where only that type's few digits make it wrong: ``"float16"``.
    """

    value: Number
    expected: Number
    largest: float
    narrow: str = ""


@dataclass(frozen=True, slots=True)
class WrongText:
    """One text, and it is another one."""

    value: str
    expected: str


@dataclass(frozen=True, slots=True)
class WrongValues:
    """An array of the right shape and kind with values that differ.

    Parameters
    ----------
    index, value, expected
        The first element that differs, with both its values.
    differing, total
        How many values differ, of how many.
    where, relation
        The pattern of the difference, where there is one.
    grid
        The two-dimensional slice with the first difference, True where wrong.
    largest
        The largest absolute difference.
    narrow
        The name of the array's type where only that type's few digits make the values wrong: ``"float16"``.
    nan, infinite
        How many values are NaN, and how many infinite, where the expected ones are finite.
    """

    index: tuple[int, ...]
    value: Number
    expected: Number
    differing: int
    total: int
    where: Where
    relation: Relation | None
    grid: tuple[tuple[bool, ...], ...]
    largest: float
    narrow: str = ""
    nan: int = 0
    infinite: int = 0


Mismatch = WrongType | WrongCount | WrongShape | WrongKind | WrongTruth | WrongNumber | WrongText | WrongValues
"""The first thing that is not as it should be, in the order of the stages."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One result of one case: the smallest thing that is right or wrong on its own.

    The name is empty where the function returns one result, or where its results can't be told apart.
    """

    name: str
    found: Right | Mismatch

    @property
    def right(self) -> bool:
        """Whether this result is right."""
        return isinstance(self.found, Right)


@dataclass(frozen=True)
class Comparison:
    """What came back from one call, unit by unit."""

    units: tuple[Unit, ...]
    order: tuple[str, ...] = ()
    """Where results are right and in another order: which wanted result each of them is."""

    @cached_property
    def wrong(self) -> tuple[Unit, ...]:
        """The units that are not right."""
        return tuple(unit for unit in self.units if not unit.right)

    @property
    def right(self) -> bool:
        """Whether every unit is right."""
        return not self.wrong

    @property
    def total(self) -> int:
        """How many values were compared in the units that are right."""
        return sum(unit.found.total for unit in self.units if isinstance(unit.found, Right))

    @property
    def largest(self) -> float:
        """The largest absolute difference over all units whose values were compared."""
        compared = (unit.found for unit in self.units if isinstance(unit.found, (Right, WrongNumber, WrongValues)))
        return max((found.largest for found in compared), default=0.0)
