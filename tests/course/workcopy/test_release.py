"""Where the released notebooks are."""

import course
from course.workcopy import release


def test_a_source_tree_has_its_own_notebooks():
    """They are next to the package."""
    root = release.source_root()
    assert root is not None
    assert (root / "course" / "__init__.py").samefile(course.__file__)
    assert release.released_notebooks() == root / "notebooks"


def test_an_installed_package_contains_them(tmp_path, monkeypatch):
    """The wheel carries them inside the package, where pyproject.toml puts them."""
    monkeypatch.setattr(release, "PACKAGE", tmp_path / "site-packages" / "course")
    assert release.source_root() is None
    assert release.released_notebooks() == tmp_path / "site-packages" / "course" / "_notebooks"


def test_only_the_files_of_chapters_are_read(tmp_path):
    """In order, by their path below the folder."""
    for name in ("02_b/b.ipynb", "01_a/data/x.npy", "01_a/.hidden", "README.md", "drafts/d.ipynb"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    assert list(release.read_release(tmp_path)) == [
        ("01_a/data/x.npy", b"01_a/data/x.npy"),
        ("02_b/b.ipynb", b"02_b/b.ipynb"),
    ]
