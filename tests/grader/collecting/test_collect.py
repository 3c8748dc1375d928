"""`grader collect`: whose notebook it is and of which chapter, and nothing half written whatever is handed over."""

import json
import os
import shutil
import time
import zipfile

import pytest
from typer.testing import CliRunner

from grader.boundary.trusted.locks import lock
from grader.class_lists import absent, class_list, names_of_pages, remember
from grader.cli import app
from grader.collecting import archive
from grader.collecting.archive import BadArchive
from grader.collecting.collect import LOCK, NothingCollected, collect
from grader.collecting.recognise import Release, chapter_by_name
from grader.config import ROOT
from grader.roster import read_roster

LINEAR, CONV = "01_linear", "06_conv1d"
RELEASES = {c: (ROOT / "notebooks" / c / f"{c[3:]}.ipynb").read_bytes() for c in (LINEAR, CONV)}
CANVAS = "Student,ID,SIS User ID,SIS Login ID,Section\n" + "".join(
    f'"{name}",{number},,{login},A\n'
    for number, login, name in [(11, "zoe", "O'Neil, Zoë"), (12, "kim", "Lee, Kim"), (13, "ada", "Byron, Ada")]
)
MOODLE = "Identifier,Full name,Username,Last modified (submission)\n" + "".join(
    f'Participant {number},{name},{login},"{when}"\n'
    for number, login, name, when in [
        (21, "zoe", "Zoë O'Neil", "Wednesday, 10 June 2026, 2:14 PM"),
        (22, "kim", "Kim Lee", "-"),
        (23, "ada", "Ada Byron", ""),
    ]
)


def work(chapter=LINEAR, text="# mine", keep_ids=True):
    """Write in every exercise's cell of a release."""
    content = json.loads(RELEASES[chapter])
    for cell in content["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = text
        if not keep_ids:
            cell["metadata"] = {}
            cell.pop("id", None)
    return json.dumps(content).encode()


@pytest.fixture
def place(tmp_path):
    """Make a class folder with two releases and both class lists."""
    for chapter, content in RELEASES.items():
        path = tmp_path / "class" / "notebooks" / chapter / f"{chapter[3:]}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    (tmp_path / "canvas.csv").write_text(CANVAS, encoding="utf-8")
    (tmp_path / "moodle.csv").write_text(MOODLE, encoding="utf-8")
    return tmp_path


def pack(place, files, name="handed.zip"):
    path = place / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for entry, content in files.items():
            file.writestr(entry, content)
    return path


def run(place, source, system, **options):
    return collect(source, system, read_roster(place / f"{system}.csv"), place / "class", **options)


def submitted(place):
    folder = place / "class" / "grader" / "submitted"
    files = [path for path in folder.glob("*/**/*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_canvas_names_lateness_and_resubmissions(place):
    """By number, by name, late, renamed, the newest of two; and who is missing."""
    first, second = work(text="# first"), work(text="# second")
    source = pack(place, {
        "oneilzoë_LATE_11_501_linear-2.ipynb": work(text="# zoe"),
        "leekim_99912_502_Linear_final.ipynb": first,
        "leekim_99912_503_linear (1).ipynb": second,
        "leekim_99912_504_notes.txt": b"notes",
    })  # fmt: skip
    done = run(place, source, "canvas")
    assert submitted(place) == {f"zoe/{LINEAR}/linear.ipynb": work(text="# zoe"), f"kim/{LINEAR}/linear.ipynb": second}
    found = done.assignments[LINEAR]
    assert (found.new, found.late, found.missing) == (["zoe", "kim"], ["zoe"], ["ada"])
    assert done.notes == [
        f"kim has 2 notebooks of {LINEAR} (Linear_final.ipynb, linear (1).ipynb); the newest was taken."
    ]
    assert done.left_out == []


def test_moodle_folders_times_and_two_chapters(place):
    source = pack(place, {
        "Zoë O'Neil_21_assignsubmission_file_/work.ipynb": work(),
        "Kim Lee_888_assignsubmission_file_/a.ipynb": work(CONV),
        "Kim Lee_888_assignsubmission_onlinetext_/onlinetext.html": b"<p>hi</p>",
        "Ada Byron_23_assignsubmission_file_linear.ipynb": work(text="# ada"),
    })  # fmt: skip
    done = run(place, source, "moodle")
    files = submitted(place)
    assert files.pop(f"zoe/{LINEAR}/timestamp.txt") == b"2026-06-10 14:14:00 UTC"
    assert sorted(files) == [f"ada/{LINEAR}/linear.ipynb", f"kim/{CONV}/conv1d.ipynb", f"zoe/{LINEAR}/linear.ipynb"]
    assert done.assignments[LINEAR].missing == ["kim"]
    assert done.left_out == []


def test_times_in_another_language_are_told(place):
    """They can't be read, and without them no one is late."""
    list_ = place / "moodle.csv"
    list_.write_text(MOODLE.replace("Wednesday, 10 June 2026, 2:14 PM", "Mittwoch, 10. Juni 2026, 14:14"), "utf-8")
    done = run(place, pack(place, {"Zoë O'Neil_21_assignsubmission_file_/work.ipynb": work()}), "moodle")
    assert done.notes == [
        "1 time of the class list can't be read, such as 'Mittwoch, 10. Juni 2026, 14:14', so lateness is not known. "
        "Moodle writes times in your language: set it to English, and export the list again."
    ]


def command(*words):
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, " ".join(result.output.split())


def test_the_class_list_and_names_of_pages_are_kept(place):
    """Later commands need no --roster, and pages of feedback get the names that each system knows."""
    root = place / "class"
    (root / "class.toml").write_text('name = "c"\nchapters = ["01_linear", "06_conv1d"]\n')
    canvas = pack(place, {"leekim_LATE_12_502_a.ipynb": work(), "byronada_13_7_linear-1.ipynb": work()}, "canvas.zip")
    moodle = pack(place, {"Kim Lee_22_assignsubmission_file_/b.ipynb": work(CONV)}, "moodle.zip")
    code, said = command("collect", canvas, "--from", "canvas", "--root", root)
    assert code == 1
    assert said.startswith("There is no class list of Canvas yet. Name it once with --roster FILE")
    assert not (root / "grader" / "class_lists").exists()
    code, said = command("collect", canvas, "--from", "canvas", "--root", root, "--roster", place / "canvas.csv")
    assert code == 0
    assert "late, as Canvas says: kim It does not say by how much, so no penalty is taken off here." in said
    assert command("collect", moodle, "--from", "moodle", "--root", root, "--roster", place / "moodle.csv")[0] == 0
    (place / "canvas.csv").unlink()
    code, said = command("collect", canvas, "--from", "canvas", "--root", root)
    assert (code, "2 unchanged" in said) == (0, True)
    assert names_of_pages(root) == {
        LINEAR: {"kim": "leekim_LATE_12_502_linear.html", "ada": "byronada_13_7_linear.html"},
        CONV: {"kim": "Kim Lee_22_assignsubmission_file_/conv1d.html"},
    }
    assert (absent(root, LINEAR), absent(root, CONV)) == (["zoe"], ["ada", "zoe"])
    assert class_list(root, "moodle").read_text("utf-8") == MOODLE


def test_an_unpacked_folder_is_the_same(place):
    folder = place / "unpacked" / "Kim Lee_22_assignsubmission_file_"
    folder.mkdir(parents=True)
    (folder / "linear.ipynb").write_bytes(work())
    (folder / ".DS_Store").write_bytes(b"x")
    os.symlink("/etc/passwd", folder / "link.ipynb")
    run(place, place / "unpacked", "moodle")
    assert list(submitted(place)) == [f"kim/{LINEAR}/linear.ipynb"]


@pytest.mark.parametrize("keep_ids", [True, False])
def test_a_chapter_is_recognised_by_its_content(place, keep_ids):
    """By nbgrader's ids, or where a system dropped them by the lesson's text; never by the name alone."""
    source = pack(place, {"leekim_12_502_conv1d.ipynb": work(LINEAR, keep_ids=keep_ids)})
    run(place, source, "canvas")
    assert list(submitted(place)) == [f"kim/{LINEAR}/linear.ipynb"]


def test_a_broken_notebook_is_collected_with_its_assignment(place):
    """Grading says what is wrong with it; here it must not count as missing."""
    source = pack(place, {"leekim_12_1_x.ipynb": b"{broken", "byronada_13_2_y.ipynb": work()})
    done = run(place, source, "canvas")
    assert submitted(place)[f"kim/{LINEAR}/linear.ipynb"] == b"{broken"
    assert done.notes == [f"x.ipynb of kim has no cell of a lesson, or can't be read; taken for {LINEAR}."]


def test_again_nothing_changes_and_newer_work_replaces(place):
    source = pack(place, {"leekim_12_1_linear.ipynb": work()})
    run(place, source, "canvas")
    assert run(place, source, "canvas").assignments[LINEAR].unchanged == ["kim"]
    newer = pack(place, {"leekim_12_9_linear-1.ipynb": work(text="# newer")})
    assert run(place, newer, "canvas").assignments[LINEAR].replaced == ["kim"]
    assert submitted(place) == {f"kim/{LINEAR}/linear.ipynb": work(text="# newer")}
    assert [path.name for path in (place / "class" / "grader").iterdir()] == ["submitted"]


def test_what_is_older_than_what_is_there_stays_out(place):
    name = "Zoë O'Neil_21_assignsubmission_file_/linear.ipynb"
    run(place, pack(place, {name: work()}), "moodle")
    (place / "moodle.csv").write_text(MOODLE.replace("10 June", "9 June"), encoding="utf-8")
    done = run(place, pack(place, {name: work(text="# older")}), "moodle")
    assert done.assignments[LINEAR].older == ["zoe"]
    assert submitted(place)[f"zoe/{LINEAR}/linear.ipynb"] == work()


def test_two_notebooks_that_nothing_tells_apart(place):
    folder = "Kim Lee_22_assignsubmission_file_"
    files = {f"{folder}/a.ipynb": work(text="# a"), f"{folder}/b.ipynb": work(text="# b")}
    done = run(place, pack(place, {**files, "Ada Byron_23_assignsubmission_file_/linear.ipynb": work()}), "moodle")
    assert done.left_out == [
        f"kim has 2 notebooks of {LINEAR} (a.ipynb, b.ipynb), and nothing tells which one counts: none was taken."
    ]
    assert list(submitted(place)) == [f"ada/{LINEAR}/linear.ipynb"]
    named = {**files, f"{folder}/linear.ipynb": work(text="# c")}
    assert run(place, pack(place, named), "moodle").notes[0].endswith("; linear.ipynb was taken.")


def test_who_is_not_in_the_roster_is_named(place):
    source = pack(place, {"nobody_77_1_linear.ipynb": work(), "leekim_12_2_linear.ipynb": work()})
    done = run(place, source, "canvas")
    assert done.left_out == ["nobody_77_1_linear.ipynb: the roster has no nobody."]


def test_no_one_hands_in_for_somebody_else(place):
    """A student's own file, or a name that can be chosen, may look like what the system writes."""
    (place / "moodle.csv").write_text(MOODLE, encoding="utf-8")
    forged = "Ada Byron_23_assignsubmission_file_Kim Lee_22_assignsubmission_file_linear.ipynb"
    for name in (forged, f"Ada Byron_23_assignsubmission_file_/{forged.partition('file_')[2]}"):
        run(place, pack(place, {name: work(text="# ada's")}), "moodle")
        assert list(submitted(place)) == [f"ada/{LINEAR}/linear.ipynb"]
    (place / "canvas.csv").write_text(CANVAS + '"Hall, Bob",77,,bob,A\n', encoding="utf-8")
    name = "hallbob_12_999_77_346_linear.ipynb"
    with pytest.raises(NothingCollected, match="its name fits kim and bob; put it where it belongs by hand"):
        run(place, pack(place, {name: work()}), "canvas")
    run(place, pack(place, {"hallbob_77_346_hw_2026_01_29_linear.ipynb": work()}), "canvas")
    assert f"bob/{LINEAR}/linear.ipynb" in submitted(place)


def test_two_students_of_one_name_need_numbers(place):
    (place / "canvas.csv").write_text("student,name\nkim1,Kim Lee\nkim2,Kim Lee\n")
    with pytest.raises(
        NothingCollected, match="2 students of the roster are called leekim; a roster with numbers tells them apart"
    ):
        run(place, pack(place, {"leekim_12_2_linear.ipynb": work()}), "canvas")


def test_names_in_other_scripts_and_encodings(place):
    (place / "moodle.csv").write_text("student,name\ns1,Дарья Иванова\ns2,Zoë Müller\n", encoding="utf-8")
    decomposed = "Zoe\u0308 Mu\u0308ller_2_assignsubmission_file_/linear.ipynb"  # as macOS writes it
    source = pack(place, {"Дарья Иванова_1_assignsubmission_file_/x.ipynb": work(), decomposed: work()})
    run(place, source, "moodle")
    assert sorted(submitted(place)) == [f"s1/{LINEAR}/linear.ipynb", f"s2/{LINEAR}/linear.ipynb"]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"leekim_12_1_linear.pdf": b"x"}, "has no notebooks in it (1 other file)."),
        ({"linear.ipynb": b"{}"}, "is named as Canvas names them, such as leekim_12345_678901_linear.ipynb; there is 'linear.ipynb'."),
        ({"anon_ab1cd_678_linear.ipynb": b"{}"}, "is named as Canvas names them"),
        ({"../../leekim_12_1_linear.ipynb": b"{}"}, "has a file '../../leekim_12_1_linear.ipynb', outside of the zip; nothing was taken from it."),
        ({"/etc/leekim_12_1_linear.ipynb": b"{}"}, "has a file '/etc/leekim_12_1_linear.ipynb', outside of the zip; nothing was taken from it."),
        ({"C:/leekim_12_1_linear.ipynb": b"{}"}, "outside of the zip"),
        ({"nobody_77_1_linear.ipynb": b"{}"}, "could be collected. nobody_77_1_linear.ipynb: the roster has no nobody."),
    ],
)  # fmt: skip
def test_what_can_not_be_collected_is_one_sentence_and_writes_nothing(place, files, says):
    good = {"byronada_13_3_linear.ipynb": work()} if "outside" in says else {}
    source = pack(place, {**good, **files})
    words = ["collect", source, "--from", "canvas", "--roster", place / "canvas.csv", "--root", place / "class"]
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == 1
    assert says in result.output
    assert result.output.count("\n") == 1, result.output
    assert submitted(place) == {}


def test_what_is_no_zip(place):
    path = place / "notes.zip"
    path.write_bytes(b"dear teacher")
    with pytest.raises(BadArchive, match=r"notes\.zip is not a zip, or a damaged one; download it again\."):
        run(place, path, "canvas")
    with pytest.raises(BadArchive, match="can't be read: No such file or directory"):
        run(place, place / "none.zip", "canvas")


@pytest.mark.parametrize("name", ["pipe", "/dev/zero"])
def test_what_has_no_end_is_not_read(place, name):
    if name == "pipe":
        os.mkfifo(place / name)
    with pytest.raises(BadArchive, match="is neither a zip nor a folder"):
        run(place, place / name, "canvas")


def test_who_has_handed_in_something_else_is_named(place):
    """A packed notebook, or a link in a notebook's place: its student would otherwise be among the missing."""
    link = zipfile.ZipInfo("oneilzoë_11_501_linear.ipynb")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    source = pack(place, {
        "leekim_12_502_linear.zip": b"PK",
        "leekim_12_503_notes.txt": b"x",
        link: b"/etc/passwd",
        "byronada_13_504_linear.ipynb": work(),
        "byronada_13_505_plot.png": b"x",
    })  # fmt: skip
    done = run(place, source, "canvas")
    assert done.left_out == [
        "oneilzoë_11_501_linear.ipynb is a link, a pipe or a device, not a file.",
        "kim has handed in no notebook: leekim_12_502_linear.zip.",
    ]
    assert list(submitted(place)) == [f"ada/{LINEAR}/linear.ipynb"]


@pytest.mark.parametrize("way", ["link", "file"])
def test_what_is_in_the_place_of_a_students_folder_costs_nobody_else(place, way):
    """Through a link, kim's notebook would take the place of ada's."""
    run(place, pack(place, {"byronada_13_3_linear.ipynb": work(text="# ada")}), "canvas")
    folder = place / "class" / "grader" / "submitted"
    if way == "link":
        (folder / "kim").symlink_to("ada")
    else:
        (folder / "kim").write_text("x")
    files = {"leekim_12_1_linear.ipynb": work(text="# kim"), "oneilzoë_11_501_linear.ipynb": work(text="# zoe")}
    done = run(place, pack(place, files), "canvas")
    assert done.left_out == [f"kim was not collected: {folder / 'kim'} is not a folder; move it away."]
    assert (folder / "ada" / LINEAR / "linear.ipynb").read_bytes() == work(text="# ada")
    assert (folder / "zoe" / LINEAR / "linear.ipynb").read_bytes() == work(text="# zoe")


@pytest.mark.parametrize("name", ["timestamp.txt", "linear.ipynb"])
def test_a_pipe_beside_earlier_work_is_not_waited_for(place, name):
    folder = place / "class" / "grader" / "submitted" / "kim" / LINEAR
    folder.mkdir(parents=True)
    os.mkfifo(folder / name)
    run(place, pack(place, {"leekim_12_1_linear.ipynb": work()}), "canvas")
    assert submitted(place) == {f"kim/{LINEAR}/linear.ipynb": work()}


def test_what_a_killed_process_has_moved_aside_is_put_back(place):
    """It had moved kim's notebook, and not put the newer one into its place; ada's newer one is in place."""
    submissions = place / "class" / "grader" / "submitted"
    for path in (
        place / "class" / "grader" / ".collecting-abc" / "old" / "kim" / LINEAR / "linear.ipynb",
        place / "class" / "grader" / ".collecting-abc" / "old" / "ada" / LINEAR / "linear.ipynb",
        submissions / "ada" / LINEAR / "linear.ipynb",
    ):
        path.parent.mkdir(parents=True)
        path.write_bytes(work(text="# newer" if path.is_relative_to(submissions) else "# before"))
    run(place, pack(place, {"oneilzoë_11_501_linear.ipynb": work()}), "canvas")
    files = submitted(place)
    assert files[f"kim/{LINEAR}/linear.ipynb"] == work(text="# before")
    assert files[f"ada/{LINEAR}/linear.ipynb"] == work(text="# newer")
    assert [path.name for path in (place / "class" / "grader").iterdir()] == ["submitted"]


def test_two_at_once_are_told(place):
    submissions = place / "class" / "grader" / "submitted"
    submissions.mkdir(parents=True)
    held = os.open(submissions / LOCK, os.O_RDONLY | os.O_CREAT)
    try:
        lock(held)
        with pytest.raises(NothingCollected, match=r"Another `grader collect` runs in .* Wait for its end"):
            run(place, pack(place, {"leekim_12_1_linear.ipynb": work()}), "canvas")
    finally:
        os.close(held)


def test_a_damaged_zip_writes_nothing(place):
    """Its list of files is whole, one of them is not."""
    source = pack(place, {"byronada_13_1_linear.ipynb": work(), "leekim_12_2_linear.ipynb": work(text="# kim")})
    raw = bytearray(source.read_bytes())
    middle = raw.index(b"leekim_12_2") + 400
    raw[middle : middle + 200] = bytes(200)
    source.write_bytes(raw)
    with pytest.raises(BadArchive, match="is not a zip, or a damaged one"):
        run(place, source, "canvas")
    assert submitted(place) == {}


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("MAX_FILES", 3, "has more than 3 files"),
        ("MAX_ALL", 99_999, "holds more than 99,999 bytes"),
    ],
)
def test_limits_on_number_and_size(place, monkeypatch, name, value, says):
    source = pack(place, {f"leekim_12_{n}_linear.ipynb": work(text=f"# {n}") for n in range(4)})
    monkeypatch.setattr(archive, name, value)
    with pytest.raises(BadArchive, match=says):
        run(place, source, "canvas")
    assert submitted(place) == {}


@pytest.mark.whole
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (bytes(11_000_000), "becomes more than 500 times as large when unpacked"),
        (bytes(range(256)) * 4000, "has more than 1,000,000 bytes"),
    ],
)
def test_one_file_that_is_too_large_keeps_nobody_elses_out(place, monkeypatch, content, why):
    """It is left out and named; the others are collected."""
    monkeypatch.setattr(archive, "MAX_FILE", 1_000_000 if len(content) < 10_000_000 else archive.MAX_FILE)
    source = pack(place, {"leekim_99912_1_linear.ipynb": content, "byronada_13_3_linear.ipynb": work()})
    done = run(place, source, "canvas")
    assert submitted(place) == {f"ada/{LINEAR}/linear.ipynb": work()}
    assert done.left_out == [f"leekim_99912_1_linear.ipynb {why}."]


@pytest.mark.parametrize(
    ("file", "chapter"),
    [
        ("Linear (1).ipynb", LINEAR),
        ("linear-Copy1 final.ipynb", LINEAR),
        ("linear(2)_copy3.new.ipynb", LINEAR),
        ("1" * 200 + "x.ipynb", ""),
        ("(1)" * 80 + "copy1 " * 10 + "?.ipynb", ""),
        ("1" * 60_000 + "x.ipynb", ""),
    ],
)
def test_a_name_tells_a_chapter_in_no_time(file, chapter):
    """Whatever a student called the file: of digits, all ways to divide them were tried."""
    start = time.process_time()
    assert chapter_by_name(file, [Release(LINEAR, frozenset(), frozenset())]) == chapter
    assert time.process_time() - start < 1.0


def test_where_writing_fails_everything_is_put_back(place, monkeypatch):
    run(place, pack(place, {"leekim_12_1_linear.ipynb": work()}), "canvas")
    before = submitted(place)
    replace, calls = os.replace, []

    def failing(source, target):
        calls.append(target)
        if len(calls) == 3:  # kim's old one aside, kim's new one in place, then ada's
            raise OSError(28, "No space left on device", str(target))
        replace(source, target)

    monkeypatch.setattr("grader.collecting.collect.os.replace", failing)
    both = {"leekim_12_2_linear.ipynb": work(text="# new"), "byronada_13_3_linear.ipynb": work()}
    with pytest.raises(NothingCollected, match=r"No space left on device\. Nothing was collected\."):
        run(place, pack(place, both), "canvas")
    assert submitted(place) == before


def test_only_one_assignment(place):
    source = pack(place, {"leekim_12_1_a.ipynb": work(), "byronada_13_2_b.ipynb": work(CONV)})
    done = run(place, source, "canvas", assignment=CONV)
    assert list(submitted(place)) == [f"ada/{CONV}/conv1d.ipynb"]
    assert done.left_out == [f"a.ipynb of kim is of {LINEAR}."]
    with pytest.raises(NothingCollected, match=f"has no release 07_conv2d; there are: {LINEAR}, {CONV}"):
        run(place, source, "canvas", assignment="07_conv2d")


def test_without_releases(place):
    shutil.rmtree(place / "class" / "notebooks")
    with pytest.raises(NothingCollected, match="The class has no release"):
        run(place, pack(place, {"leekim_12_1_a.ipynb": work()}), "canvas")


def test_names_of_pages_that_are_no_text_are_kept(tmp_path):
    """A folder that was unpacked in another encoding has such names."""
    roster, names = tmp_path / "roster.csv", {"01_linear": {"lee": "l\udce9e_12_345_linear.html"}}
    roster.write_text("id\nlee\n")
    remember(tmp_path, "canvas", roster, names)
    assert names_of_pages(tmp_path) == names
