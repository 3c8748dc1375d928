"""`train_decoder`: a decoder learns to say which letter comes next."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.chapters.language_model.adamw_step import adamw_step
from course.chapters.language_model.draws import decoder_params
from course.chapters.language_model.given import cross_entropy_loss, decoder_backward, decoder_logits
from course.chapters.language_model.use import use_train_decoder
from course.checking.spec import Arguments, Case, Exercise, Mistake


def train_decoder(params, tokens, starts, length, lr, num_heads, num_kv_heads):
    """Train a decoder on a text with AdamW, and give the loss of every step.

    params   a dict of arrays, as decoder_logits and decoder_backward take it
    tokens   (letters,) whole numbers: the text
    starts   (steps, n) whole numbers: where the n pieces of each step begin in the text
    length   how many letters of each piece are predicted; a piece has one letter more
    lr       the learning rate; the other arguments of adamw_step keep their defaults
    returns  the new params, a dict; and a list of `steps` losses, each computed before its step
    """
    zeros = [np.zeros_like(p) for p in params.values()]
    state = {"step": 0, "exp_avg": zeros, "exp_avg_sq": zeros}
    losses = []
    for begin in starts:
        pieces = tokens[begin[:, np.newaxis] + np.arange(length + 1)]
        inputs, targets = pieces[:, :-1], pieces[:, 1:]
        logits = decoder_logits(params, inputs, num_heads, num_kv_heads)
        loss, grad = cross_entropy_loss(logits.reshape(targets.size, -1), targets.reshape(-1))
        grads = decoder_backward(grad.reshape(logits.shape), params, inputs, num_heads, num_kv_heads)
        new, state = adamw_step(list(params.values()), list(grads.values()), state, lr)
        params = dict(zip(params, new, strict=True))
        losses.append(loss)
    return params, losses


def _run(rng: np.random.Generator, steps: int, n: int, length: int, layers: int, words: int = 5) -> dict[str, Any]:
    letters = 6 * length
    tokens = rng.integers(0, words, size=letters)
    tokens[:words] = np.arange(words)
    return {
        "params": decoder_params(rng, words, 4, 2, 1, 3, layers),
        "tokens": tokens,
        "starts": rng.permutation(letters - length - 1)[: steps * n].reshape(steps, n),
        "length": length,
        "lr": 0.03,
        "num_heads": 2,
        "num_kv_heads": 1,
    }


def _trace(arguments: Arguments, index: tuple[int, ...]) -> str:
    """Tell how likely the decoder finds the letters that come next, and the loss."""
    starts, length = arguments["starts"], arguments["length"]
    if starts.shape[1] * length > 6:
        return ""
    rounds, step = divmod(index[0], len(starts))
    call, tokens = dict(arguments), arguments["tokens"]
    for _ in range(rounds):
        call["params"], _ = train_decoder(**call)
    params, _ = train_decoder(**{**call, "starts": starts[:step]})
    pieces = tokens[starts[step][:, np.newaxis] + np.arange(length + 1)]
    logits = decoder_logits(params, pieces[:, :-1], arguments["num_heads"], arguments["num_kv_heads"])
    exp = np.exp(logits - logits.max(axis=-1, keepdims=True))
    p = np.take_along_axis(exp / exp.sum(axis=-1, keepdims=True), pieces[:, 1:, np.newaxis], axis=-1).ravel()
    terms = " - ".join(f"log {share:.4g}" for share in p)
    told = f"before step {index[0] + 1}, the letters that come next have the probabilities in (-{terms})/{p.size}"
    return f"{told} = {-np.log(p).mean():.4g}"


EXERCISE = Exercise(
    points=5,
    solution=train_decoder,
    oracle=None,
    returns=("type of params", "losses"),
    use=use_train_decoder,
    trace={"losses": _trace},
    cases=(
        Case("two steps, one piece each", lambda rng: _run(rng, steps=2, n=1, length=3, layers=1)),
        Case("three steps of two pieces", lambda rng: _run(rng, steps=3, n=2, length=4, layers=1)),
        Case("two layers", lambda rng: _run(rng, steps=4, n=3, length=5, layers=2, words=7)),
    ),
    mistakes=(
        Mistake(
            "not-shifted",
            edit=("pieces[:, :-1], pieces[:, 1:]", "pieces[:, :-1], pieces[:, :-1]"),
            gives="when each position should predict the letter that it sees.",
            advice="At position t, the target is the letter at t + 1.",
        ),
        Mistake(
            "shifted-back",
            edit=("pieces[:, :-1], pieces[:, 1:]", "pieces[:, 1:], pieces[:, :-1]"),
            gives="when each position should predict the letter before it.",
            advice="At position t, the target is the letter at t + 1. Which of the two slices starts at 1?",
        ),
        Mistake(
            "first-pieces-only",
            edit=(
                "tokens[begin[:, np.newaxis] + np.arange(length + 1)]",
                "tokens[starts[0][:, np.newaxis] + np.arange(length + 1)]",
            ),
            gives="when every step takes the pieces of the first step.",
            advice="Each step has its own row of `starts`.",
        ),
        Mistake(
            "one-piece-a-step",
            edit=("for begin in starts:", "for begin in starts[:, :1]:"),
            gives="when each step takes only the first of its pieces.",
            advice="A row of `starts` has n beginnings: the batch has n pieces.",
        ),
        Mistake(
            "state-lost",
            edit=("state, lr)", '{"step": 0, "exp_avg": zeros, "exp_avg_sq": zeros}, lr)'),
            gives="when AdamW starts with an empty state in every step.",
            advice="Make the state once, before the loop, and pass what each step returns to the next step.",
        ),
        Mistake(
            "no-step",
            edit=("        params = dict(zip(params, new, strict=True))\n", ""),
            gives="when the parameters never change.",
            advice="adamw_step returns new arrays. Where does the next step get its parameters from?",
        ),
        Mistake(
            "last-position-only",
            edit=(
                "cross_entropy_loss(logits.reshape(targets.size, -1), targets.reshape(-1))",
                "cross_entropy_loss(logits[:, -1], targets[:, -1])\n"
                "        grad = np.concatenate([np.zeros_like(logits[:, :-1]), grad[:, np.newaxis]], axis=1)",
            ),
            gives="when only the last position of each piece counts.",
            advice="Every position predicts its next letter. The loss is the mean over all positions of all pieces.",
        ),
        Mistake(
            "loss-after-the-step",
            edit=(
                "losses.append(loss)",
                "logits = decoder_logits(params, inputs, num_heads, num_kv_heads)\n"
                "        losses.append(cross_entropy_loss(logits.reshape(targets.size, -1), targets.reshape(-1))[0])",
            ),
            gives="when the loss is measured after the step.",
            advice="The loss of a step comes from the forward pass that gave its gradients.",
        ),
    ),
    hints=(
        "It uses your other functions, so their checks come first. If the first loss is wrong, look at decoder_layer "
        "and at the pieces. If only later losses are wrong, look at swiglu_backward, adamw_step and the loop.",
        "Before the loop: a state for AdamW with step 0 and zeros. In the loop: pieces, forward, loss, backward, step.",
        "A column of starts plus a row 0 .. length gives the indices of all letters at once, and tokens takes such an "
        "array as index. The inputs are all but the last letter, and the targets all but the first.",
        "cross_entropy_loss takes logits with two axes and targets with one: reshape both first, and reshape the "
        "gradient back to the shape of the logits.",
        "adamw_step takes and gives lists, in the order of the dict. dict and zip put the names back.",
    ),
    explanation=(
        "Every position of a piece predicts the next letter from the letters so far. The causal mask hides the later "
        "letters, so one forward pass trains all positions at once."
    ),
    seconds=20.0,
)
