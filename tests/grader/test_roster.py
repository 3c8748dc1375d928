"""The class list: as Canvas and Moodle write it, as a small table, and what is not a list."""

from pathlib import Path

import pytest

from grader.roster import MOST_BYTES, RosterError, read_roster

CANVAS = """\
\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,01_linear (4711)
    Points Possible,,,,,12
"O'Neil, Zoë",17,S17,zoneil,A,
"Test, Ada",18,S18,ada,A,
"Student, Test",99,,abcdef,A,
"""
MOODLE = """\
First name;Last name;ID number;Email address
Zoë;O'Neil;s17;zoe@example.org
Ada;Lovelace;;ada@example.org
"""
NO_FOLDER = (
    "can't name a folder, which a student's id does. An id has 200 bytes at most, no dot in front, no control "
    'characters, and none of " / < > \\'
)
SAME = "name the same folder on some systems, and a student's work is kept in the folder of the id; change one of them."


def read(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "roster.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return read_roster(path)


def test_a_canvas_gradebook(tmp_path):
    roster = read(tmp_path, CANVAS)
    assert [(one.id, one.name) for one in roster] == [("zoneil", "O'Neil, Zoë"), ("ada", "Test, Ada")]
    assert roster.students[0].get("canvas_id") == "17"
    assert roster.columns[-1] == "01_linear (4711)"


def test_a_moodle_list_takes_the_id_that_a_student_has(tmp_path):
    roster = read(tmp_path, MOODLE)
    assert [(one.id, one.name) for one in roster] == [("s17", "Zoë O'Neil"), ("ada@example.org", "Ada Lovelace")]


@pytest.mark.parametrize("head", ["student,name", "id,name", "Student ID\tFull name"])
def test_a_small_table(tmp_path, head):
    roster = read(tmp_path, f"{head}\n" + "kim,Kim Lee\n".replace(",", "\t" if "\t" in head else ","))
    assert [(one.id, one.name) for one in roster] == [("kim", "Kim Lee")]


@pytest.mark.parametrize("start", ["sep=;\n", "\n", "\r\n;\n"])
def test_what_programs_write_above_the_headings(tmp_path, start):
    roster = read(tmp_path, f"{start}student;name\nkim;Lee, Kim\n")
    assert [(one.id, one.name) for one in roster] == [("kim", "Lee, Kim")]


def test_a_file_without_an_end_is_not_read_to_its_end():
    with pytest.raises(RosterError, match="/dev/zero has more than 20,000,000 bytes"):
        read_roster(Path("/dev/zero"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("a,b\n1,2\n", " has the columns a, b; one with the students' ids is expected: student, SIS Login ID, Username, ID number or Email address."),
        ("", " is empty; a list of students is expected, with a line of headings."),
        ("student,name\n", " lists no students."),
        ("student,name\nkim,Kim\nkim,Kim Lee\n", ", line 3: kim is listed twice."),
        ("student,name\n,Kim\n", ", line 2 has no id for its student."),
        ("student,name\nkim,Kim\nKim,Kim Lee\n", f", line 3: kim and Kim {SAME}"),
        ("student,name\nZoë,Z\nkim,Kim\nZoe\u0308,Zoe\n", f", line 4: Zoë and Zoe\u0308 {SAME}"),
        ("student,name\nkim,Kim\nkim.,Kim Lee\n", f", line 3: kim and kim. {SAME}"),
        ("student,name\n../kim,Kim\n", f", line 2: '../kim' {NO_FOLDER}"),
        ("student,name\n\n\n.kim,Kim\n", f", line 4: '.kim' {NO_FOLDER}"),
        ("student,name\nki\x1b[8mm,Kim\n", f", line 2: 'ki\\x1b[8mm' {NO_FOLDER}"),
        ("student,name\n" + "k" * 201 + ",Kim\n", f", line 2: '{'k' * 201}' {NO_FOLDER}"),
        ("student,name\nkim,Zoë\n".encode("latin-1"), " is not in UTF-8; export the list of students as CSV in UTF-8."),
        ("student,name\nkim,Zoë\n".encode("utf-16"), " is not in UTF-8; export the list of students as CSV in UTF-8."),
        (b"PK\x03\x04\xff\x00", " is not in UTF-8; export the list of students as CSV in UTF-8."),
        ('student,name\nkim,"Kim\n', " is not CSV, in line 2: unexpected end of data."),
        (b"a" * (MOST_BYTES + 1), f" has more than {MOST_BYTES:,} bytes; a list of students is expected, as CSV."),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_in_one_sentence(tmp_path, content, says):
    with pytest.raises(RosterError) as refused:
        read(tmp_path, content)
    assert str(refused.value) == f"{tmp_path / 'roster.csv'}{says}"


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(RosterError, match="can't be read: No such file or directory"):
        read_roster(tmp_path / "none.csv")
