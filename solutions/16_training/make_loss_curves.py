"""Train the network of the chapter on training four times, each time with one fault, and write the losses.

Run it with ``python solutions/16_training/make_loss_curves.py``; it takes half a minute and writes ``course/data/loss_curves.npz``.
The faults are the right answer of the exercise `cause_of_curve`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

import course
from course.chapters.training.cross_entropy_loss import cross_entropy_loss
from course.chapters.training.draws import start
from course.chapters.training.split import split
from course.chapters.training.lenet import lenet
from course.chapters.training.sgd_step import sgd_step
from course.chapters.training.train import TRAINED

STEPS, BATCH, MOMENTUM, EVERY = 240, 32, 0.9, 12
PLACE = Path(course.__file__).with_name("data") / "loss_curves.npz"
FAULTS = {
    "no update": {"changes": False},
    "rate too high": {"lr": 0.9},
    "overfitting": {"samples": 64},
    "rate too low": {"lr": 0.002},
}


def losses(lr: float = 0.03, samples: int = TRAINED, changes: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Train, and give the losses of the batches and, every few steps, of unseen digits."""
    images, labels = split()
    network = lenet(start(np.random.default_rng(1)))
    velocity = [np.zeros(p.shape) for p in network.parameters()]
    batches, unseen = [], []
    for step in range(STEPS + 1):
        if step % EVERY == 0:
            unseen.append(cross_entropy_loss(network.forward(images[TRAINED:]), labels[TRAINED:])[0])
        rows = np.arange(step * BATCH, (step + 1) * BATCH) % samples
        loss, grad = cross_entropy_loss(network.forward(images[rows]), labels[rows])
        batches.append(loss)
        network.backward(grad)
        params, velocity = sgd_step(network.parameters(), network.gradients(), lr, MOMENTUM, velocity)
        for own, new in zip(network.parameters(), params, strict=True):
            own[...] = new if changes else own
    return np.array(batches), np.array(unseen)


def main() -> None:
    """Write the losses as single-precision numbers, by the letter of the curve."""
    answer = course.exercises["cause_of_curve"].solution
    arrays = {}
    for letter, fault in answer.items():
        batches, unseen = losses(**FAULTS[fault])
        arrays[f"{letter} batches"], arrays[f"{letter} unseen"] = batches.astype(np.float32), unseen.astype(np.float32)
        print(letter, "batches", batches[::40].round(2), "unseen", unseen[::4].round(2))
    np.savez_compressed(PLACE, **arrays)


if __name__ == "__main__":
    main()
