"""Names are put back, whatever was done to them, and left alone where nothing was."""

import sys

import pytest

from grader.boundary.confined import unchanged
from grader.boundary.confined.unchanged import Names


def clear(names):
    names.clear()


def replace_one(names):
    names["name3"] = "another"


def remove_one(names):
    del names["name3"]


def add_one(names):
    names["new"] = "another"


def add_many(names):
    names.update({f"new{number}": number for number in range(1000)})


def exchange(names):
    names["name1"], names["name2"] = names["name2"], names["name1"]


def rebuild(names):
    kept = dict(names)
    names.clear()
    names.update(reversed(kept.items()))


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("change", [clear, replace_one, remove_one, add_one, add_many, exchange, rebuild])
def test_what_was_changed_is_put_back(monkeypatch, change, known):
    monkeypatch.setattr(unchanged, "_KNOWN", known and unchanged._KNOWN)
    names = {f"name{number}": object() for number in range(20)}
    before = dict(names)
    kept = Names(names)
    change(names)
    assert not kept.unchanged()
    kept.put_back()
    assert {name: names[name] for name in before} == before


def test_only_what_is_wanted_is_put_back():
    names = {"one": 1, "two": 2}
    kept = Names(names, ("one",))
    names.update(one=3, two=4)
    kept.put_back()
    assert names == {"one": 1, "two": 4}


@pytest.mark.skipif(not (3, 11) <= sys.version_info[:2] <= (3, 13), reason="another Python: it is always put back")
def test_what_is_as_it_was_is_not_touched():
    """The same for the modules that are loaded, of which there are many."""
    names = {f"name{number}": object() for number in range(20)}
    for dictionary in (names, sys.modules):
        kept = Names(dictionary)
        assert kept.unchanged()
        dictionary["new"] = dictionary.pop("new", None)
        assert not kept.unchanged()
        del dictionary["new"]
