"""How a check reads, with one small exercise."""

EXERCISES = (
    "warm_up",
    "repair_center",
)
