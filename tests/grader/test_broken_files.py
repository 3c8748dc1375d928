"""Whatever is wrong with a file that an instructor hands over: it is read, or one plain sentence says why not.

`BROKEN_FILES=2000` tries that many of each kind.
"""

import io
import os
import shutil
import warnings
import zipfile
from contextlib import closing
from random import Random
from sqlite3 import connect

import pytest

from grader.class_settings.reading import read_class
from grader.collecting.collect import LOCK, collect
from grader.config import ROOT, course_config
from grader.errors import GraderError
from grader.grades.read import read_grades
from grader.pages.booked import read_booked
from grader.roster import read_roster
from tests.grader.broken import broken, damage, wrong_settings
from tests.grader.class_settings.whole import WHOLE
from tests.grader.classroom.made import (
    CHAPTER,
    FILE,
    SOLVED,
    hand_in,
    make_class,
    notebook,
    ours,
    raw,
    with_questions,
)  # fmt: skip
from tests.grader.classroom.stubbed import Counting

MANY = int(os.environ.get("BROKEN_FILES", "25"))
ROSTERS = (
    'Student,ID,SIS User ID,SIS Login ID,Section\n"O\'Neil, Zoë",11,,zoe,A\n"Lee, Kim",12,,kim,A\n',
    "Identifier,Full name,Username,Last modified (submission)\n"
    'Participant 21,Zoë O\'Neil,zoe,"Wednesday, 10 June 2026, 2:14 PM"\nParticipant 22,Kim Lee,kim,-\n',
    "student,name\nada,Ada\n",
)
NAMES = (
    *(
        "oneilzoë_LATE_11_501_linear-2.ipynb",
        "leekim_99912_502_Linear_final.ipynb",
        "leekim_99912_503_linear (1).ipynb",
    ),
    *("leekim_1_" + "9" * 5000 + "_a.ipynb", "x_٣_٣_b.ipynb", "/abs_11_2_a.ipynb", "leekim_12_²_d.ipynb"),
    *("Zoë O'Neil_21_assignsubmission_file_/work.ipynb", "Kim Lee_22_assignsubmission_file_/a/b/c.ipynb"),
    *("leekim_12_5_\x1b[31m\nEverything was collected.ipynb", "leekim_12_6_" + "n" * 240 + ".ipynb"),
)


def told(action):
    """Do it; where it fails, it says so in one line without control characters and passwords, of bearable length."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            action()
    except GraderError as error:
        text = str(error)
        assert text.isprintable(), text
        assert len(text) < 1500, text
        assert "secret" not in text, text


def files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_rosters(tmp_path):
    path = tmp_path / "roster.csv"
    for seed in range(MANY * 5):
        random = Random(seed)
        path.write_bytes(broken(random.choice(ROSTERS).encode(), random))
        told(lambda: read_roster(path))


def test_class_settings(tmp_path):
    path = tmp_path / "class.toml"
    for seed in range(MANY * 5):
        random = Random(seed)
        path.write_bytes(broken(WHOLE.encode(), random) if seed % 3 == 0 else wrong_settings(WHOLE, random).encode())
        told(lambda: read_class(path, {"01_linear": ["linear"], "06_conv1d": ["conv1d"]}))


def packed(random):
    """Pack some notebooks as they are never packed, and break the zip."""
    work, made = raw(notebook()), io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(made, "w") as archive:
        warnings.simplefilter("ignore")
        for name in random.sample(NAMES, random.randrange(1, 5)):
            entry = zipfile.ZipInfo(name)
            entry.compress_type = random.choice(
                (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
            )
            entry.external_attr = random.choice((0, 0, 0, 0o120777 << 16))
            content = (work, b"", b"{}", b'{"cells": 5}', b"[" * 100_000, broken(work[:3000], random))
            archive.writestr(entry, random.choice(content))
    data = made.getvalue()
    return data if random.random() < 0.3 else broken(data, random)


def test_zips(tmp_path):
    """Nothing is left behind, and no other student's work is touched."""
    root = tmp_path / "class"
    shutil.copytree(ROOT / "notebooks" / CHAPTER, root / "notebooks" / CHAPTER)
    submitted, others = root / "grader" / "submitted", {"mine.txt": b"mine", f"ada/{CHAPTER}/{FILE}": b"before"}
    for name, content in others.items():
        (submitted / name).parent.mkdir(parents=True, exist_ok=True)
        (submitted / name).write_bytes(content)
    rosters = []
    for number, text in enumerate(ROSTERS[:2]):
        (tmp_path / f"{number}.csv").write_text(text, encoding="utf-8")
        rosters.append(read_roster(tmp_path / f"{number}.csv"))
    for seed in range(MANY):
        random = Random(seed)
        (tmp_path / "handed.zip").write_bytes(packed(random))
        system = random.randrange(2)
        told(
            lambda system=system: collect(tmp_path / "handed.zip", ("canvas", "moodle")[system], rosters[system], root)
        )
        assert [path.name for path in submitted.parent.iterdir()] == ["submitted"]
        assert {path.name for path in submitted.iterdir()} <= {LOCK, "mine.txt", "ada", "zoe", "kim"}
        assert {name: (submitted / name).read_bytes() for name in others} == others


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Grade a class, and hand in one more."""
    root = tmp_path_factory.mktemp("graded") / "class"
    handed_in = {name: notebook(dict(list(SOLVED.items())[:count])) for count, name in enumerate(("ada", "bo"), 1)}
    ours(make_class(root, handed_in, with_questions()), mark=Counting(), seed=None)
    for name in ("gradebook.db", "grading.db"):
        with closing(connect(root / "grader" / name)) as file:
            file.execute("pragma journal_mode = delete")
    hand_in(root, "di", notebook())
    return root


@pytest.mark.whole
@pytest.mark.parametrize("name", ["grader/gradebook.db", "grader/grading.db", f"notebooks/{CHAPTER}/{FILE}"])
def test_what_a_class_is_graded_by(graded, tmp_path, name):
    """The gradebook, the record of what was graded, and the release: what students handed in stays as it is."""
    for seed in range(MANY):
        random, root = Random(seed), tmp_path / str(seed)
        shutil.copytree(graded, root)
        path, handed_in = root / name, files(root / "grader" / "submitted")
        if seed % 2 and path.suffix == ".db":
            damage(path, random)
        else:
            path.write_bytes(broken(path.read_bytes(), random))
        config = course_config(root)
        told(lambda root=root: ours(root, mark=Counting(), seed=None))
        told(lambda config=config: read_grades(config))
        told(lambda config=config: read_booked(config.CourseDirectory.db_url, CHAPTER))
        assert files(root / "grader" / "submitted") == handed_in
        shutil.rmtree(root)


@pytest.mark.parametrize("mark", [None, b"", b"[]", b"[1, 2, 3]\n{}", b"\xff", b"[" * 100_000])
def test_a_mark_that_was_kept_and_is_damaged(graded, tmp_path, mark):
    """It says what to do, and then everything is graded again."""
    root = shutil.copytree(graded, tmp_path / "class")
    with closing(connect(root / "grader" / "grading.db")) as ledger:
        ledger.execute("update marks set done = 0, mark = ?", (mark,))
        ledger.commit()
    with pytest.raises(GraderError, match=r"has an entry that can't be read\. Move it away"):
        ours(root, mark=Counting(), seed=None)
    (root / "grader" / "grading.db").unlink()
    assert len(ours(root, mark=Counting(), seed=None).graded) == 3
