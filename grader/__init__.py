"""What an instructor uses: build, grade, and learn from a class."""
