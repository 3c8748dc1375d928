"""What an exception complains about: Python's and NumPy's messages, read as facts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum, auto

from course.calling.endings import Raised


class About(StrEnum):
    """What a message is about, of those that students meet most."""

    MATMUL_SIZES = auto()
    DOT_SIZES = auto()
    MATMUL_OF_A_NUMBER = auto()
    BROADCAST = auto()
    EINSUM_SIZES = auto()
    EINSUM_FEW_AXES = auto()
    EINSUM_MANY_AXES = auto()
    EINSUM_OUTPUT = auto()
    MASK_COUNTS = auto()
    MASK_AXES = auto()
    ASSIGNED_SHAPE = auto()
    MASKED_SHAPE = auto()
    RESHAPE = auto()
    TRUTH_VALUE = auto()
    OPERAND_IS_NONE = auto()
    INDEX_BEYOND_AXIS = auto()
    INDICES_PAIRED = auto()
    TOO_MANY_INDICES = auto()
    NO_SUCH_AXIS = auto()
    INDEX_NOT_WHOLE = auto()
    ARRAY_AS_INDEX = auto()
    ARRAY_AS_NUMBER = auto()
    SEQUENCE_AS_NUMBER = auto()
    KIND_OF_NUMBERS = auto()
    MISSING_ATTRIBUTE = auto()
    NO_VALUE_YET = auto()
    MODULE_LACKS = auto()
    KEYWORD = auto()
    EINSUM_DOTS = auto()
    IN_PLACE_SHAPE = auto()
    PAIRS_FOR_PAD = auto()
    UNEQUAL_PARTS = auto()
    WINDOW_TOO_LARGE = auto()
    MASK_AS_INDEX = auto()
    UNEVEN_LIST = auto()
    NO_INDEX = auto()
    NAN_PROBABILITIES = auto()
    SUM_OF_PROBABILITIES = auto()
    LIST_ARITHMETIC = auto()


class Cause(StrEnum):
    """Where to look after an exception. Each has one next step."""

    NAME = auto()
    IMPORT = auto()
    RECURSION = auto()
    EXIT = auto()
    INDEX = auto()
    PAIRED_INDICES = auto()
    TRUTH_VALUE = auto()
    MISSING_ATTRIBUTE = auto()
    NONE = auto()
    SHAPES = auto()
    EINSUM = auto()
    MASK = auto()
    MODULE_LACKS = auto()
    KEYWORD = auto()
    KEY = auto()
    PAIRS_FOR_PAD = auto()
    UNEQUAL_PARTS = auto()
    WINDOW_TOO_LARGE = auto()
    MASK_AS_INDEX = auto()
    UNEVEN_LIST = auto()
    NO_INDEX = auto()
    NAN_PROBABILITIES = auto()
    SUM_OF_PROBABILITIES = auto()
    LIST_ARITHMETIC = auto()
    TYPES = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a message is about, with the numbers and names that it gives."""

    about: About
    values: tuple[str, ...]


_PATTERNS = tuple(
    (about, re.compile(pattern, re.DOTALL))
    for about, pattern in (
        (
            About.MATMUL_SIZES,
            r"matmul: Input operand 1 has a mismatch .*\(size (\d+) is different from (\d+)\)",
        ),
        (About.DOT_SIZES, r"shapes (\(.*?\)) and (\(.*?\)) not aligned: (\d+) \(dim \d+\) != (\d+) \(dim \d+\)"),
        (About.MATMUL_OF_A_NUMBER, r"matmul: Input operand \d does not have enough dimensions"),
        (About.BROADCAST, r"operands could not be broadcast together with shapes (\(.*?\)) (\(.*?\))"),
        (About.PAIRS_FOR_PAD, r"\[original->remapped\]: \([\d, ]*\)\s+and requested shape \((\d+), ?2\)"),
        (About.EINSUM_SIZES, r"remapped shapes \[original->remapped\]: (\(.*?\))->\S+ (\(.*?\))->"),
        (About.EINSUM_FEW_AXES, r"subscripts string contains too many subscripts for operand (\d+)"),
        (About.EINSUM_MANY_AXES, r"operand has more dimensions than subscripts given in einstein sum"),
        (About.EINSUM_OUTPUT, r"included output subscript '(\w)' which never appeared in an input"),
        (About.MASK_COUNTS, r"boolean array indexing assignment cannot assign (\d+) input values to the (\d+) output"),
        (About.MASK_AXES, r"boolean array indexing assignment requires .* input has (\d+) dimensions"),
        (About.ASSIGNED_SHAPE, r"could not broadcast input array from shape (\(.*?\)) into shape (\(.*?\))"),
        (About.MASKED_SHAPE, r"array is not broadcastable to correct shape"),
        (About.RESHAPE, r"cannot reshape array of size (\d+) into shape (\(.*?\))"),
        (About.TRUTH_VALUE, r"truth value of an array with more than one element is ambiguous"),
        (
            About.OPERAND_IS_NONE,
            r"unsupported operand type\(s\) for (\S+): (?:'NoneType' and .*|.* and 'NoneType')",
        ),
        (
            About.INDICES_PAIRED,
            r"indexing arrays could not be broadcast together with shapes (\([\d, ]*\)) (\([\d, ]*\))",
        ),
        (About.INDEX_BEYOND_AXIS, r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)"),
        (
            About.TOO_MANY_INDICES,
            r"too many indices for array: array is (\d+)-dimensional, but (\d+) were indexed",
        ),
        (About.NO_SUCH_AXIS, r"axis (-?\d+) is out of bounds for array of dimension (\d+)"),
        (About.INDEX_NOT_WHOLE, r"arrays used as indices must be of integer"),
        (About.ARRAY_AS_INDEX, r"only integer scalar arrays can be converted to a scalar index"),
        (About.ARRAY_AS_NUMBER, r"only (?:0-dimensional|length-1|size-1) arrays can be converted"),
        (About.UNEVEN_LIST, r"inhomogeneous shape"),
        (About.SEQUENCE_AS_NUMBER, r"setting an array element with a sequence"),
        (About.KIND_OF_NUMBERS, r"ufunc '(\w+)' not supported for the input types"),
        # Of a class as students write them: built-in ones begin small, NumPy's come with their package.
        (About.MISSING_ATTRIBUTE, r"^'(?!NoneType')([A-Z]\w*)' object has no attribute '(\w+)'"),
        (About.MODULE_LACKS, r"^module '([\w.]+)' has no attribute '(\w+)'"),
        (About.KEYWORD, r"unexpected keyword argument '(\w+)'"),
        (About.EINSUM_DOTS, r"output has more dimensions than subscripts given in einstein sum"),
        (
            About.IN_PLACE_SHAPE,
            r"output operand with shape (\(.*?\)) doesn't match the broadcast shape (\(.*?\))",
        ),
        (About.UNEQUAL_PARTS, r"array split does not result in an equal division"),
        (About.WINDOW_TOO_LARGE, r"window shape cannot be larger than input array shape"),
        (
            About.MASK_AS_INDEX,
            r"boolean index did not match indexed array along axis (\d+); size of axis is (\d+) "
            r"but size of corresponding boolean axis is (\d+)",
        ),
        (About.NO_INDEX, r"only integers, slices \(`:`\), ellipsis"),
        (About.NAN_PROBABILITIES, r"[Pp]robabilities contain NaN"),
        (About.SUM_OF_PROBABILITIES, r"[Pp]robabilities do not sum to 1"),
        (
            About.LIST_ARITHMETIC,
            r"can't multiply sequence by non-int|unsupported operand type\(s\) for \S+: "
            r"(?:'(?:list|tuple)' and '(?!NoneType)|'(?!NoneType)\S+' and '(?:list|tuple)')",
        ),
        (About.NO_VALUE_YET, r"local variable '(\w+)' (?:referenced before|where it is not)"),
    )
)
_SHAPE_WORDS = re.compile(r"shape|matmul|broadcast|dimension|aligned|reshape|operand")
_CAUSE_BY_TYPE = {
    "NameError": Cause.NAME,
    "UnboundLocalError": Cause.NAME,
    "ImportError": Cause.IMPORT,
    "ModuleNotFoundError": Cause.IMPORT,
    "RecursionError": Cause.RECURSION,
    "SystemExit": Cause.EXIT,
    "IndexError": Cause.INDEX,
    "KeyError": Cause.KEY,
}
_CAUSE_BY_COMPLAINT = {
    About.INDICES_PAIRED: Cause.PAIRED_INDICES,
    About.MASK_AS_INDEX: Cause.MASK_AS_INDEX,
    About.PAIRS_FOR_PAD: Cause.PAIRS_FOR_PAD,
    About.UNEQUAL_PARTS: Cause.UNEQUAL_PARTS,
    About.WINDOW_TOO_LARGE: Cause.WINDOW_TOO_LARGE,
    About.UNEVEN_LIST: Cause.UNEVEN_LIST,
    About.NO_INDEX: Cause.NO_INDEX,
    About.NAN_PROBABILITIES: Cause.NAN_PROBABILITIES,
    About.SUM_OF_PROBABILITIES: Cause.SUM_OF_PROBABILITIES,
    About.LIST_ARITHMETIC: Cause.LIST_ARITHMETIC,
}


def read_complaint(message: str) -> Complaint | None:
    """Read the most common messages; None for any other.

    Examples
    --------
    >>> read_complaint("index 3 is out of bounds for axis 1 with size 2")
    Complaint(about=<About.INDEX_BEYOND_AXIS: 'index_beyond_axis'>, values=('3', '1', '2'))
    """
    for about, pattern in _PATTERNS:
        found = pattern.search(message)
        if found:
            return Complaint(about, found.groups())
    return None


def find_cause(error: Raised) -> Cause:
    """Tell where to look, from the type of an exception and then from its message.

    Examples
    --------
    >>> find_cause(Raised("NameError", "name 'wieght' is not defined"))
    <Cause.NAME: 'name'>
    """
    name, message = error.type_name, error.message
    complaint = read_complaint(message)
    if complaint and complaint.about in _CAUSE_BY_COMPLAINT:
        return _CAUSE_BY_COMPLAINT[complaint.about]
    if name in _CAUSE_BY_TYPE:
        return _CAUSE_BY_TYPE[name]
    if "truth value" in message:
        return Cause.TRUTH_VALUE
    if complaint and complaint.about.startswith("einsum"):
        return Cause.EINSUM
    if complaint and complaint.about in (About.MASK_COUNTS, About.MASK_AXES):
        return Cause.MASK
    if complaint and complaint.about in (About.MODULE_LACKS, About.KEYWORD):
        return Cause.MODULE_LACKS if complaint.about is About.MODULE_LACKS else Cause.KEYWORD
    if complaint and complaint.about is About.MISSING_ATTRIBUTE:
        return Cause.MISSING_ATTRIBUTE
    if "NoneType" in message:
        return Cause.NONE
    if name == "ValueError" and _SHAPE_WORDS.search(message):
        return Cause.SHAPES
    return Cause.TYPES if name in ("TypeError", "AttributeError") else Cause.UNKNOWN
