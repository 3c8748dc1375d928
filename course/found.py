"""What a look at a machine found: `course doctor` and `grader doctor` report it in the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a finding matters."""

    GOOD = "ok"
    LACKS = "lacks"
    """It works without."""
    BROKEN = "broken"
    """It does not work."""


STYLES = {State.GOOD: "green", State.LACKS: "yellow", State.BROKEN: "bold red"}


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was looked at.

    Parameters
    ----------
    thing
        What.
    says
        How it is.
    state
        How much it matters.
    advice
        What to do, where something is missing.
    """

    thing: str
    says: str
    state: State = State.GOOD
    advice: str = ""


def safely(look: Callable[[], Iterator[Found]], thing: str = "") -> Iterator[Found]:
    """Tell what a look stumbles over: what is broken on a machine is not known beforehand.

    Parameters
    ----------
    look
        Looks at one thing.
    thing
        Which. By default it is named like the function.
    """
    try:
        yield from look()
    except Exception as error:
        name = thing or getattr(look, "__name__", "").strip("_")
        yield Found(name, f"could not be looked at: {type(error).__name__}: {error}", State.LACKS)
