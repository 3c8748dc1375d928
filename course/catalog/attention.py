"""Attention, and the transformer layer around it."""

from course.catalog.chapters import folder_of
from course.catalog.layer_card import Formula, LayerCard, Parameter, Tensor


def _attention_parameters(prefix: str = "") -> tuple[Parameter, ...]:
    return (
        Parameter(f"{prefix}in_proj_weight", ("3d_m", "d_m"), (192, 64)),
        Parameter(f"{prefix}in_proj_bias", ("3d_m",), (192,)),
        Parameter(f"{prefix}out_proj.weight", ("d_m", "d_m"), (64, 64)),
        Parameter(f"{prefix}out_proj.bias", ("d_m",), (64,)),
    )


CARDS = (
    LayerCard(
        name="scaled_dot_product_attention",
        call="torch.nn.functional.scaled_dot_product_attention(query, key, value)",
        chapter=folder_of("attention"),
        formula=(
            Formula(
                r"f(Q, K, V) = \mathrm{softmax}\left(\frac{Q K^\top}{\sqrt{d_k}}\right) V",
                "f(Q, K, V) = softmax(Q K^T / sqrt(d_k)) V",
            ),
        ),
        inputs=(
            Tensor("query", ("n", "l_q", "d_k"), (2, 5, 8)),
            Tensor("key", ("n", "l_k", "d_k"), (2, 7, 8)),
            Tensor("value", ("n", "l_k", "d_v"), (2, 7, 6)),
        ),
        outputs=(Tensor("output", ("n", "l_q", "d_v"), (2, 5, 6)),),
        elementwise=False,
        last_layer="No.",
        inner_layer="Yes, as the core of every attention layer.",
        note="A function and not a module: it learns nothing. The softmax runs over the keys, "
        "so each query gets a weighted mean of the values.",
    ),
    LayerCard(
        name="MultiheadAttention",
        call="torch.nn.MultiheadAttention(embed_dim=64, num_heads=8, batch_first=True)",
        chapter=folder_of("attention"),
        formula=(
            Formula(
                r"H_a = f(Q_a, K_a, V_a), \quad Q, K, V \text{ projected, in heads } a",
                "H[a] = f(Q[a], K[a], V[a]), Q, K, V projected, in heads a",
            ),
            Formula(r"Y = [H_1, H_2, \ldots]\, W_{out}^\top + b_{out}", "Y = [H[1], H[2], ...] W_out^T + b_out"),
        ),
        inputs=(
            Tensor("query", ("n", "l_q", "d_m"), (2, 5, 64)),
            Tensor("key", ("n", "l_k", "d_m"), (2, 7, 64)),
            Tensor("value", ("n", "l_k", "d_m"), (2, 7, 64)),
        ),
        outputs=(
            Tensor("attn_output", ("n", "l_q", "d_m"), (2, 5, 64)),
            Tensor("attn_output_weights", ("n", "l_q", "l_k"), (2, 5, 7)),
        ),
        parameters=_attention_parameters(),
        elementwise=False,
        last_layer="No.",
        inner_layer="Yes, in transformers: it lets positions exchange information.",
        note="f is scaled_dot_product_attention with d_k = d_m / number of heads. "
        "More heads do not mean more parameters.",
    ),
    LayerCard(
        name="TransformerEncoderLayer",
        call="torch.nn.TransformerEncoderLayer(d_model=64, nhead=8, dim_feedforward=256, batch_first=True)",
        chapter=folder_of("transformer"),
        formula=(
            Formula(
                r"A = \mathrm{LayerNorm}_1(X + \mathrm{attention}(X, X, X))",
                "A = LayerNorm1(X + attention(X, X, X))",
            ),
            Formula(
                r"Y = \mathrm{LayerNorm}_2(A + \max(0,\, A W_1^\top + b_1)\, W_2^\top + b_2)",
                "Y = LayerNorm2(A + max(0, A W_1^T + b_1) W_2^T + b_2)",
            ),
        ),
        inputs=(Tensor("src", ("n", "l", "d_m"), (2, 5, 64)),),
        outputs=(Tensor("output", ("n", "l", "d_m"), (2, 5, 64)),),
        parameters=(
            *_attention_parameters("self_attn."),
            Parameter("linear1.weight", ("d_f", "d_m"), (256, 64)),
            Parameter("linear1.bias", ("d_f",), (256,)),
            Parameter("linear2.weight", ("d_m", "d_f"), (64, 256)),
            Parameter("linear2.bias", ("d_m",), (64,)),
            Parameter("norm1.weight", ("d_m",), (64,)),
            Parameter("norm1.bias", ("d_m",), (64,)),
            Parameter("norm2.weight", ("d_m",), (64,)),
            Parameter("norm2.bias", ("d_m",), (64,)),
        ),
        elementwise=False,
        last_layer="No. A Linear follows the last of them.",
        inner_layer="Yes, several in a row: that is a transformer's encoder.",
        note="Left out of the formula: dropout, in training, on the attention weights and in both parts.",
    ),
)
