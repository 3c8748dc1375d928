"""A world like Windows' for the code of `course` and `grader`, on Linux: for tests.

Python loads this file when it starts, in every process that has its folder in PYTHONPATH. Two things change then:

- What our own modules import from the standard library lacks what it lacks on Windows (`windows_modules`). Libraries,
  students' code and the standard library itself keep what Linux has.
- Files are refused that Windows would refuse, to all of the process (`windows_files`).

Still as on Linux: separators in paths, upper case in names, code pages, line ends, what a compiled library does, and
what a system without processes of the kind of Linux's does at the end of one.
"""

if __name__ == "sitecustomize":  # and not where pytest looks for examples in it
    import windows_files
    import windows_modules

    windows_files.install()
    windows_modules.install()
