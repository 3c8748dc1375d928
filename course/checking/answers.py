"""The right answers to an exercise's cases, computed before: plain data that can be sent to another process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answers:
    """The right answers to an exercise's cases, computed before, and who gave them.

    Parameters
    ----------
    expected
        One answer for each case.
    from_pytorch
        Whether PyTorch gave them, or torchinfo.
    version
        Its version, if so: ``"2.13.0"``.
    cases
        The digest of the cases that they answer; empty for the cases of the same run.
    another
        The answers to the cases of the next seed, which tell what is right from what fits these cases only.
    """

    expected: tuple[Any, ...]
    from_pytorch: bool
    version: str = ""
    cases: str = ""
    another: Answers | None = None
