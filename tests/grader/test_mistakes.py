"""``grader mistakes EXERCISE`` shows how each known mistake differs from the solution."""

from typer.testing import CliRunner

import course
from grader import cli


def command(*arguments):
    result = CliRunner().invoke(cli.app, ["mistakes", *arguments])
    return result.exit_code, result.output


def test_each_mistake_is_shown_as_a_diff_with_its_sentences():
    """In the order of the declaration: the id, the lines that differ, what a report says, the next step."""
    code, output = command("warm_up")
    assert code == 0
    first = """\
warm_up.forgets-the-one
   def warm_up(x):
  -    return 2 * x + 1
  +    return 2 * x
  This is exactly what you get when the 1 is left out: 2x instead of 2x + 1.
  Next: The formula has two steps. Which of them is missing?
"""
    assert output.startswith(first)
    at = [output.index(known.id) for known in course.exercises["warm_up"].misconceptions]
    assert at == sorted(at)


def test_a_misspelled_exercise_is_answered_with_the_near_one():
    """In one line, with exit code 1."""
    assert command("warmup") == (1, "There is no exercise 'warmup'. Did you mean warm_up?\n")


def test_a_name_that_is_like_none_is_refused_without_a_guess():
    """Nothing is near."""
    assert command("9") == (1, "There is no exercise '9'.\n")


def test_an_exercise_whose_edit_does_not_apply_is_told_in_a_sentence(monkeypatch):
    """With the solution's lines, and no traceback."""
    from dataclasses import replace

    from grader import mistakes

    warm_up = course.exercises["warm_up"]
    broken = replace(warm_up, mistakes=(replace(warm_up.mistakes[0], edit=("3 * x", "x")),))
    monkeypatch.setattr(mistakes, "find_exercise", lambda name: broken)
    code, output = command("warm_up")
    assert code == 1
    assert output.startswith("warm_up.forgets-the-one: the edit's text '3 * x' does not occur in the solution; ")
    assert "  2 |     return 2 * x + 1" in output
