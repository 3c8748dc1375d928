"""The convolution of films and volumes, its parameters and its work. `conv_nd` is in a file of its own."""

from __future__ import annotations

from course.chapters.conv3d import conv3d, conv3d_macs, conv3d_num_parameters, conv_nd, repair_conv3d

EXERCISES = (
    conv3d.EXERCISE,
    conv3d_num_parameters.EXERCISE,
    conv3d_macs.EXERCISE,
    conv_nd.EXERCISE,
    repair_conv3d.EXERCISE,
)
