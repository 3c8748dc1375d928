"""A `class.toml` that sets every kind of thing."""

WHOLE = """
name = "layers-2026"
timezone = "Europe/Berlin"
chapters = ["01_linear"]
exchange = "/srv/exchange"
gradebook = "postgresql://grader:secret@host/grades"

[exercises]
01_linear = ["linear"]

[points]
linear = 6

[deadlines]
01_linear = 2026-10-12

[late]
percent_per_day = 10
at_most = 50

[homework]
solution = false
hints = true
verdict_only = true

[grading]
seconds = 60
memory_mb = 512
locating_seconds = 0
seed = 7
"""
