"""Reference layers in NumPy, with the names, arguments and defaults of ``torch.nn.functional``."""

from course.functional.embedding import embedding, embedding_backward, one_hot
from course.functional.linear import linear, linear_backward

__all__ = ["embedding", "embedding_backward", "linear", "linear_backward", "one_hot"]
