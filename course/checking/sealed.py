"""A right text whose digest alone is known: a text can be compared with it, but it can't be read."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from course.calling.plain_data import Foreign


@dataclass(frozen=True, slots=True)
class Sealed(Foreign):
    """A text that can be compared but not read.

    Parameters
    ----------
    salt
        Goes into the digest, so that equal texts of two exercises look different.
    digest
        Of the salt and the text.
    """

    salt: str
    digest: str

    def holds(self, text: str) -> bool:
        """Tell whether this is the text.

        Examples
        --------
        >>> sealed("Softmax", "salt").holds("Softmax"), sealed("Softmax", "salt").holds("Linear")
        (True, False)
        """
        return sealed(text, self.salt).digest == self.digest


def sealed(text: str, salt: str) -> Sealed:
    """Keep what distinguishes a text from others.

    Examples
    --------
    >>> sealed("Softmax", "one") == sealed("Softmax", "other")
    False
    """
    return Sealed("text", salt, sha256(f"{salt}\n{text}".encode()).hexdigest()[:32])
