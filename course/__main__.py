"""The command `course`, and `python -m course`."""

from course.launch import launch


def main() -> None:
    """Run the command."""
    launch("course.cli", prog_name="course")


if __name__ == "__main__":
    main()
