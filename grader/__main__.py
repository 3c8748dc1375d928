"""The command `grader`, and `python -m grader`."""

from course.launch import launch


def main() -> None:
    """Run the command."""
    launch("grader.cli", prog_name="grader")


if __name__ == "__main__":
    main()
