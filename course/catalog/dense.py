"""Linear and Embedding."""

from course.catalog.chapters import folder_of
from course.catalog.layer_card import Formula, LayerCard, Parameter, Tensor

CARDS = (
    LayerCard(
        name="Linear",
        call="torch.nn.Linear(in_features=10, out_features=5)",
        chapter=folder_of("linear"),
        formula=(
            Formula(r"f_i(x) = \sum_j W_{i,j}\, x_j + b_i", "f[i](x) = sum_j W[i,j] x[j] + b[i]"),
            Formula(r"f(x) = W x + b", "f(x) = W x + b"),
        ),
        inputs=(Tensor("input", ("n", "c_i"), (1, 10)),),
        outputs=(Tensor("output", ("n", "c_o"), (1, 5)),),
        parameters=(Parameter("weight", ("c_o", "c_i"), (5, 10)), Parameter("bias", ("c_o",), (5,))),
        elementwise=False,
        last_layer="Yes, for regression, and for the scores of a classifier.",
        inner_layer="Yes, in turn with activation functions. Without them two in a row are only one.",
        note="Samples are rows, so for a batch the weight is transposed: W has one row for each output.",
    ),
    LayerCard(
        name="Embedding",
        call="torch.nn.Embedding(num_embeddings=10_000, embedding_dim=256)",
        chapter=folder_of("embedding"),
        formula=(Formula(r"f_i(j) = W_{j,i}", "f[i](j) = W[j,i]"),),
        inputs=(Tensor("input", ("n",), (10,)),),
        outputs=(Tensor("output", ("n", "c_o"), (10, 256)),),
        parameters=(Parameter("weight", ("c_i", "c_o"), (10_000, 256)),),
        elementwise=False,
        last_layer="No. It is the input layer for integer identifiers.",
        inner_layer="Very rarely, where a layer before it gives integers.",
        note="One row for each identifier: the transpose of Linear's weight on one-hot vectors.",
    ),
)
