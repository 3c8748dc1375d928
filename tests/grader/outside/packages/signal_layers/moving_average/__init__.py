"""A separate chapter: the mean of neighbours."""

from signal_layers.moving_average import moving_average

EXERCISES = (moving_average.EXERCISE,)
