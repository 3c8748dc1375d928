"""What a case reads of the dict of last layers."""

from __future__ import annotations

from typing import Any

from course.calling.plain_data import Foreign
from course.calling.student import Student

LAYERS = ("Linear", "ReLU", "Sigmoid", "Softmax")
LONGEST = 200


def read_layer(student: Student, task: str) -> Any:
    """Read the layer that the student's dict has for a task, as the course spells it."""
    layers = student.read("last_layer_for")
    if type(layers) is not dict:
        return Foreign(f"{type(layers).__name__}, not a dict")
    if task not in layers:
        return Foreign(f"no key {task!r}; its keys are {', '.join(map(repr, layers))}"[:LONGEST])
    named = layers[task]
    if type(named) is not str:
        return named
    plain = named.strip().partition("(")[0].rpartition(".")[2].lower()
    return next((layer for layer in LAYERS if layer.lower() == plain), named)
