"""What chapter 02 promises beyond every exercise: counts of a table in one piece and in two, as PyTorch has them."""

import pytest
import torch

from course.chapters.embedding.embedding_num_parameters import embedding_num_parameters


@pytest.mark.parametrize("rank", [None, 1, 4, 9])
def test_embedding_num_parameters_counts_pytorchs_modules(rank):
    """There is no oracle for it: real modules are counted."""
    if rank is None:
        module = torch.nn.Embedding(11, 7)
    else:
        module = torch.nn.Sequential(torch.nn.Embedding(11, rank), torch.nn.Linear(rank, 7, bias=False))
    assert embedding_num_parameters(11, 7, rank) == sum(tensor.numel() for tensor in module.parameters())
