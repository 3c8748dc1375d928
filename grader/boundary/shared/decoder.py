"""Reading a message that a student's process wrote: whatever the bytes are, a value or a `WireError`."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from course.calling.plain_data import DIMENSIONS, Foreign, extent
from grader.boundary.shared.caps import CAPS, NAME, Caps
from grader.boundary.shared.codec import DTYPES, MAGIC, PREFIX, WireError


def _no_constant(name: str) -> Any:
    raise ValueError(name)


# Bound once: a student may replace these names where they come from, in the process that also decodes.
_read_json = json.JSONDecoder(parse_constant=_no_constant).decode
_frombuffer, _bytes, _isfinite, _product = np.frombuffer, np.uint8, math.isfinite, math.prod


Follow = Callable[[str, int], Any]
"""Gives the object that a reference means, from its kind and number."""


def decode(
    data: bytes | bytearray,
    *,
    caps: Caps = CAPS,
    opaque: Callable[[str], Any] = Foreign,
    follow: Follow | None = None,
) -> Any:
    """Turn a message back into the value. Arrays are new and writable.

    Parameters
    ----------
    data
        One whole message.
    caps
        What the message may hold.
    opaque
        Makes the stand-in for an object that was not carried, from its type's name.
    follow
        Gives the object that a reference means. Without it, as on the judge's side, references are refused.

    Raises
    ------
    WireError
        Where the bytes are not a message, whatever they are.

    Examples
    --------
    >>> from grader.boundary.shared.codec import encode
    >>> decode(encode({"shape": (2, 3), "largest": float("inf")}))
    {'shape': (2, 3), 'largest': inf}
    """
    if len(data) < PREFIX.size:
        raise WireError("The message is shorter than its prefix.")
    header_size, body_size = lengths(data[: PREFIX.size], caps)
    if len(data) != PREFIX.size + header_size + body_size:
        raise WireError("The message is not as long as it says.")
    view = memoryview(data)[PREFIX.size :]
    try:
        tree = _read_json(str(view[:header_size], "utf-8"))
    except (ValueError, RecursionError):
        raise WireError("The header is not JSON.") from None
    decoder = _Decoder(view[header_size:], caps, opaque, follow)
    value = decoder.value(tree, caps.depth)
    if decoder.offset != body_size:
        raise WireError("The message holds bytes that no array names.")
    return value


def lengths(prefix: bytes | bytearray, caps: Caps) -> tuple[int, int]:
    """Read from a message's prefix how long its header and its buffers are."""
    magic, header_size, body_size = PREFIX.unpack(prefix)
    if magic != MAGIC:
        raise WireError("The message does not begin as one.")
    if header_size > caps.header or body_size > caps.message:
        raise WireError(f"The message says {header_size + body_size:,} bytes; that is over the cap.")
    return header_size, body_size


class _Decoder:
    def __init__(self, body: memoryview, caps: Caps, opaque: Callable[[str], Any], follow: Follow | None) -> None:
        self.body = body
        self.caps = caps
        self.opaque = opaque
        self.follow = follow
        self.offset = 0
        self.arrays = 0
        self.values = 0
        self.elements = 0.0

    def value(self, tree: Any, depth: int) -> Any:
        self.values += 1
        if self.values > self.caps.values:
            raise WireError(f"The message holds more than {self.caps.values:,} values.")
        if tree is None or type(tree) is bool:
            return tree
        if type(tree) is str:
            return self._text(tree)
        if type(tree) is int:
            if not -(1 << 63) <= tree < 1 << 63:
                raise WireError("A whole number is out of range.")
            return tree
        if type(tree) is float:
            if not _isfinite(tree):
                raise WireError("A number is out of range.")
            return tree
        if type(tree) is not list or not tree or type(tree[0]) is not str or tree[0] not in _FORMS:
            raise WireError("The header holds a form that is not known.")
        return _FORMS[tree[0]](self, tree[1:], depth)

    def _text(self, text: Any) -> str:
        if type(text) is not str or len(text) > self.caps.text:
            raise WireError("A text is malformed, or too long.")
        try:
            text.encode()
        except UnicodeEncodeError:  # half a surrogate pair, which nothing could write
            raise WireError("A text holds half a character.") from None
        return text

    def _int(self, parts: list[Any], depth: int) -> int:
        return _hexadecimal(parts, 1, 1 << 20)[0]

    def _list(self, parts: list[Any], depth: int) -> list[Any]:
        return list(self._items(parts, depth))

    def _tuple(self, parts: list[Any], depth: int) -> tuple[Any, ...]:
        return tuple(self._items(parts, depth))

    def _items(self, parts: list[Any], depth: int) -> Iterator[Any]:
        if depth <= 0 or len(parts) != 1 or type(parts[0]) is not list:
            raise WireError("A list is malformed, or nested too deeply.")
        return (self.value(item, depth - 1) for item in parts[0])

    def _dict(self, parts: list[Any], depth: int) -> dict[str, Any]:
        if depth <= 0 or len(parts) != 1 or type(parts[0]) is not list:
            raise WireError("A dict is malformed, or nested too deeply.")
        found: dict[str, Any] = {}
        for pair in parts[0]:
            if type(pair) is not list or len(pair) != 2 or self._text(pair[0]) in found:
                raise WireError("A dict is malformed.")
            found[pair[0]] = self.value(pair[1], depth - 1)
        return found

    def _float(self, parts: list[Any], depth: int) -> float:
        if len(parts) != 1 or parts[0] not in ("nan", "inf", "-inf"):
            raise WireError("A number is malformed.")
        return float(parts[0])

    def _complex(self, parts: list[Any], depth: int) -> complex:
        numbers = [self.value(part, depth) for part in parts]
        if len(numbers) != 2 or any(type(number) is not float for number in numbers):
            raise WireError("A complex number is malformed.")
        return complex(*numbers)

    def _array(self, parts: list[Any], depth: int) -> np.ndarray:
        if len(parts) != 2 or type(parts[1]) is not list or len(parts[1]) > DIMENSIONS:
            raise WireError("An array is malformed.")
        shape = tuple(parts[1])
        if any(type(size) is not int or not 0 <= size <= self.caps.axis for size in shape):
            raise WireError("An array's shape is malformed.")
        return self._buffer(parts[0], shape)

    def _scalar(self, parts: list[Any], depth: int) -> Any:
        if len(parts) != 1:
            raise WireError("A NumPy number is malformed.")
        return self._buffer(parts[0], ())[()]

    def _buffer(self, code: Any, shape: tuple[int, ...]) -> np.ndarray:
        if type(code) is not str or code not in DTYPES:
            raise WireError("An array's dtype is not one that is sent.")
        self.arrays += 1
        if self.arrays > self.caps.arrays:
            raise WireError(f"The message holds more than {self.caps.arrays:,} arrays.")
        self.elements += extent(shape, self.caps.axis)
        if self.elements > self.caps.elements:
            raise WireError(f"The message holds arrays of more than {self.caps.elements:,} elements.")
        dtype = DTYPES[code]
        end = self.offset + _product(shape) * dtype.itemsize
        if end > len(self.body):
            raise WireError("An array's shape asks for more bytes than there are.")
        raw = self.body[self.offset : end]
        self.offset = end
        if code == "|b1" and _frombuffer(raw, _bytes).max(initial=0) > 1:
            raise WireError("A truth value is neither 0 nor 1.")
        try:
            return _frombuffer(raw, dtype).reshape(shape).copy()
        except ValueError:  # sizes next to a zero, whose product NumPy can't hold
            raise WireError("An array's shape is malformed.") from None

    def _opaque(self, parts: list[Any], depth: int) -> Any:
        if len(parts) != 1 or type(parts[0]) is not str or len(parts[0]) > NAME:
            raise WireError("A type's name is malformed.")
        return self.opaque(self._text(parts[0]))

    def _reference(self, parts: list[Any], depth: int) -> Any:
        if self.follow is None:
            raise WireError("The header holds a reference, a form that is not known here.")
        if len(parts) != 2 or type(parts[0]) is not str or type(parts[1]) is not int:
            raise WireError("A reference is malformed.")
        return self.follow(parts[0], parts[1])

    def _generator(self, parts: list[Any], depth: int) -> np.random.Generator:
        state, increment, has_uint32, uinteger = _hexadecimal(parts, 4, 128)
        if min(state, increment, uinteger) < 0 or has_uint32 not in (0, 1) or uinteger >= 1 << 32:
            raise WireError("A generator's state is malformed.")
        bits = np.random.PCG64(state)  # what it spawns comes of its seed: another for another state
        bits.state = {
            "bit_generator": "PCG64",
            "state": {"state": state, "inc": increment},
            "has_uint32": has_uint32,
            "uinteger": uinteger,
        }
        return np.random.Generator(bits)


# Not in each decoder: it would hold itself, and with it the message until Python looks for garbage.
_FORMS: dict[str, Callable[[_Decoder, list[Any], int], Any]] = {
    "int": _Decoder._int,
    "float": _Decoder._float,
    "complex": _Decoder._complex,
    "list": _Decoder._list,
    "tuple": _Decoder._tuple,
    "dict": _Decoder._dict,
    "array": _Decoder._array,
    "scalar": _Decoder._scalar,
    "opaque": _Decoder._opaque,
    "PCG64": _Decoder._generator,
    "reference": _Decoder._reference,
}


def _hexadecimal(parts: list[Any], count: int, bits: int) -> list[int]:
    if len(parts) != count or any(type(part) is not str or len(part) > bits // 4 + 2 for part in parts):
        raise WireError("A whole number is malformed.")
    try:
        return [int(part, 16) for part in parts]
    except ValueError:
        raise WireError("A whole number is malformed.") from None
