"""A network of the student's own layers learns to read digits."""

EXERCISES = (
    "cross_entropy_loss",
    "sgd_step",
    "lenet",
    "train",
    "accuracy",
    "cause_of_curve",
    "repair_fit",
)
