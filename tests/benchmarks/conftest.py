"""Benchmarks are run, not collected: they import one another as scripts do."""

collect_ignore_glob = ["*"]
