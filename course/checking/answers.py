"""The right answers to an exercise's cases, computed before: plain data that can be sent to another process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answers:
    """The right answers to an exercise's cases, computed before, and whether PyTorch gave them.

    Parameters
    ----------
    expected
        One answer for each case.
    from_pytorch
        Whether PyTorch gave them.
    another
        The answers to the cases of the next seed, which tell what is right from what fits these cases only.
    """

    expected: tuple[Any, ...]
    from_pytorch: bool
    another: Answers | None = None
