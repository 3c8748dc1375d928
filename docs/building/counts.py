"""Numbers in the pages that come from the declarations."""

from course import exercises
from course.catalog.chapters import FOLDERS


def counts() -> dict[str, str]:
    """Give how much there is of the course, as text.

    Examples
    --------
    >>> counts()["chapters"]
    '20'
    """
    own = [exercise for exercise in exercises.values() if exercise.chapter in FOLDERS]
    return {
        "chapters": f"{len(FOLDERS)}",
        "exercises": f"{len(own)}",
        "cases": f"{sum(len(exercise.cases) for exercise in own):,}",
        "mistakes": f"{sum(len(exercise.misconceptions) for exercise in own):,}",
        "with_oracle": f"{sum(exercise.oracle is not None for exercise in own)}",
    }
