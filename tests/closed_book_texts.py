"""What a closed book must not contain, and all that it contains as text."""

import io
import json
import textwrap
import zipfile

import numpy as np

from course.checking.source import BEGIN, END, bare, solution_cell, source_of

SHORT = 16
"""Lines with fewer characters say nothing: `return output`."""


def texts_of(wheel):
    """Give every text in a wheel by its place: of files, of notebooks' cells, and inside of files of numbers."""
    with zipfile.ZipFile(wheel) as packed:
        for name in packed.namelist():
            content = packed.read(name)
            if name.endswith(".npz"):
                with np.load(io.BytesIO(content)) as members:
                    for member in members:
                        if member.endswith(".json"):
                            yield f"{name}/{member}", members[member].tobytes().decode()
            elif name.endswith((".ipynb", ".json")):
                yield name, "\n".join(texts_in(content))
            elif not name.endswith((".png", ".jpg")):
                yield name, content.decode("utf-8", "replace")


def texts_in(content):
    """Give every text in a file of JSON, such as a notebook."""
    yield from _strings(json.loads(content))


def _strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        if all(isinstance(item, str) for item in value):
            yield "".join(value)  # a cell's source
        else:
            for item in value:
                yield from _strings(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)


def lines_of(text):
    """Give the lines that say something, without the space around them; the head of a loop doesn't."""
    return {line.strip() for line in text.splitlines() if len(line.strip()) >= SHORT and not line.endswith(":")}


def contained(lines, text):
    """Give the lines that a text contains, in one walk along the text: there are thousands, and megabytes."""
    found = {line for line in lines if len(line) < SHORT and line in text}
    starting = {}
    for line in lines:
        if len(line) >= SHORT:
            starting.setdefault(line[:SHORT], []).append(line)
    wanted = np.zeros(1 << 20, bool)
    for start in starting:
        wanted[_hashes(start)] = True
    for i in np.flatnonzero(wanted[_hashes(text)]):
        found |= {line for line in starting.get(text[i : i + SHORT], ()) if text.startswith(line, i)}
    return found


def _hashes(text):
    """Give a number of 20 bits for each place of a text, made of the characters that begin there."""
    characters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    found = np.zeros(max(0, len(characters) - SHORT + 1), np.uint32)
    for start in range(SHORT):
        found = found * np.uint32(2_654_435_761) + characters[start : start + len(found)]
    return found >> np.uint32(12)


def withheld_lines(exercises, handed_out):
    """Give the lines of solutions and mistakes that are not in what students get, each with the exercise's name."""
    lines = {line: one.name for one in exercises for line in _own_lines(one)}
    given = contained(lines, handed_out)
    return {line: name for line, name in lines.items() if line not in given}


def _own_lines(exercise):
    if exercise.kind == "value":
        answer = source_of(exercise.solution, exercise.name).splitlines()
        found = set(answer[1:-1] if len(answer) > 2 else answer)
        found = {line.strip() for line in found}
    else:
        found = solution_lines(exercise)
        mistakes = exercise.misconceptions[exercise.repair :]
        own = lines_of(bare(source_of(exercise.solution, exercise.name)))
        found |= {line for known in mistakes for line in lines_of(known.source) - own}
    return found


def solution_lines(exercise):
    """Give the lines that a student writes, without comments."""
    cell = textwrap.dedent(solution_cell(exercise.solution, exercise.name))
    blocks = [part.partition(END)[0] for part in cell.split(BEGIN)[1:]]
    return {line for block in blocks for line in lines_of(block) if not line.startswith("#")}


def sentences_of(exercises):
    """Give what a student sees anyway: hints, and what a report says about a mistake."""
    return "\n".join(
        text
        for one in exercises
        for text in (*one.hints, *(part for known in one.mistakes for part in (known.gives, known.advice)))
    )
