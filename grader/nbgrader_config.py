# nbgrader reads this file when it runs in this folder: `cd grader; nbgrader autograde 01_linear`.
import sys
import warnings
from pathlib import Path

from sqlalchemy.exc import SAWarning
from traitlets.config import Config

# nbgrader's loader defines `c`; an import of this file as a module gets a new one.
c: Config = globals().get("c", Config())

# This comes from nbgrader's own use of its database; an instructor can't act on it.
warnings.filterwarnings("ignore", category=SAWarning, message="Object of type <Submitted")

# The formgrader should list submissions whatever their timestamps say. It has loaded this module by now.
if (loaded := sys.modules.get("nbgrader.apps.api")) is not None:
    from grader.careful_autograde import read_times_carefully

    read_times_carefully(loaded.NbGraderAPI)

root = Path(__file__).resolve().parent.parent

c.CourseDirectory.course_id = "layer-by-layer"
c.CourseDirectory.root = str(root)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
c.CourseDirectory.submitted_directory = "grader/submitted"
c.CourseDirectory.autograded_directory = "grader/autograded"
c.CourseDirectory.feedback_directory = "grader/feedback"
c.CourseDirectory.solution_directory = "grader/solution"
c.CourseDirectory.source_with_tests_directory = "grader/source_with_tests"
c.CourseDirectory.db_url = f"sqlite:///{root / 'grader' / 'gradebook.db'}"

# nbgrader copies every file that it doesn't ignore from one folder to the next. A lesson's .py contains the
# solutions, teaching.md is for instructors, and a submitted numpy.py would be imported instead of NumPy.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "*.py", "teaching.md"]

# nbgrader's own steps, except for the one that empties the solutions.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.LockCells",
    "grader.handout.HandOut",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.ClearSolutions.code_stub = {"python": "# Your code here\nraise NotImplementedError"}

# A cell that begins with %%perl would be coloured as Perl, whose lexer takes very long for some texts.
c.HighlightMagicsPreprocessor.enabled = False

# A student's text goes to the formgrader and to nbgrader's feedback, whose Markdown may run scripts.
c.HTMLExporter.preprocessors = ["grader.plain_answers.PlainAnswers"]

# The trust boundary replaces nbgrader's Execute, and its repairs of a student's notebook.
c.Autograde.exporter_class = "grader.preprocessors.SubmissionExporter"
c.Autograde.sanitize_preprocessors = [
    "grader.preprocessors.Rebuild",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "grader.preprocessors.GradeApart",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]


def know_the_release(assignment: str, student: str, notebooks: list[str]) -> None:
    """Add the release to the gradebook before the first submission: a fresh clone has releases, but no gradebook."""
    from grader.registering import register

    release = Path(c.CourseDirectory.root) / c.CourseDirectory.release_directory
    register(c.CourseDirectory.db_url, release, assignment, c.CourseDirectory.course_id)


c.Autograde.pre_convert_hook = know_the_release
