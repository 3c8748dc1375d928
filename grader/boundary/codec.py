"""Values as bytes, for judge and worker: a JSON header and raw array buffers, never pickle.

A message is ``b"LbL1"``, the header's length (4 bytes), the buffers' length (8 bytes), the header, the buffers.
In the header None, booleans, small integers, finite floats and strings stand for themselves; everything else is
a list that begins with a tag. Arrays take their bytes from the buffers, in the order in which they are named,
so that a buffer can neither be left out nor be named twice.

The decoder reads what a student's process wrote: whatever the bytes are, it gives a value or raises `WireError`.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

MAGIC = b"LbL1"
PREFIX = struct.Struct(">4sIQ")

_DTYPES = {
    code: np.dtype(code)
    for code in ("|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16")
}
_WIDEST = {"f": "<f8", "c": "<c16"}  # long double goes as double

# Bound once: a student may replace these names where they come from, in the process that also encodes.
_dumps = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_asarray = np.asarray


class WireError(Exception):
    """A value that can't be sent, or bytes that are no message."""


@dataclass(frozen=True, slots=True)
class Caps:
    """What one message may hold.

    Parameters
    ----------
    message
        Bytes of all buffers together.
    header
        Bytes of the header. It bounds the number of values, too.
    arrays
        Number of arrays and NumPy numbers.
    depth
        How deep lists, tuples and dicts may lie in each other.
    text
        Characters of one string.
    """

    message: int = 64 << 20
    header: int = 4 << 20
    arrays: int = 4096
    depth: int = 32
    text: int = 1 << 20


CAPS = Caps()


@dataclass(frozen=True, slots=True)
class Opaque:
    """Stands for an object that the wire does not carry.

    Parameters
    ----------
    type_name
        What it is: ``"generator"``, ``"torch.Tensor"``, ``"numpy.ndarray of dtype object"``.
    """

    type_name: str


def encode(value: Any, *, caps: Caps = CAPS, strict: bool = False) -> bytes:
    """Turn a value into a message.

    Parameters
    ----------
    value
        None, a number, text, an array, a `numpy.random.Generator` over PCG64, or lists, tuples and dicts with
        text keys of these. Anything else goes as an `Opaque`; none of its methods is called.
    caps
        What the message may hold.
    strict
        Refuse what would go as an `Opaque`.

    Raises
    ------
    WireError
        Where the value is over a cap.

    Examples
    --------
    >>> decode(encode({"shape": (2, 3), "largest": float("inf")}))
    {'shape': (2, 3), 'largest': inf}
    >>> decode(encode(iter([])))
    Opaque(type_name='list_iterator')
    """
    encoder = _Encoder(caps, strict)
    try:
        header = _dumps(encoder.tree(value, caps.depth)).encode("utf-8", "replace")
    except RecursionError:
        raise WireError("It is nested too deeply.") from None
    if len(header) > caps.header:
        raise WireError(f"It holds too many values: {len(header):,} bytes, {caps.header:,} are allowed.")
    prefix = PREFIX.pack(MAGIC, len(header), encoder.size)
    return b"".join([prefix, header, *encoder.buffers])


class _Encoder:
    def __init__(self, caps: Caps, strict: bool) -> None:
        self.caps = caps
        self.strict = strict
        self.buffers: list[bytes] = []
        self.size = 0
        self.values = 0

    def tree(self, value: Any, depth: int) -> Any:
        # By exact type first: isinstance asks an object for its __class__, which may be a student's code.
        kind = type(value)
        self.values += 1
        if self.values > self.caps.header // 2:
            raise WireError(f"It holds more than {self.values - 1:,} values.")
        if value is None or kind is bool:
            return value
        if kind is str:
            return self.text(value)
        if kind is Opaque:
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
        if kind is list or kind is tuple or kind is dict:
            return self.container(value, depth)
        if kind is np.random.Generator and type(value.bit_generator) is np.random.PCG64:
            state = value.bit_generator.state
            words = (*state["state"].values(), state["has_uint32"], state["uinteger"])
            return ["PCG64", *(f"{word:x}" for word in words)]
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
        return ["opaque", name[:200]]

    def array(self, tag: str, value: Any) -> Any:
        plain = _asarray(value)
        dtype = plain.dtype
        if dtype.kind not in "biufc":
            if tag == "scalar":
                return self.opaque(type_name(type(value)))
            return self.opaque(f"numpy.ndarray of dtype {dtype}")
        code = dtype.newbyteorder("<").str
        code = code if code in _DTYPES else _WIDEST[dtype.kind]
        size = plain.size * _DTYPES[code].itemsize  # before anything is copied: a broadcast array takes no memory yet
        if self.size + size > self.caps.message:
            raise WireError(
                f"It holds an array of shape {plain.shape}, {size:,} bytes; {self.caps.message:,} are allowed."
            )
        if len(self.buffers) >= self.caps.arrays:
            raise WireError(f"It holds more than {self.caps.arrays:,} arrays.")
        self.size += size
        self.buffers.append(plain.astype(_DTYPES[code], copy=False).tobytes())
        return [tag, code] if tag == "scalar" else [tag, code, list(plain.shape)]


def _whole(value: int) -> Any:
    if -(1 << 63) <= value < 1 << 63:
        return value
    if value.bit_length() > 1 << 20:
        raise WireError(f"It holds a whole number of {value.bit_length():,} bits.")
    return ["int", f"{value:x}"]


def _real(value: float) -> Any:
    return value if math.isfinite(value) else ["float", str(value)]


def type_name(kind: type) -> str:
    """Name a type as a report does: its package and its name, without asking the type itself.

    Examples
    --------
    >>> import collections
    >>> type_name(collections.Counter), type_name(range)
    ('collections.Counter', 'range')
    """
    name = type.__dict__["__name__"].__get__(kind)
    module = type.__dict__["__module__"].__get__(kind)
    home = module.split(".")[0] if type(module) is str else ""
    return name if home in ("builtins", "") or home.startswith("__") else f"{home}.{name}"


def decode(data: bytes | bytearray, *, caps: Caps = CAPS, opaque: Callable[[str], Any] = Opaque) -> Any:
    """Turn a message back into the value. Arrays are new and writable.

    Parameters
    ----------
    data
        One whole message.
    caps
        What the message may hold.
    opaque
        Makes the stand-in for an object that was not carried, from its type's name.

    Raises
    ------
    WireError
        Where the bytes are no message, whatever they are.
    """
    if len(data) < PREFIX.size:
        raise WireError("The message is shorter than its prefix.")
    header_size, body_size = lengths(data[: PREFIX.size], caps)
    if len(data) != PREFIX.size + header_size + body_size:
        raise WireError("The message is not as long as it says.")
    view = memoryview(data)[PREFIX.size :]
    try:
        tree = json.loads(str(view[:header_size], "utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise WireError("The header is not JSON.") from None
    decoder = _Decoder(view[header_size:], caps, opaque)
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


def _no_constant(name: str) -> Any:
    raise ValueError(name)


class _Decoder:
    def __init__(self, body: memoryview, caps: Caps, opaque: Callable[[str], Any]) -> None:
        self.body = body
        self.caps = caps
        self.opaque = opaque
        self.offset = 0
        self.arrays = 0
        self.forms: dict[str, Callable[[list[Any], int], Any]] = {
            "int": lambda parts, depth: _hexadecimal(parts, 1, 1 << 20)[0],
            "float": self._float,
            "complex": self._complex,
            "list": lambda parts, depth: list(self._items(parts, depth)),
            "tuple": lambda parts, depth: tuple(self._items(parts, depth)),
            "dict": self._dict,
            "array": self._array,
            "scalar": self._scalar,
            "opaque": self._opaque,
            "PCG64": self._generator,
        }

    def value(self, tree: Any, depth: int) -> Any:
        if tree is None or type(tree) is bool:
            return tree
        if type(tree) is str:
            return self._text(tree)
        if type(tree) is int:
            if not -(1 << 63) <= tree < 1 << 63:
                raise WireError("A whole number is out of range.")
            return tree
        if type(tree) is float:
            if not math.isfinite(tree):
                raise WireError("A number is out of range.")
            return tree
        if type(tree) is not list or not tree or type(tree[0]) is not str or tree[0] not in self.forms:
            raise WireError("The header holds a form that is not known.")
        return self.forms[tree[0]](tree[1:], depth)

    def _text(self, text: Any) -> str:
        if type(text) is not str or len(text) > self.caps.text:
            raise WireError("A text is none, or too long.")
        try:
            text.encode()
        except UnicodeEncodeError:  # half a surrogate pair, which nothing could write
            raise WireError("A text holds half a character.") from None
        return text

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
        if len(parts) != 2 or type(parts[1]) is not list or len(parts[1]) > 32:
            raise WireError("An array is malformed.")
        shape = tuple(parts[1])
        if any(type(size) is not int or not 0 <= size < 1 << 40 for size in shape):
            raise WireError("An array's shape is malformed.")
        return self._buffer(parts[0], shape)

    def _scalar(self, parts: list[Any], depth: int) -> np.generic:
        if len(parts) != 1:
            raise WireError("A NumPy number is malformed.")
        return self._buffer(parts[0], ())[()]

    def _buffer(self, code: Any, shape: tuple[int, ...]) -> np.ndarray:
        if type(code) is not str or code not in _DTYPES:
            raise WireError("An array's dtype is not one that is sent.")
        self.arrays += 1
        if self.arrays > self.caps.arrays:
            raise WireError(f"The message holds more than {self.caps.arrays:,} arrays.")
        dtype = _DTYPES[code]
        end = self.offset + math.prod(shape) * dtype.itemsize
        if end > len(self.body):
            raise WireError("An array's shape asks for more bytes than there are.")
        raw = self.body[self.offset : end]
        self.offset = end
        if code == "|b1" and np.frombuffer(raw, np.uint8).max(initial=0) > 1:
            raise WireError("A truth value is neither 0 nor 1.")
        try:
            return np.frombuffer(raw, dtype).reshape(shape).copy()
        except ValueError:  # sizes next to a zero, whose product NumPy can't hold
            raise WireError("An array's shape is malformed.") from None

    def _opaque(self, parts: list[Any], depth: int) -> Any:
        if len(parts) != 1 or type(parts[0]) is not str or len(parts[0]) > 200:
            raise WireError("A type's name is malformed.")
        return self.opaque(self._text(parts[0]))

    def _generator(self, parts: list[Any], depth: int) -> np.random.Generator:
        state, increment, has_uint32, uinteger = _hexadecimal(parts, 4, 128)
        if min(state, increment, uinteger) < 0 or has_uint32 not in (0, 1) or uinteger >= 1 << 32:
            raise WireError("A generator's state is malformed.")
        bits = np.random.PCG64(0)
        bits.state = {
            "bit_generator": "PCG64",
            "state": {"state": state, "inc": increment},
            "has_uint32": has_uint32,
            "uinteger": uinteger,
        }
        return np.random.Generator(bits)


def _hexadecimal(parts: list[Any], count: int, bits: int) -> list[int]:
    if len(parts) != count or any(type(part) is not str or len(part) > bits // 4 + 2 for part in parts):
        raise WireError("A whole number is malformed.")
    try:
        return [int(part, 16) for part in parts]
    except ValueError:
        raise WireError("A whole number is malformed.") from None
