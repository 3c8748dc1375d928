"""What the forms of the table have in common: families, uses, a chapter's status, symbols, output sizes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum

from course.catalog import FAMILIES, NOTATION, Formula, LayerCard, Tensor

Progress = Mapping[str, tuple[int, int]]
"""The numbers of passed exercises and of all exercises, by chapter folder."""

FEW = 12
"""More layers than these are set under the names of their families."""


class Use(StrEnum):
    """Whether a layer is used in a place."""

    YES = "yes"
    NO = "no"
    SOMETIMES = "sometimes"


def use_of(sentence: str) -> tuple[Use, str]:
    """Read a card's sentence on a use: whether the layer has that use, and what else it says.

    Examples
    --------
    >>> use_of("Yes, for binary classifiers."), use_of("No.")
    ((<Use.YES: 'yes'>, 'For binary classifiers.'), (<Use.NO: 'no'>, ''))
    >>> use_of("Seldom today, except as a gate.")
    (<Use.SOMETIMES: 'sometimes'>, 'Seldom today, except as a gate.')
    """
    for use, opening in ((Use.YES, "Yes"), (Use.NO, "No")):
        found = re.match(rf"{opening}[,.:]\s*|{opening}$", sentence)
        if found:
            note = sentence[found.end() :]
            return use, note[:1].upper() + note[1:]
    return Use.SOMETIMES, sentence


def uses(card: LayerCard) -> tuple[Use, Use, Use]:
    """Tell whether a layer is element-wise, used as the last layer, and used as an inner layer."""
    return Use.YES if card.elementwise else Use.NO, use_of(card.last_layer)[0], use_of(card.inner_layer)[0]


def by_family(cards: tuple[LayerCard, ...]) -> Iterator[tuple[str, tuple[LayerCard, ...]]]:
    """Group cards; cards of no family come last, without a name."""
    left = list(cards)
    for name, members in FAMILIES:
        group = tuple(card for card in cards if card in members)
        left = [card for card in left if card not in members]
        if group:
            yield name, group
    if left:
        yield "", tuple(left)


def new_sizes(cards: tuple[LayerCard, ...], told: set[str]) -> tuple[Formula, ...]:
    """Give the formulas of an output's width that were not `told` yet, and note them; other axes are alike."""
    formulas = {size.text: size for card in cards for size in card.output_size if size.text.startswith("w_o")}
    new = tuple(size for text, size in formulas.items() if text not in told)
    told.update(formulas)
    return new


def chapter_status(card: LayerCard, progress: Progress | None) -> tuple[str, str]:
    """Return a chapter's status, as a key and in words; both are empty if it is not known."""
    if progress is None or card.chapter not in progress:
        return "", ""
    passed, total = progress[card.chapter]
    if total and passed >= total:
        return "done", f"done, {passed} of {total}"
    if passed:
        return "started", f"started, {passed} of {total}"
    return "new", f"none yet, 0 of {total}"


def chapter_number(card: LayerCard) -> str:
    """Give the number of a card's chapter as text."""
    return card.chapter.partition("_")[0]


def variant(card: LayerCard) -> str:
    """Return the card's name, or nothing if the PyTorch name ends with it."""
    return "" if card.torch_name.endswith(card.name) else card.name


def used(cards: tuple[LayerCard, ...]) -> Iterator[tuple[str, str]]:
    """Yield the entries of the notation that these cards' shapes and sizes use."""
    texts = [formula.text for card in cards for formula in card.output_size]
    texts += [symbol for card in cards for t in _tensors(card) for symbol in t.symbols]
    # A number may precede its symbol directly, as in 3d_m.
    found = {word.lstrip("0123456789") for text in texts for word in re.findall(r"\w+", text)}
    for symbols, meaning in NOTATION:
        if found & set(symbols.split(", ")):
            yield symbols, meaning


def _tensors(card: LayerCard) -> tuple[Tensor, ...]:
    return (*card.inputs, *card.outputs, *card.parameters, *card.buffers)
