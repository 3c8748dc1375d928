"""One warm parent for all tests of the boundary: each takes its own workers from it."""

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session")
def nursery() -> Iterator[Any]:
    """Start it once: it takes more than a second. Whatever a test's worker does must leave it to the others."""
    from grader.boundary.shared import sandbox
    from grader.boundary.trusted.judge import Nursery

    with Nursery(unsandboxed=bool(sandbox.missing())) as found:
        yield found
