"""What the formulas of this chapter's reports need."""

from __future__ import annotations


def sides(kernel_size: int | tuple[int, int, int]) -> tuple[int, int, int]:
    """Give a kernel's depth, height and width.

    Examples
    --------
    >>> sides(3), sides((2, 5, 3))
    ((3, 3, 3), (2, 5, 3))
    """
    return kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size, kernel_size)
