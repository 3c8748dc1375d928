"""No student byte is ever lost, whatever happens in whichever order."""

from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from course.workcopy.location import MARKER
from course.workcopy.start import start

LINEAR = "01_linear/linear.ipynb"
BESIDE = "01_linear/linear.new.ipynb"


def release(root: Path, files: dict[str, str]) -> Path:
    """Write a release folder; what it held before is gone."""
    for path in sorted(root.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def listing(root: Path) -> set[str]:
    """Return the files outside the marker folder."""
    files = (path.relative_to(root) for path in root.rglob("*") if not path.is_dir())
    return {path.as_posix() for path in files if path.parts[0] != MARKER}


class Student(RuleBasedStateMachine):
    """Whatever a student and the releases do in turn, what the student wrote stays where it was written."""

    places = st.sampled_from([LINEAR, BESIDE, "01_linear/own.ipynb"])

    @initialize()
    def begin(self):
        self.root = Path(self.folder()) / "copy"
        self.notebooks = self.root.with_name("notebooks")
        self.wrote: dict[str, str] = {}
        self.count = 0
        release(self.notebooks, {LINEAR: "release 0"})

    @rule(number=st.integers(0, 3))
    def new_release(self, number):
        release(self.notebooks, {LINEAR: f"release {number}"})

    @rule()
    def start(self):
        start(self.root, self.notebooks)
        assert (self.root / LINEAR).exists()

    @rule(place=places)
    def edit(self, place):
        self.count += 1
        self.wrote[place] = f"work {self.count}"
        (self.root / place).parent.mkdir(parents=True, exist_ok=True)
        (self.root / place).write_text(self.wrote[place])

    @rule(place=places)
    def delete(self, place):
        self.wrote.pop(place, None)
        (self.root / place).unlink(missing_ok=True)

    @rule(old=places, new=places)
    def rename(self, old, new):
        if (self.root / old).exists() and old != new:
            (self.root / old).replace(self.root / new)
            self.wrote.pop(new, None)
            if old in self.wrote:
                self.wrote[new] = self.wrote.pop(old)

    @rule()
    def lose_the_record(self):
        (self.root / MARKER / "copy.json").unlink(missing_ok=True)

    @invariant()
    def nothing_is_lost(self):
        if hasattr(self, "wrote"):
            assert {place: (self.root / place).read_text() for place in self.wrote} == self.wrote
            assert listing(self.root) <= {LINEAR, BESIDE, "01_linear/own.ipynb"}


def test_no_sequence_of_edits_and_releases_loses_a_byte(tmp_path_factory):
    """A property over edits, deletions, renames, releases back and forth, and a lost record."""

    class Here(Student):
        def folder(self):
            return tmp_path_factory.mktemp("student")

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=40,
            stateful_step_count=15,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
