"""Wrong versions of what chapter 09 counts. Each stands on the language alone: its source can be handed in."""

# ruff: noqa: D103 - the misconception that holds it says what it is


def parameters_groups_ignored(in_channels, out_channels, kernel_size, groups, bias=True):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    return out_channels * in_channels * k_h * k_w + (out_channels if bias else 0)


def parameters_one_group(in_channels, out_channels, kernel_size, groups, bias=True):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    return (out_channels // groups) * (in_channels // groups) * k_h * k_w + (out_channels if bias else 0)


def parameters_no_bias(in_channels, out_channels, kernel_size, groups, bias=True):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    return out_channels * (in_channels // groups) * k_h * k_w


def parameters_bias_per_group(in_channels, out_channels, kernel_size, groups, bias=True):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    return out_channels * (in_channels // groups) * k_h * k_w + (groups if bias else 0)


def parameters_always_bias(in_channels, out_channels, kernel_size, groups, bias=True):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    return out_channels * (in_channels // groups) * k_h * k_w + out_channels


def parameters_first_side_squared(in_channels, out_channels, kernel_size, groups, bias=True):
    k = kernel_size[0] if isinstance(kernel_size, tuple) else kernel_size
    return out_channels * (in_channels // groups) * k * k + (out_channels if bias else 0)


def saving_reversed(in_channels, out_channels, kernel_size):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    full = in_channels * out_channels * k_h * k_w
    return full / (in_channels * k_h * k_w + in_channels * out_channels)


def saving_saved_share(in_channels, out_channels, kernel_size):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    full = in_channels * out_channels * k_h * k_w
    return 1 - (in_channels * k_h * k_w + in_channels * out_channels) / full


def saving_depthwise_only(in_channels, out_channels, kernel_size):
    return 1 / out_channels


def saving_pointwise_only(in_channels, out_channels, kernel_size):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    return 1 / (k_h * k_w)


def saving_kernel_per_output(in_channels, out_channels, kernel_size):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    separable = out_channels * k_h * k_w + in_channels * out_channels
    return separable / (in_channels * out_channels * k_h * k_w)


def saving_with_bias(in_channels, out_channels, kernel_size):
    k_h, k_w = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    separable = in_channels * k_h * k_w + in_channels + in_channels * out_channels + out_channels
    return separable / (in_channels * out_channels * k_h * k_w + out_channels)


def saving_one_side(in_channels, out_channels, kernel_size):
    k = kernel_size[0] if isinstance(kernel_size, tuple) else kernel_size
    return (in_channels * k + in_channels * out_channels) / (in_channels * out_channels * k)
