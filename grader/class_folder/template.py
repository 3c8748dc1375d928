"""What a new class folder's own files say."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from course.checking.spec import Exercise

NBGRADER_CONFIG = """\
# nbgrader reads this file when it runs in this folder. It takes the class's settings from class.toml.
from pathlib import Path

from grader.config import class_config

c = get_config()  # noqa: F821
c.merge(class_config(Path(__file__).parent))

# What else you want to set in nbgrader goes below.
"""

GITIGNORE = """\
# students' work and grades: none of it belongs in a repository
submitted/
autograded/
feedback/
downloaded/
class_lists/
gradebook.db*
grading.db*
grades.csv
grades*.csv
*.zip
.ipynb_checkpoints/
__pycache__/
"""

_HEAD = """\
# The settings of this class. A line that begins with # sets nothing; it shows what could be set.
# After a change: `grader release` makes the releases again.

name = "{name}"            # the course's id in the gradebook and in nbgrader's exchange
timezone = "UTC"           # for the deadlines below, such as "Europe/Berlin"

# The chapters in use. Delete the others.
chapters = [
{chapters}]

# nbgrader's exchange, where students fetch and submit on a JupyterHub.
# exchange = "/srv/nbgrader/exchange"

# The gradebook. By default a file in this folder. Or a PostgreSQL database, if several people grade at once:
# gradebook = "postgresql+psycopg://user:password@host/grades"

[deadlines]
# A day ends at 23:59:59; or give the time: 2026-10-12T18:00:00.
{deadlines}
[late]
# Percent of the score that are taken off for each started day, up to at_most. 0: lateness costs nothing.
percent_per_day = 0
at_most = 100

[homework]
# In notebooks of this class. The course is installed on the students' machines and its code contains the solutions:
# these switches keep honest students from a shortcut, and no one else.
solution = true            # false: solution("linear") says that this class has switched it off
hints = true               # false: likewise for hint("linear")
verdict_only = false       # true: a check says right or not and how many cases, and nothing else

[grading]
seconds = 120              # for all cells and answers of one submission
memory_mb = 1024           # for one submission
locating_seconds = 0.7     # looking for the wrong line in an answer without a known mistake; 0 switches it off
# seed = 7                 # the same cases in every run; without it each run draws new ones, which is safer

[exercises]
# Which exercises of a chapter are graded. Without a line all are. The others stay in the notebook, for practice.
{exercises}
[questions]
# Each chapter asks a question that is answered in sentences. A person grades it, in nbgrader's formgrader: name the
# chapters in which you want that, with the points of a question. Their rubrics give up to 3. In the other chapters
# the question is for practice: it is not graded, and what students write there is not kept.
{questions}
[points]
# What the exercises are worth. Without a line they are worth what is shown here.
{points}"""


def class_toml(name: str, chosen: Collection[str], exercises: Mapping[str, Exercise]) -> str:
    """Write ``class.toml`` for the chosen chapters, with a comment on every setting.

    Parameters
    ----------
    name
        The course's id.
    chosen
        The chapters in use.
    exercises
        Every exercise of the course.
    """
    by_chapter: dict[str, list[Exercise]] = {chapter: [] for chapter in chosen}
    for exercise in exercises.values():
        if exercise.chapter in by_chapter:
            by_chapter[exercise.chapter].append(exercise)
    example = next(iter(by_chapter))
    names = ", ".join(f'"{one.name}"' for one in by_chapter[example][:2])
    points = [
        f"# {chapter}\n" + "".join(f"# {one.name} = {one.points:g}\n" for one in group)
        for chapter, group in by_chapter.items()
    ]
    return _HEAD.format(
        name=name,
        chapters="".join(f'    "{chapter}",\n' for chapter in by_chapter),
        deadlines="".join(f"# {chapter} = 2026-10-12\n" for chapter in by_chapter),
        exercises=f"# {example} = [{names}]\n",
        questions="".join(f"# {chapter} = 3\n" for chapter in by_chapter),
        points="\n".join(points),
    )
