"""The last layer that a task asks for."""

from __future__ import annotations

from course.chapters.softmax_and_losses.use import read_layer
from course.checking.spec import Case, Exercise, Mistake

last_layer_for = {
    "regression": "Linear",
    "yes or no": "Sigmoid",
    "one of several classes": "Softmax",
    "several labels at once": "Sigmoid",
    "yes or no, for BCEWithLogitsLoss": "Linear",
    "one of several classes, for CrossEntropyLoss": "Linear",
}


EXERCISE = Exercise(
    name="last_layer_for",
    points=2,
    solution=last_layer_for,
    oracle=None,
    use=read_layer,
    cases=tuple(Case(task, lambda rng, task=task: {"task": task}, note=f'under "{task}"') for task in last_layer_for),
    mistakes=(
        Mistake(
            "softmax-before-loss",
            body=last_layer_for | {"one of several classes, for CrossEntropyLoss": "Softmax"},
            gives="when a softmax is put before CrossEntropyLoss, which has one inside.",
            advice="What does cross_entropy do with its input first? Then what must the last layer give?",
        ),
        Mistake(
            "sigmoid-before-loss",
            body=last_layer_for | {"yes or no, for BCEWithLogitsLoss": "Sigmoid"},
            gives="when a sigmoid is put before BCEWithLogitsLoss, which has one inside.",
            advice="What does binary_cross_entropy_with_logits do with its input? Then what must the last layer give?",
        ),
        Mistake(
            "activation-before-loss",
            body=last_layer_for
            | {
                "yes or no, for BCEWithLogitsLoss": "Sigmoid",
                "one of several classes, for CrossEntropyLoss": "Softmax",
            },
            gives="when the losses that take scores are given probabilities.",
            advice="Both losses apply the sigmoid or the softmax themselves. What must the last layer give them?",
        ),
        Mistake(
            "softmax-for-several-labels",
            body=last_layer_for | {"several labels at once": "Softmax"},
            gives="when several labels share one softmax, and so compete: their probabilities add up to 1.",
            advice="A photo may show both a cat and a dog. Which layer looks at each score separately?",
        ),
        Mistake(
            "softmax-of-one-output",
            body=last_layer_for | {"yes or no": "Softmax"},
            gives="when a softmax has only one score: it gives 1, whatever the score is.",
            advice="What is exp(x) / exp(x)? Which layer turns a single score into a probability?",
        ),
        Mistake(
            "sigmoid-for-classes",
            body=last_layer_for | {"one of several classes": "Sigmoid"},
            gives="when each class gets an independent probability: they do not add up to 1.",
            advice="If exactly one class is right, the probabilities must add up to 1. Which layer makes them?",
        ),
        Mistake(
            "classes-and-labels-exchanged",
            body=last_layer_for | {"one of several classes": "Sigmoid", "several labels at once": "Softmax"},
            gives="when the two tasks with several outputs are swapped.",
            advice="In which of them must the probabilities add up to 1? Which layer makes them do so?",
        ),
        Mistake(
            "relu-for-regression",
            body=last_layer_for | {"regression": "ReLU"},
            gives="when a ReLU comes last in a regression: it can't give a negative number.",
            advice="The output may be any number, of either sign.",
        ),
        *(
            Mistake(
                f"scores-for-{slug}",
                body=last_layer_for | {task: "Linear"},
                gives=f'when the outputs for "{task}" stay scores: they may be any number.',
                advice="This task asks for probabilities, and no loss comes after it that makes them.",
            )
            for slug, task in (
                ("yes-or-no", "yes or no"),
                ("classes", "one of several classes"),
                ("labels", "several labels at once"),
            )
        ),
    ),
    hints=(
        "Ask for each task: may the outputs be any number, or are they probabilities? If so, is each the answer "
        "to its own question, or is exactly one of the classes right?",
        "Any number: only Linear. A separate probability for each question: Sigmoid. Probabilities that share "
        "a sum of 1: Softmax.",
        "BCEWithLogitsLoss and CrossEntropyLoss take scores. The layer that makes probabilities is inside them.",
    ),
    explanation=(
        "A linear layer gives any number. Sigmoid turns each score into a probability separately, softmax makes the "
        "probabilities of one choice. The two losses with scores have these inside, so the network ends with "
        "Linear."
    ),
)
