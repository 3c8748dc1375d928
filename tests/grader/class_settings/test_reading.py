"""`class.toml`: what it sets, and one plain sentence for every mistake in it."""

from datetime import datetime

import pytest

import course
from grader.boundary.trusted.judge import Limits
from grader.class_settings.reading import ClassTomlError, chapters_of_the_course, read_class
from grader.class_settings.settings import ClassSettings
from grader.config import course_config
from grader.grading import LOCATING
from grader.late import DAY, PercentPerDay
from tests.grader.class_settings.whole import WHOLE

CHAPTERS = {"01_linear": ["linear", "linear_macs"], "06_conv1d": ["conv1d"]}


def write(folder, text):
    (folder / "class.toml").write_text(text, encoding="utf-8")
    return folder / "class.toml"


def test_a_whole_file_is_read(tmp_path):
    settings = read_class(write(tmp_path, WHOLE), CHAPTERS)
    assert settings == ClassSettings(
        name="layers-2026",
        chapters=("01_linear",),
        exercises={"01_linear": ("linear",)},
        points={"linear": 6.0},
        deadlines={"01_linear": datetime(2026, 10, 12, 21, 59, 59)},  # the end of the day in Berlin, in UTC
        percent_per_day=10.0,
        at_most=50.0,
        solution=False,
        hints=True,
        verdict_only=True,
        seconds=60.0,
        memory_mb=512,
        locating_seconds=0.0,
        seed=7,
        exchange="/srv/exchange",
        gradebook="postgresql://grader:secret@host/grades",
    )
    assert settings.switched_off == {"solution": False, "verdict_only": True}


def test_an_empty_file_is_the_whole_course(tmp_path):
    settings = read_class(write(tmp_path, ""))
    assert settings.chapters == tuple(chapters_of_the_course())
    assert all(settings.counts(one.chapter, name) for name, one in course.exercises.items())
    assert settings.switched_off == {}


@pytest.mark.parametrize(
    ("deadline", "kept"),
    [
        ("2026-01-12T18:00:00", datetime(2026, 1, 12, 17)),  # winter
        ("2026-07-12T18:00:00", datetime(2026, 7, 12, 16)),  # summer
        ("2026-01-12T18:00:00-05:00", datetime(2026, 1, 12, 23)),
    ],
)
def test_a_deadline_is_kept_in_utc(tmp_path, deadline, kept):
    path = write(tmp_path, f'timezone = "Europe/Berlin"\n[deadlines]\n01_linear = {deadline}\n')
    assert read_class(path, CHAPTERS).deadlines == {"01_linear": kept}


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        ("chapter = []", "chapter", "is not a setting. Did you mean chapters?"),
        ("[deadline]", "deadline", "is not a setting. Did you mean deadlines?"),
        ("[grading]\nseeds = 3", "grading.seeds", "is not a setting. Did you mean seed?"),
        ("late = 3", "late", "is 3; a table is expected: a line [late] with its keys below."),
        ("name = 3", "name", "is 3; a name in quotation marks is expected, without slashes, because folders are named by it."),
        ('name = "a/b"', "name", "is 'a/b'; a name in quotation marks is expected, without slashes, because folders are named by it."),
        ("chapters = []", "chapters", "is []; a list of chapters is expected, with at least one."),
        ('chapters = ["1_linear"]', "chapters", "is ['1_linear']; '1_linear' is not a chapter of the course. Did you mean 01_linear?"),
        ('chapters = ["01_linear", "01_linear"]', "chapters", "is ['01_linear', '01_linear']; '01_linear' is listed twice."),
        ('[exercises]\n01_linear = ["liner"]', "exercises.01_linear", "is ['liner']; 'liner' is not an exercise of the course. Did you mean linear?"),
        ('[exercises]\n02_linear = ["linear"]', "exercises.02_linear", "is not a chapter of this class. Did you mean 01_linear?"),
        ("[points]\nlinear = -1", "points.linear", "is -1; a number from 0 on is expected."),
        ("[points]\nlinear = true", "points.linear", "is True; a number from 0 on is expected."),
        ("[points]\nlinear = nan", "points.linear", "is nan; a number from 0 on is expected."),
        ("[points]\nlinear = inf", "points.linear", "is inf; a number from 0 on is expected."),
        ("[points]\nliner = 1", "points.liner", "is not an exercise of this class. Did you mean linear?"),
        ('chapters = ["06_conv1d"]\n[points]\nlinear = 1', "points.linear", "is not an exercise of this class. There are conv1d."),
        ('[exercises]\n01_linear = ["linear"]\n[points]\nlinear_macs = 1', "points.linear_macs", "is set, but exercises.01_linear does not name linear_macs."),
        ('[deadlines]\n01_linear = "2026-10-12"', "deadlines.01_linear", "is '2026-10-12'; a date without quotation marks is expected, such as 2026-10-12 or 2026-10-12T18:00:00."),
        ("[deadlines]\n01_linear = 12", "deadlines.01_linear", "is 12; a date is expected, such as 2026-10-12 or 2026-10-12T18:00:00."),
        ("[deadlines]\n1_linear = 2026-10-12", "deadlines.1_linear", "is not a chapter of this class. Did you mean 01_linear?"),
        ('timezone = "Berlin"', "timezone", """is 'Berlin'; the name of a time zone is expected, such as "Europe/Berlin"."""),
        ("timezone = 1", "timezone", """is 1; the name of a time zone is expected, such as "Europe/Berlin"."""),
        ("[late]\npercent_per_day = 200", "late.percent_per_day", "is 200; a number from 0 to 100 is expected."),
        ('[homework]\nsolution = "no"', "homework.solution", "is 'no'; true or false is expected."),
        ("[grading]\nseconds = 0", "grading.seconds", "is 0; a number above 0 is expected."),
        ("[grading]\nmemory_mb = 1.5", "grading.memory_mb", "is 1.5; a whole number from 64 on is expected."),
        ("[grading]\nseed = -1", "grading.seed", "is -1; a whole number from 0 to 4294967295 is expected."),
    ],
)  # fmt: skip
def test_every_mistake_is_one_sentence(tmp_path, text, key, says):
    """It names the file, the key, what came, what is expected, and the nearest name."""
    path = write(tmp_path, text)
    with pytest.raises(ClassTomlError) as refused:
        read_class(path, CHAPTERS)
    assert str(refused.value) == f"{path}: {key} {says}"
    assert refused.value.name == key


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"name = ", "is not valid TOML: Invalid value (at end of document)."),
        (b"\xff\xfe", "can't be read: it is not UTF-8. Save it as UTF-8."),
        (b"[deadlines]\n01_linear = 2026-13-40", "is not valid TOML: "),
        (None, "does not exist. `grader init FOLDER` makes a class folder with one."),
    ],
)
def test_a_file_that_is_no_toml(tmp_path, content, says):
    path = tmp_path / "class.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ClassTomlError) as refused:
        read_class(path, CHAPTERS)
    assert str(refused.value).startswith(f"{path} {says}")
    assert "\n" not in str(refused.value)


def test_a_byte_order_mark_does_no_harm(tmp_path):
    (tmp_path / "class.toml").write_bytes(b'\xef\xbb\xbfname = "mine"\n')
    assert read_class(tmp_path, CHAPTERS).name == "mine"


def test_nbgrader_is_configured_by_it(tmp_path):
    write(tmp_path, WHOLE)
    config = course_config(tmp_path)
    assert config.CourseDirectory.course_id == "layers-2026"
    assert config.CourseDirectory.root == str(tmp_path)
    assert config.CourseDirectory.db_url == "postgresql://grader:secret@host/grades"
    assert config.Exchange.root == "/srv/exchange"
    graded = config.GradeApart
    assert (graded.seed, graded.seconds, graded.memory_mb, graded.locating) == (7, 60.0, 512, 0.0)
    assert config.AssignLatePenalties.plugin_class == "grader.late.PercentPerDay"
    rule = PercentPerDay(config=config)
    assert [rule.late_submission_penalty("kim", 10.0, late) for late in (1, DAY, DAY + 1, 30 * DAY)] == [1, 1, 2, 5]


def test_the_repository_has_no_class_file_and_needs_none():
    config = course_config()
    assert config.CourseDirectory.course_id == "layer-by-layer"
    assert "plugin_class" not in config.AssignLatePenalties


def test_what_an_instructor_adds_to_nbgraders_configuration_counts(tmp_path):
    write(tmp_path, 'name = "mine"')
    (tmp_path / "nbgrader_config.py").write_text(
        "from pathlib import Path\nfrom grader.config import class_config\n"
        "c = get_config()\nc.merge(class_config(Path(__file__).parent))\nc.LimitOutput.max_lines = 5\n"
    )
    config = course_config(tmp_path)
    assert (config.CourseDirectory.course_id, config.LimitOutput.max_lines) == ("mine", 5)
    assert config.Autograde.exporter_class == "grader.preprocessors.SubmissionExporter"


def test_what_is_not_set_is_what_the_grader_does_anyway():
    usual, limits = ClassSettings(), Limits()
    assert (usual.seconds, usual.memory_mb << 20, usual.locating_seconds) == (
        limits.total_seconds,
        limits.memory,
        LOCATING,
    )
