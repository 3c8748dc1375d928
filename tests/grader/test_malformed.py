"""Ten thousand malformed frames, notebooks and texts: each is read or refused, none is an exception, none takes long."""

import json
import os
import random
import time

import nbformat
import numpy as np
import pytest
from nbconvert.filters.ansi import ansi2html

from course.calling.naming import one_line, printable
from course.calling.plain_data import AXIS, ELEMENTS
from grader.boundary.shared.caps import ANSWER, CAPS
from grader.boundary.shared.codec import DTYPES, PREFIX, WireError, encode
from grader.boundary.shared.decoder import decode
from grader.boundary.trusted.replies import read_attempt, read_cell
from grader.config import ROOT
from grader.plain_cells import is_ordinary
from grader.rebuild import rebuild
from grader.submission import read_submission
from grader.visible import visible

COUNT = {"thorough": 10_000, "quick": 200}.get(os.environ.get("HYPOTHESIS_PROFILE", ""), 2_000)
SEED = 20_261_128
RELEASE = nbformat.read(ROOT / "notebooks" / "01_linear" / "linear.ipynb", as_version=4)
REPLIES = [
    {"token": "t", "reply": {"ending": "returned", "value": np.ones((2, 3)), "changed": ["x"], "seconds": 0.1}},
    {"token": "t", "reply": {"ending": "raised", "error": {"name": "E", "message": "m", "line": 3, "source": "s"}}},
    {"token": "t", "reply": {"ending": "returned", "value": [1, (2.5, None, "x", 3j, 1 << 70)], "kept": True}},
    {
        "token": "t",
        "reply": {
            "text": "a",
            "result": "",
            "images": [],
            "notes": ["A picture of 9 by 9 pixels was left out."],
            "error": None,
        },
    },
]
ODD = [None, True, -1, 1 << 70, 10**4000, 1e300, "", "x" * 300, "\ud800", [], {}, [[]], "array", "PCG64", [10**9, 0]]


def odd(draw, depth=3):
    if depth and draw.random() < 0.4:
        parts = [odd(draw, depth - 1) for _ in range(draw.randrange(4))]
        return parts if draw.random() < 0.6 else {str(key): part for key, part in enumerate(parts)}
    return draw.choice(ODD)


def spoiled(draw, tree):
    """Change one place of a tree of JSON."""
    if isinstance(tree, (list, dict)) and tree and draw.random() < 0.9:
        keys = list(tree) if isinstance(tree, dict) else range(len(tree))
        key = draw.choice(list(keys))
        changed = dict(tree) if isinstance(tree, dict) else list(tree)
        changed[key] = spoiled(draw, tree[key])
        return changed
    return odd(draw)


def frame(draw):
    """Make a message that is damaged in its bytes, in its header, or in what its arrays say."""
    raw = bytearray(encode(draw.choice(REPLIES)))
    kind = draw.randrange(4)
    if kind == 0:
        for _ in range(draw.randrange(1, 9)):
            raw[draw.randrange(len(raw))] = draw.randrange(256)
        return bytes(raw)
    if kind == 1:
        return bytes(raw[: draw.randrange(len(raw))]) + draw.randbytes(draw.randrange(9))
    _, size, _ = PREFIX.unpack(raw[: PREFIX.size])
    tree, body = json.loads(raw[PREFIX.size : PREFIX.size + size]), bytes(raw[PREFIX.size + size :])
    if kind == 2:
        tree = spoiled(draw, tree)
    else:
        sizes = [0, 1, 2, AXIS, AXIS + 1, 10**9, 1 << 62]
        shape = [draw.choice(sizes) for _ in range(draw.randrange(34))]
        value = [draw.choice(["array", "scalar"]), draw.choice([*DTYPES, "O"]), shape]
        tree, body = (
            ["dict", [["token", "t"], ["reply", ["dict", [["ending", "returned"], ["value", value]]]]]],
            b"\0" * 64,
        )
    header = json.dumps(tree, ensure_ascii=draw.random() < 0.5).encode("utf-8", "surrogatepass")
    return PREFIX.pack(b"LbL1", len(header), len(body)) + header + body


def test_malformed_frames_are_read_or_refused():
    """What a worker sends becomes a value within the caps, or a WireError, and so does the reply in it."""
    draw, refused = random.Random(SEED), 0
    start = time.process_time()
    for _ in range(COUNT):
        raw = frame(draw)
        try:
            value = decode(raw, caps=draw.choice([CAPS, ANSWER]))
            reply = value["reply"] if type(value) is dict and "reply" in value else value
            attempt = read_attempt(reply, ("x",), 1.0, 1)
            sizes = [attempt.value.shape] if isinstance(attempt.value, np.ndarray) else []
            assert all(size <= AXIS for shape in sizes for size in shape)
        except WireError:
            refused += 1
            try:
                read_cell(decode(raw))
            except WireError:
                continue
    assert COUNT // 2 < refused < COUNT
    assert time.process_time() - start < 0.01 * COUNT


@pytest.mark.parametrize(
    "shape", [(10**9, 0), (0, 10**9), (AXIS + 1,), (AXIS, 64), (AXIS, AXIS, 0), (1 << 40, 1 << 40, 0)]
)
def test_a_shape_without_bytes_is_refused(shape):
    """No array has more rows than the judge can go through, with or without a byte in them."""
    tree = ["array", "|i1", list(shape)]
    header = json.dumps(tree).encode()
    body = bytes(int(np.prod(shape, dtype=float)) if 0 < np.prod(shape, dtype=float) < 1 << 25 else 0)
    with pytest.raises(WireError, match=r"malformed|elements"):
        decode(PREFIX.pack(b"LbL1", len(header), len(body)) + header + body)
    if np.prod(shape, dtype=float) < 1 << 25 and max(shape) < 1 << 40:
        with pytest.raises(WireError, match="along one axis"):
            encode(np.zeros(shape, np.int8))


def test_arrays_are_counted_together():
    """Several arrays have together no more elements than one."""
    half = np.zeros((AXIS, ELEMENTS // AXIS // 2), np.int8)
    assert len(decode(encode([half, half]))) == 2
    with pytest.raises(WireError, match="elements"):
        encode([half, half, half[:1]])


def test_malformed_notebooks_are_read():
    """Whatever is handed in becomes a rebuilt notebook, which is valid."""
    draw = random.Random(SEED)
    content = json.loads(nbformat.writes(RELEASE))
    content["cells"] = [cell for cell in content["cells"] if cell["cell_type"] == "code"][:8]
    plain = json.dumps(content).encode()
    problems = 0
    for number in range(COUNT):
        if draw.random() < 0.3:
            raw = bytearray(plain)
            for _ in range(draw.randrange(1, 5)):
                raw[draw.randrange(len(raw))] = draw.randrange(256)
            raw = bytes(raw[: draw.randrange(len(raw))]) if draw.random() < 0.3 else bytes(raw)
        else:
            changed = content
            for _ in range(draw.randrange(1, 4)):
                changed = spoiled(draw, changed)
            raw = json.dumps(changed).encode()
        submission = read_submission(raw)
        problems += bool(submission.problems)
        rebuilt = rebuild(RELEASE, submission)
        if number % 20 == 0:
            nbformat.validate(rebuilt)
    assert problems > COUNT // 10


PIECES = [
    "\x1b",
    "\x1b[1;31m",
    "\x1b[38;5;8m",
    "[",
    "[38",
    "[38;5",
    "[48;2;1;1",
    "m",
    ";",
    "0",
    "8",
    "256",
    "31",
    "A",
    "\x9b",
    "\n",
    "\u202e",
    "\u200f",
    "\u2028",
    "\x07",
    "²",
    "x",
]


def test_what_is_printed_steers_nothing_and_every_page_can_show_it():
    """No page fails at a colour, no name starts a new line, and a log obeys nothing."""
    draw = random.Random(SEED)
    coloured = 0
    for _ in range(COUNT):
        text = "".join(draw.choices(PIECES, k=draw.randrange(12)))
        shown = printable(text, 1000)
        coloured += "\x1b" in shown
        ansi2html(shown)
        assert not set("\x9b\x07\u200f\u202e\u2028") & set(shown)
        assert printable(shown, 1000) == shown
        assert visible(one_line(text, 1000)) == one_line(text, 1000)
    assert coloured > 10


def test_only_ordinary_cells_are_coloured():
    """A cell that takes the lexer long is shown as it is; a usual answer is coloured."""
    for source in (
        "x\n" + "\n" * 15_000,
        "match" + " " * 9_000,
        "%%perl\ns{",
        "a" * 20_000,
        "x = '" + "y" * 3_000 + "'",
    ):
        assert not is_ordinary(source)
    assert all(is_ordinary(cell.source) for cell in RELEASE.cells if cell.cell_type == "code")
