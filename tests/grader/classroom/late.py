"""A plugin for late submissions that does not work."""

from nbgrader.plugins import BasePlugin


class Failing(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        raise KeyError(student_id)
