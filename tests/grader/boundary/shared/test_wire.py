"""What the wire carries, what it refuses, and that no bytes upset its decoder."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import struct
import time
import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course.calling.plain_data import Foreign
from grader.boundary.shared.caps import CAPS, Caps
from grader.boundary.shared.codec import Reference, WireError, encode
from grader.boundary.shared.decoder import decode
from grader.boundary.shared.wire import WireClosed, WireLate, discard, receive, send

DTYPES = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16"]

arrays = st.sampled_from(DTYPES).flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
)
scalars = arrays.filter(lambda array: array.size > 0).map(lambda array: array.reshape(-1)[0])
plain = (
    st.none()
    | st.booleans()
    | st.integers(-(1 << 200), 1 << 200)
    | st.floats()
    | st.complex_numbers()
    | st.text(st.characters(exclude_categories=["Cs"]))
)
values = st.recursive(
    plain | arrays | scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


def same(one: object, other: object) -> bool:
    """Tell whether two values are equal in type, too, and bit for bit where they are NumPy's."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, np.ndarray | np.generic):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, complex):
        return same(one.real, other.real) and same(one.imag, other.imag)
    return one == other or (one != one and other != other)


def framed(header: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">4sIQ", b"LbL1", len(header), len(body)) + header + body


@given(values)
@settings(deadline=None)
def test_values_come_back_as_they_were(value: object) -> None:
    """Whatever is data comes back equal, with lists and tuples, arrays and numbers told apart."""
    assert same(decode(encode(value)), value)


def test_arrays_come_back_as_own_writable_memory() -> None:
    """A decoded array can be written to, and shares nothing with the message."""
    message = bytearray(encode([np.zeros(3), np.ones((2, 0))]))
    first, second = decode(message)
    first[:] = 7
    assert first.flags.owndata
    assert second.shape == (2, 0)
    assert decode(message)[0].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (np.arange(6).reshape(2, 3).T, np.array([[0, 3], [1, 4], [2, 5]])),
        (np.ma.masked_array([1.0, 2.0], [True, False]), np.array([1.0, 2.0])),
        (np.arange(3, dtype=">i4"), np.arange(3, dtype="<i4")),
        (np.ones(2, np.longdouble), np.ones(2)),
        (np.broadcast_to(np.float32(2), (2, 2)), np.full((2, 2), 2, np.float32)),
    ],
    ids=["transposed", "masked", "big-endian", "long double", "broadcast"],
)
def test_unusual_arrays_are_sent_as_plain_ones(value: np.ndarray, wanted: np.ndarray) -> None:
    """Views, subclasses and foreign byte orders arrive as plain arrays in C order."""
    assert same(decode(encode(value)), wanted)


def test_a_message_that_was_read_is_not_kept() -> None:
    """Nothing holds the bytes of a message: a hundred large answers take no more memory than one."""

    class Message(bytearray):
        pass

    message = Message(encode({"value": [np.zeros(3), (1.5, "x")]}))
    known = weakref.ref(message)
    gc.disable()
    try:
        decode(message)
        del message
        assert known() is None
    finally:
        gc.enable()


def test_a_generator_goes_on_where_it_was() -> None:
    """A generator draws the same numbers on the other side, half a draw included."""
    rng = np.random.default_rng(5)
    rng.integers(10, dtype=np.int32)
    copy = decode(encode(rng))
    assert copy.integers(1000, size=9, dtype=np.int32).tolist() == rng.integers(1000, size=9, dtype=np.int32).tolist()


def test_what_a_generator_spawns_comes_of_its_state() -> None:
    """On the other side equal generators have equal children, and others have other children."""
    one, again, other = (decode(encode(np.random.default_rng(seed))).spawn(1)[0].random() for seed in (5, 5, 6))
    assert one == again != other


class Shouting:
    """An object that complains about every question."""

    def __getattribute__(self, name: str) -> object:
        raise AssertionError(name)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (Shouting(), f"{__name__.split('.')[0]}.Shouting"),
        ({1, 2}, "set"),
        ({1: 2}, "dict"),
        (b"bytes", "bytes"),
        (len, "builtin_function_or_method"),
        (np.array([None]), "numpy.ndarray of dtype object"),
        (np.str_("text"), "numpy.str_"),
        (np.random.Generator(np.random.MT19937(0)), "numpy.Generator"),
    ],
    ids=["object", "set", "whole keys", "bytes", "built-in", "object array", "text scalar", "other generator"],
)
def test_everything_else_is_named(value: object, name: str) -> None:
    """What is not data goes as the name of its type, and none of its methods is called."""
    assert decode(encode([value])) == [Foreign(name)]
    with pytest.raises(WireError, match="can't be sent"):
        encode(value, strict=True)


def cycle() -> list[object]:
    found: list[object] = []
    found.append(found)
    return found


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (np.broadcast_to(0.0, (10**5, 10**5)), "80,000,000,000 bytes"),
        (cycle(), "more than 40 levels deep"),
        ("x" * 2_000_000, "2,000,000 characters"),
        ([np.zeros(1)] * 5000, "more than 4,096 arrays"),
        ([0] * 3_000_000, "more than 1,048,576 values"),
        (1 << (1 << 21), "bits"),
    ],
    ids=["large", "cyclic", "long", "many arrays", "many values", "huge number"],
)
def test_what_is_over_a_cap_is_refused(value: object, why: str) -> None:
    """The error says what is too much, before memory is taken for it."""
    with pytest.raises(WireError, match=why):
        encode(value)


ONE = struct.pack("<d", 1.0)
HOSTILE = [
    b"",
    b"LbL1",
    framed(b""),
    framed(b"[" * 100_000),
    framed(b"\xff"),
    framed(b"{}"),
    framed(b"[]"),
    framed(b"NaN"),
    framed(b"1e999"),
    framed(b"9" * 5000),
    framed(b"18446744073709551616"),
    framed(b'"\\ud800"'),
    framed(b'["list"]'),
    framed(b'["list",[],[]]'),
    framed(b'["list",3]'),
    framed(b'["dict",[["a",1],["a",2]]]'),
    framed(b'["dict",[[1,1]]]'),
    framed(b'["tuple",[' * 41 + b"1" + b"]]" * 41),
    framed(b'["float","1.5"]'),
    framed(b'["float",["nan"]]'),
    framed(b'["int","zz"]'),
    framed(b'["int",5]'),
    framed(b'["complex",1.5]'),
    framed(b'["opaque","' + b"x" * 400 + b'"]'),
    framed(b'["array","<f8",[1]]'),
    framed(b'["array","<f8",[-1]]', ONE),
    framed(b'["array","<f8",[true]]', ONE),
    framed(b'["array","<f8",[1.0]]', ONE),
    framed(b'["array","<f8",[2]]', ONE),
    framed(b'["array","<f8",[0,4611686018427387904]]'),
    framed(b'["array","<f8",[0,1099511627775,1099511627775,1099511627775]]'),
    framed(b'["array","<f8",[' + b"1," * 40 + b"1]]", ONE),
    framed(b'["array","O",[1]]', ONE),
    framed(b'["array","|V8",[1]]', ONE),
    framed(b'["array",["<f8"],[1]]', ONE),
    framed(b'["array","|b1",[8]]', b"\x02" * 8),
    framed(b'["scalar","<f8",1]', ONE),
    framed(b'["list",[["array","<f8",[1]],["array","<f8",[1]]]]', ONE),
    framed(b'["list",[]]', ONE),
    framed(b'["PCG64","1","1","1"]'),
    framed(b'["PCG64","-1","1","0","0"]'),
    framed(b'["PCG64","1","1","2","0"]'),
    framed(b'["PCG64","' + b"f" * 40 + b'","1","0","0"]'),
    struct.pack(">4sIQ", b"LbL1", 0, 1 << 60),
    struct.pack(">4sIQ", b"PICK", 2, 0) + b"[]",
]


@pytest.mark.parametrize("data", HOSTILE, ids=range(len(HOSTILE)))
def test_malformed_messages_are_refused(data: bytes) -> None:
    """Each of these is refused with a WireError, and with nothing else."""
    with pytest.raises(WireError):
        decode(data)


def decoded_or_refused(data: bytes) -> None:
    with contextlib.suppress(WireError):
        decode(data)


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_random_bytes_are_decoded_or_refused(data: bytes) -> None:
    """No bytes raise anything but a WireError."""
    decoded_or_refused(data)
    decoded_or_refused(framed(data))


@given(values, st.data())
@settings(deadline=None)
def test_damaged_messages_are_decoded_or_refused(value: object, data: st.DataObject) -> None:
    """A real message with bytes changed, dropped or doubled raises only a WireError."""
    message = bytearray(encode(value))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(message) - 1))
        end = data.draw(st.integers(at, min(len(message), at + 8)))
        message[at:end] = data.draw(st.binary(max_size=8) | st.just(bytes(message[at:end]) * 2))
        if not message:
            return
    decoded_or_refused(bytes(message))


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(
        ["array", "scalar", "list", "tuple", "dict", "int", "float", "complex", "PCG64", "opaque", "<f8", "|b1", "1"]
    ),
    lambda inner: st.lists(inner, max_size=5),
    max_leaves=20,
)


@given(json_values, st.binary(max_size=32))
@settings(deadline=None)
def test_any_header_is_decoded_or_refused(tree: object, body: bytes) -> None:
    """Headers that are JSON, and near to real ones, raise only a WireError."""
    decoded_or_refused(framed(json.dumps(tree).encode(), body))


@pytest.fixture
def pipe():
    out, into = os.pipe()
    yield out, into
    for fd in (out, into):
        with contextlib.suppress(OSError):
            os.close(fd)


def test_a_silent_other_side_is_late(pipe) -> None:
    """A read ends at its deadline, with nothing there or with half a message."""
    out, into = pipe
    with pytest.raises(WireLate):
        receive(out, time.monotonic() + 0.01)
    os.write(into, encode(1)[:-1])
    with pytest.raises(WireLate):
        receive(out, time.monotonic() + 0.01)


def test_an_other_side_that_does_not_read_is_late(pipe) -> None:
    """A write ends at its deadline, too."""
    _, into = pipe
    os.set_blocking(into, False)
    with pytest.raises(WireLate):
        send(into, encode(np.zeros((1000, 1000))), time.monotonic() + 0.05)


def test_a_closed_connection_is_told(pipe) -> None:
    """End of file in the middle of a message is not a message."""
    out, into = pipe
    os.write(into, encode([1, 2])[:-1])
    os.close(into)
    with pytest.raises(WireClosed):
        receive(out)


def test_announced_bytes_take_no_memory_and_too_many_are_refused_at_once(pipe) -> None:
    """The cap is checked on the announcement, before anything else is read."""
    out, into = pipe
    os.write(into, struct.pack(">4sIQ", b"LbL1", 0, CAPS.message + 1))
    with pytest.raises(WireError, match="over the cap"):
        receive(out, time.monotonic() + 1)
    os.write(into, encode("x" * 100))
    with pytest.raises(WireError, match="over the cap"):
        receive(out, time.monotonic() + 1, caps=Caps(header=50))


def test_unread_bytes_can_be_thrown_away(pipe) -> None:
    """What was written before a question is asked does not block its answer."""
    out, into = pipe
    os.write(into, b"garbage")
    assert discard(out) == 7
    send(into, encode("answer"))
    assert receive(out) == "answer"


def test_references_go_one_way_only() -> None:
    """A side with objects to give follows references; one without refuses them. Senseless references are refused, too."""
    things = [object(), object()]
    message = encode([things, {"a": (things[1],)}], strict=True, refer=lambda x: Reference("held", things.index(x)))
    assert decode(message, follow=lambda kind, number: (kind, number)) == [
        [("held", 0), ("held", 1)],
        {"a": (("held", 1),)},
    ]
    with pytest.raises(WireError, match="not known"):
        decode(message)
    for parts in (b'"held"', b'"held",true', b"1,1", b'"held",1,2', b'"held","1"'):
        with pytest.raises(WireError, match="malformed"):
            decode(framed(b'["reference",' + parts + b"]"), follow=lambda kind, number: None)
    with pytest.raises(WireError, match="can't be sent"):
        encode([object()], strict=True, refer=lambda x: None)


def test_a_reference_of_a_students_own_is_an_object_like_others() -> None:
    """Only the judge's side, which says what stands for what, sends references."""
    assert decode(encode(Reference("held", 1))) == Foreign("grader.Reference")
