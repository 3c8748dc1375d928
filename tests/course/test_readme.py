"""What the README says about the chapters is true."""

import re
from collections import Counter
from pathlib import Path

import course

README = Path(course.__file__).parent.parent / "README.md"


def test_the_table_of_chapters_counts_their_exercises():
    """Every chapter has its row, in order, with the number of its exercises."""
    rows = re.findall(r"^\| `(\d\d_\w+)` \| [^|]+ \| (\d+) \|$", README.read_text(encoding="utf-8"), re.MULTILINE)
    counts = Counter(exercise.chapter for exercise in course.exercises.values())
    assert [int(chapter[:2]) for chapter, _ in rows] == list(range(len(rows)))
    assert {chapter: int(number) for chapter, number in rows if chapter in counts} == counts


def test_every_link_to_a_file_leads_to_one():
    """From the README, from CONTRIBUTING and from the guides, which are read in the repository, too."""
    root = README.parent
    pages = [README, root / "CONTRIBUTING.md", *(root / "docs").rglob("*.md")]
    links = [
        (page, target.partition("#")[0])
        for page in pages
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:|#|\{", target)
    ]
    assert len(links) > 20
    for page, target in links:
        assert (page.parent / target).is_file(), f"{page.relative_to(root)}: {target}"
