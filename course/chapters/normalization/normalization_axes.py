"""The axes over which each normalization takes its mean: a dict to fill in."""

from __future__ import annotations

from course.chapters.normalization.use import read_axes
from course.checking.spec import Case, Exercise, Mistake

NORMALIZATION_AXES = {"batch": (0, 2, 3), "layer": (1, 2, 3), "instance": (2, 3), "group": (1, 2, 3)}


KEPT = "Name the axes that are gone once the mean is taken, as np.mean's `axis` does."


def _in_one(kind: str, slug: str, axes: tuple[int, ...], gives: str, advice: str) -> Mistake:
    """Make the mistake that a dict has in one of its entries."""
    return Mistake(f"{kind}-{slug}", body=NORMALIZATION_AXES | {kind: axes}, gives=f"when {gives}.", advice=advice)


def _entry(kind: str) -> Case:
    return Case(f"the axes of {kind}", lambda rng: {"kind": kind}, note=f'the entry "{kind}"')


EXERCISE = Exercise(
    name="normalization_axes",
    points=2,
    solution=NORMALIZATION_AXES,
    oracle=None,
    use=read_axes,
    cases=(_entry("batch"), _entry("layer"), _entry("instance"), _entry("group")),
    mistakes=(
        Mistake(
            "kept",
            body={"batch": (1,), "layer": (0,), "instance": (0, 1), "group": (0,)},
            gives="when the axes named are those that stay: the axes that say whose mean it is.",
            advice=KEPT,
        ),
        Mistake(
            "batch-and-layer-exchanged",
            body=NORMALIZATION_AXES | {"batch": (1, 2, 3), "layer": (0, 2, 3)},
            gives="when batch and layer are exchanged.",
            advice="A batch normalization has one mean for each channel. Which axis is then left?",
        ),
        Mistake(
            "batch-axis-only",
            body=NORMALIZATION_AXES | {"batch": (0,)},
            gives="when batch normalization runs over the samples only: every pixel gets its own mean.",
            advice="There is one mean for a channel. Are the positions left, then?",
        ),
        Mistake(
            "layer-channels-only",
            body=NORMALIZATION_AXES | {"layer": (1,)},
            gives="when layer normalization runs over the channels only: every pixel gets its own mean.",
            advice="Here layer normalization has one mean for each sample. Which axes go, so that only N is left?",
        ),
        Mistake(
            "instance-with-channels",
            body=NORMALIZATION_AXES | {"instance": (1, 2, 3)},
            gives="when instance normalization runs over the channels as well.",
            advice="It has one mean for each channel of each sample. Both of these axes are left.",
        ),
        Mistake(
            "group-positions-only",
            body=NORMALIZATION_AXES | {"group": (2, 3)},
            gives="when the channels of a group are kept apart.",
            advice="After the reshape, axis 1 counts the channels of one group. Do these share a mean?",
        ),
        Mistake(
            "group-channels-only",
            body=NORMALIZATION_AXES | {"group": (1,)},
            gives="when only the channels of a group share a mean, and every pixel has its own.",
            advice="A group has one mean for all its channels, at all positions.",
        ),
        Mistake(
            "group-with-five-axes",
            body=NORMALIZATION_AXES | {"group": (2, 3, 4)},
            gives="when the groups have a separate axis: (N, G, C/G, H, W).",
            advice="That is another way to write it. Here groups and samples share the first axis, and four are left.",
        ),
        Mistake(
            "counted-from-one",
            body={"batch": (1, 3, 4), "layer": (2, 3, 4), "instance": (3, 4), "group": (2, 3, 4)},
            gives="when the axes are counted from 1.",
            advice="NumPy counts axes from 0: N is axis 0.",
        ),
        *(
            _in_one(kind, "kept", axes, f'under "{kind}" the axes are named that stay', KEPT)
            for kind, axes in (("batch", (1,)), ("layer", (0,)), ("instance", (0, 1)), ("group", (0,)))
        ),
        Mistake(
            "everything",
            body=dict.fromkeys(NORMALIZATION_AXES, (0, 1, 2, 3)),
            gives="when all values share a single mean, in every entry.",
            advice="Look at the table: whose mean is it? This axis, or these axes, must be left.",
        ),
        *(
            _in_one(
                kind,
                "with-samples",
                axes,
                f'under "{kind}" all samples share a mean',
                f"Look at the row of the table for {kind}: whose mean is it?",
            )
            for kind, axes in (("layer", (0, 1, 2, 3)), ("instance", (0, 2, 3)), ("group", (0, 1, 2, 3)))
        ),
        *(
            _in_one(
                kind,
                "positions-only",
                (2, 3),
                f'under "{kind}" each channel of each sample has its own mean: that is another normalization',
                f"Look at the row of the table for {kind}: apart from the values of one channel, which share a mean?",
            )
            for kind in ("batch", "layer")
        ),
    ),
    hints=(
        "Name the axes that np.mean removes. The axes that are left say whose mean it is.",
        "Batch: one mean for each channel. So C is left, and the other three go.",
        "Layer: one mean for each sample. Instance: one for each channel of each sample. Group is like layer, "
        "after the reshape.",
    ),
    explanation=(
        "The axes that are left say whose mean it is: a channel's (C), a sample's (N), a channel's in a sample (N, C). "
        "After the reshape the first axis counts groups, so a group's mean is taken like a sample's."
    ),
)
