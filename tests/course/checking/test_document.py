"""Sentences made of pieces: code is what the course's authors mark as such, never what is filled in."""

import pytest

from course.checking.document import Code, Text, Value, marked, say


def test_code_is_between_backticks():
    """At the start, in the middle, at the end."""
    assert marked("`a` and `b`") == (Code("a"), Text(" and "), Code("b"))
    assert marked("none {0}") == (Text("none {0}"),)
    assert marked("") == ()


@pytest.mark.parametrize("hostile", ["`x`", "{0}", "{", "`", "<b>"])
def test_what_is_filled_in_is_taken_as_it_is(hostile):
    """A student's text can't become code, a placeholder or an error."""
    assert say("It says {}.", hostile) == (Text(f"It says {hostile}."),)
    assert say("Your `{}` has {:v}.", hostile, hostile) == (
        Text("Your "),
        Code(hostile),
        Text(" has "),
        Value(hostile),
        Text("."),
    )


def test_values_may_be_put_in_another_order():
    """NumPy names the inner sizes from right to left."""
    assert say("{1} and {0:v}", 5, 7) == (Text("7 and "), Value("5"))
