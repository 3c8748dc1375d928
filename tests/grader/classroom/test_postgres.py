"""The gradebook in a real PostgreSQL server: what SQLite would hold, several graders at once, and what is in the way."""

import re

import pytest
from typer.testing import CliRunner

from grader import gradebook_address
from grader.classroom import writing
from grader.cli import app
from grader.config import course_config
from grader.doctor import examine
from grader.grades.layouts import LAYOUTS, as_csv
from grader.grades.read import read_grades
from grader.registering import GradebookError
from tests.grader.classroom import postgres
from tests.grader.classroom.at_once import STEPS, AtOnce, at_the_step
from tests.grader.classroom.made import (
    CHAPTER,
    HALF,
    NAME,
    SOLVED,
    copy_class,
    grades,
    hand_in,
    make_class,
    notebook,
    opened,
    ours,
    stub,
    with_questions,
    write_release,
)  # fmt: skip
from tests.grader.classroom.stubbed import Counting

pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("postgres"), pytest.mark.usefixtures("without_answers")]


@pytest.fixture(scope="module")
def server():
    with postgres.server() as started:
        yield started


@pytest.fixture
def url(server, request):
    """Give the address of a new database."""
    return server.address(re.sub(r"\W", "_", request.node.name)[:60].lower())


def configured(root, url):
    config = course_config(root)
    config.CourseDirectory.db_url = url
    config.LateSubmissionPlugin.penalty_method = "zero"
    return config


def run(root, url, mark=None, **options):
    """Mark without running anything, into a gradebook somewhere."""
    return ours(root, config=configured(root, url), mark=mark or Counting(), **{"seed": None, **options})


def stops(root, url, **options):
    """Check that a run ends with one sentence, which does not name the password."""
    with pytest.raises(GradebookError) as error:
        run(root, url, **options)
    told = str(error.value)
    assert "\n" not in told
    assert "ss%2Fword" not in told
    assert postgres.PASSWORD not in told
    return told


# What it holds


def corrected():
    """Give a release with other texts in its first half."""
    release = notebook({})
    for cell in release["cells"][: len(release["cells"]) // 2]:
        cell["source"] += "\n# Corrected."
    return release


def test_what_sqlite_would_hold(root, url, tmp_path):
    """Step by step: new and changed work, lateness, an extension, manual grades, and a release that changed."""
    other = copy_class(root, tmp_path / "other")
    places = [(root, url), (other, course_config(other).CourseDirectory.db_url)]

    def both(change=lambda root: None, in_book=None, **options):
        for place, address in places:
            change(place)
            if in_book:
                with opened(place, address) as book:
                    in_book(book)
            run(place, address, **options)
        here, there = (grades(*place) for place in places)
        assert here == there
        tables = [as_csv(LAYOUTS["csv"](read_grades(configured(*place)), ())) for place in places]
        assert tables[0] == tables[1]
        return here

    found = both(lambda root: hand_in(root, "Zoë Müller", notebook(HALF), time="2026-11-03 12:00:00 UTC"))
    assert found["ada"]["score"] > found["Zoë Müller"]["score"] > 0
    both(lambda root: hand_in(root, "cy", notebook(), time="2026-11-03 12:00:00.5 UTC"))

    def due(book):
        book.update_or_create_assignment(CHAPTER, duedate="2026-11-02 12:00:00 UTC")
        book.grant_extension(CHAPTER, "cy", days=1, hours=1)
        book.find_grade("check-linear", "linear", CHAPTER, "ada").manual_score = 1.5
        book.db.commit()

    found = both(in_book=due, force=True)
    assert [found[student]["late"] for student in ("cy", "Zoë Müller")] == [[None], [found["Zoë Müller"]["score"]]]
    found = both(lambda root: write_release(root, with_questions(corrected())), regrade=True)
    assert {"why", "essay"} <= found["ada"]["grades"].keys()
    assert found["ada"]["grades"]["check-linear"][1] == 1.5


def test_a_class_whose_settings_name_it(url, tmp_path):
    """Its commands go there: release, changed points, grade, grades."""

    def call(*words):
        done = CliRunner().invoke(app, [*words, "--root", str(folder)])
        assert done.exit_code == 0, done.output
        return done.output

    folder = tmp_path / "class"
    assert CliRunner().invoke(app, ["init", str(folder), "--chapter", CHAPTER]).exit_code == 0
    (folder / "grader" / "gradebook.db").unlink()
    settings = folder / "class.toml"
    text = settings.read_text()
    shown = next(line for line in text.splitlines() if line.startswith("# gradebook = "))
    settings.write_text(text.replace(shown, f'gradebook = "{url}"'))
    call("release")
    settings.write_text(settings.read_text().replace("[points]\n", "[points]\nlinear = 9\n"))
    call("release")
    hand_in(folder, "ada", notebook())
    ours(folder, mark=stub)
    call("grades", "--output", str(tmp_path / "grades.csv"))
    assert "ada" in (tmp_path / "grades.csv").read_text()
    assert not (folder / "grader" / "gradebook.db").exists()
    with opened(folder, url) as book:
        assert [one.id for one in book.students] == ["ada"]
        assert book.find_graded_cell("check-linear", NAME, CHAPTER).max_score == 9


def test_a_name_that_is_too_long(root, url):
    """Its student is named; the others have their grades."""
    long = "x" * 129
    hand_in(root, long, notebook())
    summary = run(root, url)
    assert summary.errors == {
        long: ("The gradebook takes ids of up to 128 characters. Give the student's folder a shorter one.",)
    }
    assert grades(root, url).keys() == {"ada", "bo", "cy"}


# Several at once


def test_two_graders_at_once(server, url, tmp_path, monkeypatch):
    """On two machines, with an empty database; some students both, the others one of them."""
    names = [f"s{number:02}" for number in range(18)]
    handed_in = {name: notebook(dict(list(SOLVED.items())[: number % 4])) for number, name in enumerate(names)}
    alone = make_class(tmp_path / "alone", handed_in)
    here, there = copy_class(alone, tmp_path / "here"), copy_class(alone, tmp_path / "there")
    monkeypatch.setattr(writing, "BATCH", 2)
    making, writes = STEPS
    other = AtOnce(there, url, *names[:6], *names[12:])
    other.go_on(making)
    summary = run(here, url, at_the_step(writes, other.go_on), students=names[:12])
    assert other.end() == (0, "12 {}\n", "")
    assert (len(summary.graded), summary.errors) == (12, {})
    run(alone, course_config(alone).CourseDirectory.db_url)
    assert grades(alone, url) == grades(alone)
    counted = {
        table: server.ask(f"select count(*) from {table}", url.rpartition("/")[2])[0][0]
        for table in ("student", "assignment", "notebook", "submitted_assignment", "submitted_notebook")
    }
    assert counted == dict.fromkeys(counted, len(names)) | {"assignment": 1, "notebook": 1}


# What may be in the way


def test_a_server_that_goes_while_a_class_is_graded(server, root, url):
    """The marks are kept, and the next run writes them."""

    def mark(assignment, submissions, processes):
        yield from stub(assignment, submissions, processes)
        server.stop()

    try:
        told = stops(root, url, mark=mark)
        assert re.fullmatch(
            r"The gradebook could not be written: [^\n]+\. What was graded is kept; run the same command to continue\.",
            told,
        )
        told = stops(root, url)
        assert told.startswith(f"The gradebook postgresql+psycopg://grader:***@127.0.0.1:{server.port}/")
        assert "can't be opened: " in told
    finally:
        server.start()
    again = Counting()
    assert run(root, url, again).recovered == ["ada", "bo", "cy"]
    assert again.seen == []
    assert grades(root, url).keys() == {"ada", "bo", "cy"}


def test_a_connection_that_is_cut(server, root, url):
    """While a grader has its turn, or a class is graded: one sentence, if any, and the next run continues."""
    name = url.rpartition("/")[2]

    def cut():
        server.ask(f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'")

    def mark(assignment, submissions, processes):
        cut()
        yield from stub(assignment, submissions, processes)

    with gradebook_address.one_at_a_time(url):
        cut()
    assert "could not be written: terminating connection" in stops(root, url, mark=mark)
    assert run(root, url).recovered == ["ada", "bo", "cy"]


def test_a_read_only_database(server, root, url):
    run(root, url)
    hand_in(root, "di", notebook())
    name = url.rpartition("/")[2]
    server.ask(f"alter database {name} set default_transaction_read_only = on")
    assert "cannot execute INSERT in a read-only transaction" in stops(root, url)
    server.ask(f"alter database {name} reset default_transaction_read_only")
    assert run(root, url).recovered == ["di"]


@pytest.mark.parametrize("lock", ["lock table grade", "select pg_advisory_lock_shared(7205759403)"])
def test_a_locked_database(server, root, url, monkeypatch, lock):
    """Somebody holds a table, or another grader its turn, for too long."""
    run(root, url)
    hand_in(root, "di", notebook())
    monkeypatch.setattr(gradebook_address, "PATIENCE", 1)
    with server.connected(url.rpartition("/")[2]) as other:
        other.execute(lock)
        assert "canceling statement due to lock timeout" in stops(root, url)
    monkeypatch.undo()
    summary = run(root, url)
    assert summary.recovered + summary.graded == ["di"]


def test_a_database_of_another_version(server, root, url):
    """It is left as it was."""
    run(root, url)
    hand_in(root, "di", notebook())
    server.ask("update alembic_version set version_num = '0123456789ab'", url.rpartition("/")[2])
    assert "was made by another version of nbgrader" in stops(root, url)
    assert grades(root, url).keys() == {"ada", "bo", "cy"}


def test_a_user_without_rights(server, root, url):
    """A user who may not make tables, or only read them, gets a message; nothing is written."""
    name = url.rpartition("/")[2]
    server.ask(f"create role {name[:50]}_x login password 'reader'")
    reader = re.sub("//.*@", f"//{name[:50]}_x:reader@", url)
    assert re.search("permission denied for schema public", stops(root, reader))
    run(root, url)
    server.ask(f"grant select on all tables in schema public to {name[:50]}_x", name)
    hand_in(root, "di", notebook())
    assert re.search("permission denied for table", stops(root, reader))
    assert grades(root, url).keys() == {"ada", "bo", "cy"}
    run(root, url)
    assert grades(root, url).keys() == {"ada", "bo", "cy", "di"}


def test_names_that_a_database_might_obey(root, url):
    """They are names; some the formgrader would take for markup, and these are reported."""
    names = ["o'neil", 'a"b', "'; drop table student; --", "%s", "{}", "a\\", "$1", ":name", "İ\u202e"]
    for name in names:
        hand_in(root, name, notebook())
    summary = run(root, url)
    assert summary.errors.keys() == {'a"b', "a\\", "İ\u202e"}
    assert grades(root, url).keys() == {"ada", "bo", "cy", *names} - summary.errors.keys()


def test_a_server_that_is_killed_while_a_class_is_graded(server, root, url):
    """As by a power cut, between two batches. The server may lose what it had accepted last: that is graded again."""

    def mark(assignment, submissions, processes):
        for number, found in enumerate(stub(assignment, submissions, processes)):
            if number == 2:
                server.kill()
            yield found

    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(writing, "BATCH", 1)
            assert "could not be written" in stops(root, url, mark=mark)
    finally:
        server.start()
    run(root, url)
    assert grades(root, url).keys() == {"ada", "bo", "cy"}


UNREADABLE = (
    r"^The gradebook's address can't be read; in class\.toml, one such as postgresql\+psycopg://USER@HOST/DATABASE "
)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda url: url + "x", "does not exist"),
        (lambda url: url.replace("grader:", "nobody:"), "password authentication failed"),
        (
            lambda url: url.replace("+psycopg:", "+psycopg2:"),
            r"needs the package psycopg2, which is not installed\. For",
        ),
        (lambda url: url.replace("postgresql+psycopg:", "mydatabase:"), r"can't be opened: Can't load plugin"),
        pytest.param(lambda url: "grades", UNREADABLE, id="a word"),
        (lambda url: url.replace("p%40ss", "p@ss"), r"grader:\*\*\*@127.* has an @ in its password; write it as %40\."),
        (lambda url: f"{url}x?password={postgres.PASSWORD}", r"\?password=\*\*\* can't be opened: "),
        pytest.param(lambda url: url.replace("://", ":/"), UNREADABLE, id="one slash"),
        pytest.param(lambda url: re.sub(r":\d+/", ":many/", url), UNREADABLE, id="no port"),
    ],
)
def test_a_wrong_address(root, url, wrong, told):
    assert re.search(told, stops(root, wrong(url)))
    assert not (root / "grader" / "gradebook.db").exists()


def test_a_doctor_changes_nothing(server, tmp_path, url):
    """In an empty database no table is made; what is wrong with an address is told."""
    settings = tmp_path / "class.toml"
    settings.write_text(f'chapters = ["{CHAPTER}"]\ngradebook = "{url}"\n')
    assert "gradebook" not in [one.thing for one in examine(tmp_path)]
    name = url.rpartition("/")[2]
    assert server.ask("select * from information_schema.tables where table_schema = 'public'", name) == []
    settings.write_text(f'chapters = ["{CHAPTER}"]\ngradebook = "{url}x"\n')
    assert "does not exist" in next(one.says for one in examine(tmp_path) if one.thing == "gradebook")
