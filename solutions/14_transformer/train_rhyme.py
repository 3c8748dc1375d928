"""Train the small language model of the chapter on transformers, and write its weights to ``course/data/rhyme.npz``.

Run it with ``python solutions/14_transformer/train_rhyme.py``; it takes half a minute on one core, and gives the same weights each time
on the same machine. The model is an embedding, positions, two of PyTorch's encoder layers with a causal mask, and a
linear layer. It learns the verses in ``course/data/rhyme.txt`` by heart, and the parts of them that begin later.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

import course
from course.data import rhyme, rhyme_words

FEATURES, HEADS, HIDDEN, LAYERS = 32, 4, 64, 2
STEPS, BATCH = 1200, 16
PLACE = Path(course.__file__).with_name("data") / "rhyme.npz"


class Writer(torch.nn.Module):
    """A language model: the logits of the next word at each position."""

    positions: torch.Tensor

    def __init__(self, words: int, longest: int) -> None:
        super().__init__()
        self.embedding = torch.nn.Embedding(words, FEATURES)
        positions = torch.tensor(course.functional.positional_encoding(longest, FEATURES), dtype=torch.float32)
        self.register_buffer("positions", positions, persistent=False)
        self.layers = torch.nn.ModuleList(
            torch.nn.TransformerEncoderLayer(FEATURES, HEADS, HIDDEN, dropout=0.0, batch_first=True)
            for _ in range(LAYERS)
        )
        self.linear = torch.nn.Linear(FEATURES, words)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Give the logits of tokens of shape ``(n, l)``."""
        length = tokens.shape[1]
        x = self.embedding(tokens) + self.positions[:length]
        mask = torch.nn.Transformer.generate_square_subsequent_mask(length)
        for layer in self.layers:
            x = layer(x, src_mask=mask, is_causal=True)
        return self.linear(x)


def main() -> None:
    """Train, and write the weights as half-precision numbers."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    words = rhyme_words()
    verses = [np.array([words.index(word) for word in verse]) for verse in rhyme()]
    longest = max(map(len, verses))
    writer = Writer(len(words), longest)
    optimizer = torch.optim.AdamW(writer.parameters(), lr=3e-3, weight_decay=0.01)
    rates = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=STEPS)
    for step in range(STEPS):
        tokens = np.full((BATCH, longest), -100)
        for row in tokens:
            verse = verses[rng.integers(len(verses))]
            part = verse[rng.integers(len(verse) // 2) if rng.random() < 0.5 else 0 :]
            row[: len(part)] = part
        batch = torch.tensor(tokens)
        logits = writer(batch[:, :-1].clamp(min=0))
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), batch[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        rates.step()
        if step % 200 == 0 or step == STEPS - 1:
            print(f"step {step:5}: loss {loss.item():.4f}")
    arrays = {name: tensor.numpy().astype(np.float16) for name, tensor in writer.state_dict().items()}
    np.savez_compressed(PLACE, **arrays)
    print(f"{sum(array.size for array in arrays.values()):,} numbers, {PLACE.stat().st_size:,} bytes in {PLACE.name}")


if __name__ == "__main__":
    main()
