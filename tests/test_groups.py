"""Tests of one group run in one process, so that what they share is made once."""

import pytest


@pytest.mark.xdist_group("a group")
def test_a_group_stays_in_one_process(request):
    """pytest-xdist knows a test's group by the end of its id; where that is missing, every process makes everything."""
    if not hasattr(request.config, "workerinput"):
        pytest.skip("one process runs all tests")
    assert request.node.nodeid.endswith("@a group")
