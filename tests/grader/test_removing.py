"""Files that may be read-only are removed and replaced."""

from pathlib import Path

from grader.removing import remove_file, remove_folder, replace_file


def test_files_that_are_read_only_are_removed_and_replaced(tmp_path: Path) -> None:
    """And what is not there needs no removing."""
    folder = tmp_path / "folder"
    for path in (tmp_path / "a", tmp_path / "b", folder / "inner" / "c"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(path.name, encoding="utf-8")
        path.chmod(0o444)
    replace_file(tmp_path / "a", tmp_path / "b")
    remove_folder(folder)
    assert [(path.name, path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()] == [("b", "a")]
    remove_file(tmp_path / "b")
    remove_file(tmp_path / "b")
    assert not list(tmp_path.iterdir())
