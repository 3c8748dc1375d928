"""Pixel shuffle: blocks of channels become blocks of pixels, and no number changes."""

from __future__ import annotations

import numpy as np

from course.errors import ArgumentValueError
from course.functional.arguments import require_numbers, require_whole


def pixel_shuffle(input: np.ndarray, upscale_factor: int) -> np.ndarray:
    r"""Make images r times as large: r² channels in a row become blocks of r by r pixels of one channel.

    .. math:: Y_{c,\,ry+u,\,rx+v} = X_{r^2c+ru+v,\,y,\,x}

    Parameters
    ----------
    input
        Shape ``(*, c·r², h, w)``.
    upscale_factor
        The factor r, at least 1.

    Returns
    -------
    Shape ``(*, c, h·r, w·r)``.

    Raises
    ------
    TypeError
        Where `input` is not an array of numbers, or the factor is not a whole number.
    ValueError
        Where there are fewer than three axes, the channels can't be divided by r², or r is below 1.

    References
    ----------
    PyTorch, ``torch.nn.functional.pixel_shuffle``. Shi et al. (2016), Real-time single image and video
    super-resolution using an efficient sub-pixel convolutional neural network.

    Examples
    --------
    >>> pixel_shuffle(np.array([[[1.0]], [[2.0]], [[3.0]], [[4.0]]]), 2)
    array([[[1., 2.],
            [3., 4.]]])
    """
    require_numbers(input=input)
    require_whole("upscale_factor", upscale_factor, at_least=1)
    if input.ndim < 3:
        raise ArgumentValueError("input", f"has shape {input.shape}", "at least 3 axes are expected")
    r = upscale_factor
    *leading, channels, h, w = input.shape
    if channels % r**2:
        raise ArgumentValueError("input", f"has {channels} channels", f"a multiple of {r**2} is expected")
    blocks = input.reshape(*leading, channels // r**2, r, r, h, w)
    return np.moveaxis(blocks, (-2, -1), (-4, -2)).reshape(*leading, channels // r**2, h * r, w * r)


def pixel_shuffle_backward(grad_output: np.ndarray, upscale_factor: int) -> np.ndarray:
    """Give the gradient of `pixel_shuffle` for its input: every number goes back to where it came from.

    Parameters
    ----------
    grad_output
        Shaped as the output.
    upscale_factor
        As in the forward pass.

    Raises
    ------
    TypeError, ValueError
        Where `grad_output` is not what `pixel_shuffle` gives with this factor.

    Examples
    --------
    >>> pixel_shuffle_backward(np.array([[[1.0, 2.0], [3.0, 4.0]]]), 2)[:, 0, 0]
    array([1., 2., 3., 4.])
    """
    require_numbers(grad_output=grad_output)
    require_whole("upscale_factor", upscale_factor, at_least=1)
    r = upscale_factor
    if grad_output.ndim < 3 or grad_output.shape[-2] % r or grad_output.shape[-1] % r:
        wanted = f"3 axes or more, the last two of multiples of {r}, are expected"
        raise ArgumentValueError("grad_output", f"has shape {grad_output.shape}", wanted)
    *leading, channels, rows, columns = grad_output.shape
    pixels = grad_output.reshape(*leading, channels, rows // r, r, columns // r, r)
    blocks = np.moveaxis(pixels, (-4, -2), (-2, -1))
    return blocks.reshape(*leading, channels * r**2, rows // r, columns // r)
