"""Values as bytes, for judge and worker: a JSON header and raw array buffers, never pickle.

A message is ``b"LbL1"``, the header's length (4 bytes), the buffers' length (8 bytes), the header, the buffers.
In the header None, booleans, small integers, finite floats and strings are written as they are; everything else is
a list that begins with a tag. Arrays take their bytes from the buffers, in the order in which they are named,
so that a buffer can neither be left out nor be named twice.

This file says what a message is, and writes one; `decoder` reads one.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from course.calling.naming import type_name
from course.calling.plain_data import Foreign, extent
from grader.boundary.shared.caps import CAPS, NAME, Caps

MAGIC = b"LbL1"
PREFIX = struct.Struct(">4sIQ")

DTYPES = {
    code: np.dtype(code)
    for code in ("|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16")
}
_WIDEST = {"f": "<f8", "c": "<c16"}  # long double goes as double

# Bound once: a student may replace these names where they come from, in the process that also encodes.
_dumps = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_asarray, _isfinite = np.asarray, math.isfinite


class WireError(Exception):
    """A value that can't be sent, or bytes that are not a message."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Stands, in a message of the judge's, for an object that the other side holds, or for a function of the judge's.

    Parameters
    ----------
    kind
        ``"held"`` or ``"function"``.
    number
        Which one.
    """

    kind: str
    number: int


Refer = Callable[[Any], Reference | None]
"""Gives what replaces an object that is not data; None where nothing does."""


def encode(value: Any, *, caps: Caps = CAPS, strict: bool = False, refer: Refer | None = None) -> bytes:
    """Turn a value into a message.

    Parameters
    ----------
    value
        None, a number, text, an array, a `numpy.random.Generator` over PCG64, or lists, tuples and dicts with
        text keys of these. Anything else goes as a `Foreign`; none of its methods is called.
    caps
        What the message may hold.
    strict
        Refuse what would go as a `Foreign`.
    refer
        Gives a `Reference` to send for an object that is not data. A worker sends none.

    Raises
    ------
    WireError
        Where the value is over a cap.

    Examples
    --------
    >>> encode([1, (2.5, None)])[16:]
    b'["list",[1,["tuple",[2.5,null]]]]'
    >>> encode(iter([]))[16:]
    b'["opaque","list_iterator"]'
    """
    encoder = _Encoder(caps, strict, refer)
    try:
        header = _dumps(encoder.tree(value, caps.depth)).encode("utf-8", "replace")
    except RecursionError:
        raise WireError("It is nested too deeply.") from None
    if len(header) > caps.header:
        raise WireError(f"It holds too many values: {len(header):,} bytes, {caps.header:,} are allowed.")
    prefix = PREFIX.pack(MAGIC, len(header), encoder.size)
    return b"".join([prefix, header, *encoder.buffers])


class _Encoder:
    def __init__(self, caps: Caps, strict: bool, refer: Refer | None) -> None:
        self.caps = caps
        self.strict = strict
        self.refer = refer
        self.buffers: list[bytes] = []
        self.size = 0
        self.values = 0
        self.elements = 0.0

    def tree(self, value: Any, depth: int) -> Any:
        # By exact type first: isinstance asks an object for its __class__, which may be a student's code.
        kind = type(value)
        self.values += 1
        if self.values > self.caps.values:
            raise WireError(f"It holds more than {self.caps.values:,} values.")
        if value is None or kind is bool:
            return value
        if kind is str:
            return self.text(value)
        if kind is list or kind is tuple or kind is dict:
            return self.container(value, depth)
        if kind is Foreign:
            return self.opaque(value.type_name)
        if issubclass(kind, np.ndarray):
            return self.array("array", value)
        if issubclass(kind, np.generic):
            return self.array("scalar", value)
        if issubclass(kind, int):
            return _whole(int.__index__(value))
        if issubclass(kind, float):
            return _real(float.__float__(value))
        if issubclass(kind, complex):
            exact = complex.__add__(value, 0j)
            return ["complex", _real(exact.real), _real(exact.imag)]
        if kind is np.random.Generator and type(value.bit_generator) is np.random.PCG64:
            state = value.bit_generator.state
            words = (*state["state"].values(), state["has_uint32"], state["uinteger"])
            return ["PCG64", *(f"{word:x}" for word in words)]
        if self.refer is not None and (reference := self.refer(value)) is not None:
            return ["reference", reference.kind, reference.number]
        return self.opaque(type_name(kind))

    def container(self, value: Any, depth: int) -> Any:
        if depth <= 0:
            raise WireError(f"It is nested more than {self.caps.depth} levels deep.")
        kind = type(value)
        if kind is not dict:
            return [kind.__name__, [self.tree(item, depth - 1) for item in value]]
        if any(type(key) is not str for key in value):
            return self.opaque("dict")
        return ["dict", [[self.text(key), self.tree(item, depth - 1)] for key, item in value.items()]]

    def text(self, value: str) -> str:
        if len(value) > self.caps.text:
            raise WireError(f"It holds a text of {len(value):,} characters; {self.caps.text:,} are allowed.")
        return value

    def opaque(self, name: str) -> list[str]:
        if self.strict:
            raise WireError(f"A value of type {name} can't be sent; arrays, numbers, text and lists of these can.")
        return ["opaque", name[:NAME]]

    def array(self, tag: str, value: Any) -> Any:
        plain = _asarray(value)
        dtype = plain.dtype
        if dtype.kind not in "biufc":
            if tag == "scalar":
                return self.opaque(type_name(type(value)))
            return self.opaque(f"numpy.ndarray of dtype {dtype}")
        code = dtype.newbyteorder("<").str
        code = code if code in DTYPES else _WIDEST[dtype.kind]
        size = plain.size * DTYPES[code].itemsize  # before anything is copied: a broadcast array takes no memory yet
        self.elements += extent(plain.shape, self.caps.axis)
        if self.size + size > self.caps.message or self.elements > self.caps.elements:
            raise WireError(
                f"It holds an array of shape {plain.shape}, {size:,} bytes; {self.caps.message:,} are allowed, "
                f"{self.caps.elements:,} elements, and {self.caps.axis:,} along one axis."
            )
        if len(self.buffers) >= self.caps.arrays:
            raise WireError(f"It holds more than {self.caps.arrays:,} arrays.")
        self.size += size
        self.buffers.append(plain.astype(DTYPES[code], copy=False).tobytes())
        return [tag, code] if tag == "scalar" else [tag, code, list(plain.shape)]


def _whole(value: int) -> Any:
    if -(1 << 63) <= value < 1 << 63:
        return value
    if value.bit_length() > 1 << 20:
        raise WireError(f"It holds a whole number of {value.bit_length():,} bits.")
    return ["int", f"{value:x}"]


def _real(value: float) -> Any:
    return value if _isfinite(value) else ["float", str(value)]
