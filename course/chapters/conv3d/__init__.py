"""The convolution of videos and volumes. `conv_nd` is in a file of its own."""

from __future__ import annotations

from course.chapters.conv3d import conv3d, conv_nd, repair_conv3d

EXERCISES = (
    conv3d.EXERCISE,
    conv_nd.EXERCISE,
    repair_conv3d.EXERCISE,
)
