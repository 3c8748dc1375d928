"""The cases that the loops and the fast convolution have in common."""

from __future__ import annotations

from course.chapters.conv1d.draws import layer
from course.checking.sampling import whole
from course.checking.spec import Case

TWO_CHANNELS = Case(
    "two channels of whole numbers", lambda rng: layer(rng, n=1, c_i=2, c_o=3, size=(3,), kernel=(2,), draw=whole)
)
"""A case to do with a pencil."""

SMALL_CASES = (
    TWO_CHANNELS,
    Case("one channel", lambda rng: layer(rng, n=1, c_i=1, c_o=1, size=(6,), kernel=(3,))),
    Case("several channels", lambda rng: layer(rng, n=2, c_i=3, c_o=4, size=(7,), kernel=(2,))),
    Case("no bias", lambda rng: layer(rng, n=2, c_i=2, c_o=3, size=(6,), kernel=(3,), bias=False)),
    Case("as many channels as positions", lambda rng: layer(rng, n=2, c_i=6, c_o=4, size=(6,), kernel=(3,))),
    Case("as many outputs as inputs", lambda rng: layer(rng, n=2, c_i=3, c_o=3, size=(8,), kernel=(4,))),
    Case("a kernel of one", lambda rng: layer(rng, n=3, c_i=2, c_o=4, size=(5,), kernel=(1,)), weight=0.5),
    Case("a kernel as long as the signal", lambda rng: layer(rng, 2, 3, 2, size=(5,), kernel=(5,)), weight=0.5),
    Case(
        "an empty batch",
        lambda rng: layer(rng, n=0, c_i=2, c_o=3, size=(5,), kernel=(2,)),
        note="not a single signal",
        remark=True,
    ),
)
