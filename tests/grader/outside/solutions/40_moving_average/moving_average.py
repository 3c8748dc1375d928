# %% [markdown]
# # 40 · The mean of neighbours
#
# A moving average smooths a signal.

# %% tags=["setup"]
import numpy as np
from course import check

# %% exercise="moving_average"

# %% check="moving_average"
check(moving_average)
