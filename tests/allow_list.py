"""A contract for import-linter: what a package may import is listed, and everything else is forbidden."""

from __future__ import annotations

import sys
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class AllowList(Contract):
    """The source modules, with all below them, import each other, the standard library, and what is allowed.

    Parameters
    ----------
    source_modules
        Whose imports are looked at.
    allowed_modules
        What they may import, with all below it. A package of somebody else's is named by its first part.
    """

    type_name = "allow_list"

    source_modules = fields.SetField(subfield=fields.StringField())
    allowed_modules = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Find every import that is not allowed."""
        sources: Any = self.source_modules
        allowed: Any = {*sources, *self.allowed_modules}
        names = sorted(set(sources) - graph.modules)
        broken = [(name, "", "there is no such module") for name in names]
        for source in sorted(set(sources) - set(names)):
            for importer in sorted({source, *graph.find_descendants(source)}):
                for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                    if imported.partition(".")[0] not in sys.stdlib_module_names and not _within(imported, allowed):
                        broken.append((importer, imported, ""))
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each of them."""
        for importer, imported, why in check.metadata["broken"]:
            output.print_error(f"{importer}: {why}" if why else f"{importer} imports {imported}, which is not allowed.")


def _within(module: str, packages: set[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)
