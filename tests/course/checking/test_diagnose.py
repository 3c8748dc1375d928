"""Naming mistakes by single results: they must be exactly the student's wrong ones, and right where the student is."""

from dataclasses import replace

import numpy as np
import pytest

from course.calling.endings import Attempt, Ending, Raised
from course.checking.compare import compare
from course.checking.diagnose import diagnose
from course.checking.diagnosis import EVERYTHING, Explains
from course.checking.evidence import Tried, same
from course.checking.spec import Misconception, Mistake

RIGHT, WRONG, OTHER = (np.arange(start, start + 4) / 3 for start in (1, 2, 7))


def returned(value, **facts):
    return Attempt(Ending.RETURNED, value, **facts)


def raised(name):
    return Attempt(Ending.RAISED, error=Raised(name, "no"))


def known(slug):
    return Misconception("linear", None, Mistake(slug, body=0, gives="when ...", advice="Look."))


def tried(yours, expected, names=()):
    attempt = yours if isinstance(yours, Attempt) else returned(yours)
    back = attempt.ending is Ending.RETURNED
    return Tried(attempt, expected, compare(attempt.value, expected, names) if back else None)


def named(cases, **mistakes):
    """Diagnose against mistakes given by their results, and give slugs and what they explain."""
    rows = {slug: [end if isinstance(end, Attempt) else returned(end) for end in row] for slug, row in mistakes.items()}
    found = diagnose([known(slug) for slug in rows], cases, lambda m, i: rows[m.id.removeprefix("linear.")][i])
    return [mistake.mistake.slug for mistake in found.mistakes], found.explains


@pytest.mark.parametrize("value", [np.ones(3), 3.0, None, "text", (np.ones(2), None), {"a": 1}, [1, [2, 3]]])
def test_whatever_was_returned_agrees_with_itself_only(value):
    """Also what is not data at all."""
    assert same(returned(value), returned(value))
    assert not same(returned(np.zeros(7)), returned(value))
    assert not same(returned(value), raised("ValueError"))


def test_changed_arguments_and_exceptions_are_part_of_an_ending():
    """Equal values are not enough where one of the two changed an argument."""
    assert not same(returned(1.0, changed=("x",)), returned(1.0))
    assert same(raised("ValueError"), raised("ValueError"))
    assert not same(raised("ValueError"), raised("TypeError"))


def test_a_right_value_is_evidence_even_where_an_argument_was_changed():
    """A mistake that is wrong there is not the student's; one that is right there, without the change, may be."""
    cases = [tried(returned(RIGHT, changed=("input",)), RIGHT), tried(WRONG, RIGHT)]
    assert named(cases, elsewhere=[OTHER, WRONG])[0] == []
    assert named(cases, everywhere=[OTHER, WRONG], here=[RIGHT, WRONG])[0] == ["here"]


def test_an_exception_alone_names_nothing():
    """It could have many causes; together with a value that agrees it does."""
    cases = [tried(raised("ValueError"), RIGHT), tried(WRONG, RIGHT)]
    assert named(cases[:1], a=[raised("ValueError")])[0] == []
    assert named(cases, a=[raised("ValueError"), WRONG]) == (["a"], EVERYTHING)


def test_a_mistake_that_contradicts_a_passing_case_is_not_named():
    """It explains the failing one exactly, and would fail where the student does not."""
    cases = [tried(RIGHT, RIGHT), tried(WRONG, RIGHT)]
    assert named(cases, a=[OTHER, WRONG])[0] == []
    assert named(cases, a=[raised("ValueError"), WRONG])[0] == []
    assert named(cases, a=[returned(RIGHT, changed=("x",)), WRONG])[0] == []
    assert named(cases, a=[OTHER, WRONG], b=[RIGHT, WRONG]) == (["b"], EVERYTHING)


def test_a_case_that_raised_is_left_to_another_cause():
    """The others are explained, and the report says which."""
    cases = [tried(WRONG, RIGHT), tried(raised("IndexError"), RIGHT), tried(RIGHT, RIGHT)]
    assert named(cases, a=[WRONG, RIGHT, RIGHT]) == (["a"], Explains(cases=(0,)))


def test_a_case_without_values_neither_names_nor_refutes():
    """Many mistakes leave an empty result right, and many stumble over it."""
    empty = tried(np.zeros((0, 4)), np.zeros((0, 4)))
    assert named([tried(WRONG, RIGHT), empty], a=[WRONG, raised("ValueError")]) == (["a"], EVERYTHING)


def test_a_case_that_changed_an_argument_is_set_aside():
    """Unless the mistake changes the same."""
    changed = returned(RIGHT, changed=("x",))
    cases = [tried(WRONG, RIGHT), tried(changed, RIGHT)]
    assert named(cases, a=[WRONG, RIGHT]) == (["a"], Explains(cases=(0,)))
    assert named(cases, a=[WRONG, changed]) == (["a"], EVERYTHING)


def test_a_wrong_value_is_evidence_even_where_an_argument_was_changed():
    """The change is a separate fault; it doesn't hide the other."""
    cases = [tried(returned(WRONG, changed=("x",)), RIGHT), tried(returned(RIGHT, changed=("x",)), RIGHT)]
    assert named(cases, a=[WRONG, RIGHT]) == (["a"], Explains(cases=(0,)))


@pytest.mark.parametrize(("text", "names"), [("(7, 4) and (7,)", ["a"]), ("(7,)", []), ("nothing to train", [])])
def test_a_text_of_several_numbers_proves_as_much_as_an_array(text, names):
    """Such as the shapes of a layer; other words have many causes."""
    cases = [tried(text, "(4, 7) and (7,)"), tried(raised("IndexError"), RIGHT)]
    assert named(cases, a=[text, RIGHT])[0] == names


def test_one_of_several_results_identifies_a_mistake():
    """Where the mistake leaves the others right, they have another cause."""
    names = ("grad_input", "grad_weight")
    cases = [tried((OTHER, WRONG), (RIGHT, RIGHT), names) for _ in range(2)]
    assert named(cases, a=[(RIGHT, WRONG)] * 2) == (["a"], Explains(results=("grad_weight",)))


def test_a_mistake_that_should_show_elsewhere_is_not_named():
    """It looks alike in one case, with a square weight or one sample, and gives something else in the others."""
    cases = [tried(WRONG, RIGHT), tried(OTHER, RIGHT)]
    assert named(cases, a=[WRONG, 5 * RIGHT])[0] == []
    assert named(cases, a=[WRONG, RIGHT]) == (["a"], Explains(cases=(0,)))


def test_a_special_case_alone_names_nothing():
    """There many mistakes give the same; it counts together with an ordinary one, or where it is all that fails."""
    ordinary, special = tried(WRONG, RIGHT), replace(tried(OTHER, RIGHT), special=True)
    assert named([ordinary, special], a=[RIGHT, OTHER])[0] == []
    assert named([ordinary, special], a=[WRONG, OTHER]) == (["a"], EVERYTHING)
    assert named([tried(RIGHT, RIGHT), special], a=[RIGHT, OTHER]) == (["a"], EVERYTHING)


def test_one_case_is_not_enough_where_the_others_should_show_the_mistake():
    """They raised, and the mistake doesn't: a weight that is square fits also where it is not transposed."""
    cases = [tried(raised("ValueError"), RIGHT), tried(WRONG, RIGHT)]
    assert named(cases, a=[OTHER, WRONG])[0] == []
    assert named([*cases, tried(OTHER, RIGHT)], a=[OTHER, WRONG, OTHER]) == (["a"], Explains(cases=(1, 2)))


def test_nan_hides_what_else_is_wrong():
    """An overflow in one case does not speak against a mistake in the others."""
    cases = [tried(WRONG, RIGHT), tried(WRONG * np.nan, RIGHT)]
    assert named(cases, a=[WRONG, OTHER]) == (["a"], Explains(cases=(0,)))


@pytest.mark.parametrize("weak", [np.zeros(4), np.ones(4), np.full(4, 0.3), np.full(4, np.nan), 0.3, 7, True, "text"])
def test_one_weak_result_does_not_name_a_part(weak):
    """Zeros, ones, a constant, a single number: many mistakes have these in common."""
    expected = RIGHT if np.ndim(weak) else "right" if isinstance(weak, str) else 2
    cases = [tried(weak, expected), tried(raised("ValueError"), RIGHT)]
    assert named(cases, a=[weak, RIGHT])[0] == []


def test_a_wrong_choice_is_named_by_itself():
    """A text is chosen from several: the same wrong one is the same mistake, whatever else was chosen."""
    rows = [("overfitting", "no update"), ("rate too low", "rate too high"), ("right", "right")]
    cases = [replace(tried(*row), chosen=True) for row in rows]
    chosen = ["overfitting", "rate too high", "right"]
    assert named(cases, a=chosen) == (["a"], Explains(cases=(0,)))
    assert named(cases, a=[*chosen[:2], "wrong"])[0] == []
    assert named(cases, a=["labels shuffled", *chosen[1:]])[0] == []


def test_numbers_in_several_cases_are_evidence():
    """Two losses that agree are, two truth values are not."""
    stopped = tried(raised("ValueError"), 1.0)
    losses = [tried(0.3, 1.0), tried(0.7, 2.0), stopped]
    assert named(losses, a=[0.3, 0.7, 1.0]) == (["a"], Explains(cases=(0, 1)))
    truths = [tried(True, False), tried(True, False), stopped]
    assert named(truths, a=[True, True, 1.0])[0] == []


def test_a_known_mistake_with_the_opposite_sign():
    """Also twice or half of it."""
    cases = [tried(-OTHER, RIGHT), tried(-WRONG, RIGHT)]
    assert named(cases, a=[OTHER, WRONG]) == (["a"], Explains(factor=-1.0))
    assert named([tried(OTHER / 2, RIGHT)], a=[OTHER]) == (["a"], Explains(factor=0.5))


@pytest.mark.parametrize(("more", "slugs"), [(0, ["order", "sum"]), (1, ["order", "sum"]), (2, ["order"])])
def test_the_second_of_two_mistakes_shows_in_as_many_results_as_deny_it(more, slugs):
    """With one sample a sum over the samples and its absence are alike; with several, the answer has something else."""

    def one_less(x):
        return x - 1, x + 1

    mistakes = [
        Misconception("one_less", one_less, Mistake(slug, edit=edit, gives="when ...", advice="Look."))
        for slug, edit in {"order": ("x - 1, x", "x - 2, x"), "sum": ("x + 1", "x + 2")}.items()
    ]
    several = [(WRONG, WRONG)] + [(WRONG, 5 * RIGHT)] * more
    cases = [tried(yours, (RIGHT, RIGHT), ("input", "bias")) for yours in several]

    def ends(one, index):
        return returned((WRONG if "order" in one.id else RIGHT, WRONG if "sum" in one.id else RIGHT))

    assert [found.mistake.slug for found in diagnose(mistakes, cases, ends).mistakes] == slugs


def test_a_repair_is_explained_as_a_whole_or_not_at_all():
    """Only one thing was wrong with what was handed out."""
    cases = [tried(WRONG, RIGHT), tried(raised("ValueError"), RIGHT)]
    ends = {0: returned(WRONG), 1: returned(RIGHT)}
    assert diagnose([known("a")], cases, lambda m, i: ends[i]).mistakes
    assert not diagnose([known("a")], cases, lambda m, i: ends[i], repair=True).mistakes


def scaled(x):
    return 2 * x + 1


def of_two(*rivals):
    """Diagnose an answer with two mistakes, one of which gives infinity in one case, and say which were found."""
    infinite = both = np.full(4, np.inf)
    alone = {"factor": [WRONG, WRONG], **{rival: [RIGHT, infinite] for rival in rivals}}
    edits = {"factor": ("2 * x", "3 * x"), "first": (" + 1", " + 2"), "second": (" + 1", " - 1")}
    mistakes = [
        Misconception("scaled", scaled, Mistake(slug, edit=edits[slug], gives="when ...", advice="Look."))
        for slug in alone
    ]

    def ends(one, index):
        slug = one.id.removeprefix("scaled.")
        together = [WRONG, both] if "factor" in slug else [RIGHT, RIGHT]
        return returned(alone.get(slug, together)[index])

    found = diagnose(mistakes, [tried(WRONG, RIGHT), tried(both, RIGHT)], ends)
    return [one.mistake.slug for one in found.mistakes]


def test_a_mistake_that_overflows_is_named_with_another_one():
    """Infinity alone proves little: it is named only where no second mistake overflows in the same way."""
    assert of_two("first") == ["factor", "first"]
    assert of_two("first", "second") == ["factor"]
