"""From what Canvas or Moodle hand over to nbgrader's folder of submissions."""
