"""Whatever is not on a package's list is an import that breaks the contract."""

import pytest
from grimp import ImportGraph

from tests.allow_list import AllowList

OPTIONS = {"name": "any", "source_modules": ["room"], "allowed_modules": ["hall", "numpy"]}


def check(*imports: tuple[str, str]) -> list[tuple[str, str, str]]:
    graph = ImportGraph()
    for name in ("room", "room.corner"):
        graph.add_module(name)
    for importer, imported in imports:
        graph.add_module(imported) if imported not in graph.modules else None
        graph.add_import(importer=importer, imported=imported)
    found = AllowList(name="any", session_options={}, contract_options=OPTIONS).check(graph, verbose=False)
    assert found.kept is not bool(found.metadata["broken"])
    return found.metadata["broken"]


@pytest.mark.parametrize("imported", ["hall", "hall.door", "numpy", "json", "collections", "room.corner"])
def test_what_is_allowed_and_the_standard_library_are_kept(imported):
    """The list, with all below it, the package itself, and Python's own."""
    assert check(("room", imported)) == []


@pytest.mark.parametrize("imported", ["torch", "course", "hallway", "kitchen.door"])
@pytest.mark.parametrize("importer", ["room", "room.corner"])
def test_anything_new_is_forbidden(importer, imported):
    """A module is forbidden without anyone having thought of it."""
    assert check((importer, imported)) == [(importer, imported, "")]


def test_a_package_that_does_not_exist_breaks_the_contract():
    """A package that was renamed does not leave its contract behind, kept by nothing."""
    found = AllowList(name="any", session_options={}, contract_options=OPTIONS).check(ImportGraph(), verbose=False)
    assert found.metadata["broken"] == [("room", "", "there is no such module")]
