"""What went wrong in a training: diagnosed from its loss curves."""

from __future__ import annotations

from course.chapters.training.read_cause import read_cause
from course.checking.spec import Case, Exercise, Mistake

cause_of_curve = {
    "A": "no update",
    "B": "rate too high",
    "C": "overfitting",
    "D": "rate too low",
}

EXERCISE = Exercise(
    name="cause_of_curve",
    points=2,
    solution=cause_of_curve,
    oracle=None,
    use=read_cause,
    cases=tuple(
        Case(f"curve {curve}", lambda rng, curve=curve: {"curve": curve}, note=f'under "{curve}"')
        for curve in cause_of_curve
    ),
    mistakes=(
        Mistake(
            "flat-for-slow",
            body=cause_of_curve | {"A": "rate too low", "D": "no update"},
            gives="when the curve that never changes and the curve that falls slowly are exchanged.",
            advice="Compare the last loss of unseen digits with the first, in both. Is one of them exactly the same?",
        ),
        Mistake(
            "flat-for-shuffled",
            body=cause_of_curve | {"A": "labels shuffled"},
            gives="when a loss that never changes is explained by wrong labels.",
            advice="With wrong labels the parameters still change. What would happen to the loss of unseen digits?",
        ),
        Mistake(
            "two-slow-ones",
            body=cause_of_curve | {"A": "rate too low"},
            gives="when a loss that never changes is explained by a small rate.",
            advice="Even a tiny step changes the loss a little. Look at the loss of unseen digits from end to end.",
        ),
        Mistake(
            "high-for-wrong-sign",
            body=cause_of_curve | {"B": "wrong sign"},
            gives="when the jumps are explained by steps in the wrong direction.",
            advice="With the wrong sign each step makes the loss larger. Does this curve come down again after a jump?",
        ),
        Mistake(
            "high-for-shuffled",
            body=cause_of_curve | {"B": "labels shuffled"},
            gives="when a jump is explained by wrong labels.",
            advice="Wrong labels keep the loss near the loss of guessing. Does this curve go far above it?",
        ),
        Mistake(
            "slow-for-no-update",
            body=cause_of_curve | {"D": "no update"},
            gives="when a loss that falls slowly is explained by parameters that never change.",
            advice="Compare the first and the last loss of unseen digits. Without an update, would they differ?",
        ),
        Mistake(
            "slow-for-shuffled",
            body=cause_of_curve | {"D": "labels shuffled"},
            gives="when a loss that falls slowly is explained by wrong labels.",
            advice="Wrong labels teach nothing about unseen digits. Does their loss fall in this curve?",
        ),
        Mistake(
            "overfitting-for-wrong-sign",
            body=cause_of_curve | {"C": "wrong sign"},
            gives="when a gap between batches and unseen digits is explained by steps in the wrong direction.",
            advice="With the wrong sign the loss of the batches rises, too. What does that loss do in this curve?",
        ),
        Mistake(
            "overfitting-for-shuffled",
            body=cause_of_curve | {"C": "labels shuffled"},
            gives="when a gap between batches and unseen digits is explained by wrong labels.",
            advice="The loss of unseen digits falls at first: something true was learned. What happened later?",
        ),
    ),
    hints=(
        "Look at two things in each picture: does the loss of the batches fall, and does the loss of unseen digits "
        "follow it?",
        "Four questions, in this order: does anything change at all? Does the loss jump up? Do the two curves part? "
        "How far does the loss come in all these steps?",
        "One cause leaves the loss of unseen digits exactly where it was. One sends the loss far above 2.3, the loss "
        "of guessing. One makes the batches' loss nearly 0 while the other grows. One makes progress, far too little.",
    ),
    explanation=(
        "Without an update nothing changes. A rate that is too high throws the parameters far away, and the network "
        "does not recover. With few images, the network learns them by heart and gets worse at others. A rate that is "
        "too low goes in the right direction, slowly."
    ),
)
