"""The student's side of the wall. It loads `shared` and `course.calling`, and nothing else of the course."""
