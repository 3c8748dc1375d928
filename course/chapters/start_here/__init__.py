"""How a check reads, with one small exercise."""

from __future__ import annotations

from course.chapters.start_here import repair_center, warm_up

EXERCISES = (
    warm_up.EXERCISE,
    repair_center.EXERCISE,
)
