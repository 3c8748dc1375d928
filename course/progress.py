"""The former place of `course.standings`: as a module of this name it would hide `course.progress()`."""

from course.standings import Progress as Progress
from course.standings import progress as progress
