"""Recurrent layers: a state is handed on from each position of a sequence to the next."""

from course.catalog.chapters import folder_of
from course.catalog.layer_card import Formula, LayerCard, Parameter, Tensor

_INPUTS = (Tensor("input", ("n", "l", "f"), (2, 5, 8)),)
_OUTPUT = Tensor("output", ("n", "l", "d_h"), (2, 5, 16))
_LAST = Tensor("h_n", ("1", "n", "d_h"), (1, 2, 16))
_INNER = "Yes, over sequences that are read from one end to the other."


def _parameters(blocks: int) -> tuple[Parameter, ...]:
    """Give two weights and two biases, of this many blocks of d_h rows each."""
    rows, size = f"{blocks if blocks > 1 else ''}d_h", blocks * 16
    return (
        Parameter("weight_ih_l0", (rows, "f"), (size, 8)),
        Parameter("weight_hh_l0", (rows, "d_h"), (size, 16)),
        Parameter("bias_ih_l0", (rows,), (size,)),
        Parameter("bias_hh_l0", (rows,), (size,)),
    )


CARDS = (
    LayerCard(
        name="RNN",
        call="torch.nn.RNN(input_size=8, hidden_size=16, batch_first=True)",
        chapter=folder_of("recurrent"),
        formula=(
            Formula(
                r"h_t = \tanh(W_{ih}\, x_t + b_{ih} + W_{hh}\, h_{t-1} + b_{hh})",
                "h[t] = tanh(W_ih x[t] + b_ih + W_hh h[t-1] + b_hh)",
            ),
        ),
        inputs=_INPUTS,
        outputs=(_OUTPUT, _LAST),
        parameters=_parameters(1),
        elementwise=False,
        last_layer="No. A Linear follows, on the last state or on all states.",
        inner_layer=_INNER,
        note="The same weights at every position. Without batch_first=True, the positions come first: (l, n, f).",
    ),
    LayerCard(
        name="GRU",
        call="torch.nn.GRU(input_size=8, hidden_size=16, batch_first=True)",
        chapter=folder_of("recurrent"),
        formula=(
            Formula(
                r"r_t, z_t = \sigma(W_{ih}\, x_t + b_{ih} + W_{hh}\, h_{t-1} + b_{hh})",
                "r[t], z[t] = sigmoid(W_ih x[t] + b_ih + W_hh h[t-1] + b_hh)",
            ),
            Formula(
                r"n_t = \tanh(W_{in}\, x_t + b_{in} + r_t (W_{hn}\, h_{t-1} + b_{hn}))",
                "n[t] = tanh(W_in x[t] + b_in + r[t] (W_hn h[t-1] + b_hn))",
            ),
            Formula(r"h_t = (1 - z_t)\, n_t + z_t\, h_{t-1}", "h[t] = (1 - z[t]) n[t] + z[t] h[t-1]"),
        ),
        inputs=_INPUTS,
        outputs=(_OUTPUT, _LAST),
        parameters=_parameters(3),
        elementwise=False,
        last_layer="No. A Linear follows, on the last state or on all states.",
        inner_layer=_INNER,
        note="The rows of the weights are in the order r, z, n. An update gate z of 1 keeps the old state.",
    ),
    LayerCard(
        name="LSTM",
        call="torch.nn.LSTM(input_size=8, hidden_size=16, batch_first=True)",
        chapter=folder_of("recurrent"),
        formula=(
            Formula(
                r"i_t, f_t, o_t = \sigma(W_{ih}\, x_t + b_{ih} + W_{hh}\, h_{t-1} + b_{hh})",
                "i[t], f[t], o[t] = sigmoid(W_ih x[t] + b_ih + W_hh h[t-1] + b_hh)",
            ),
            Formula(
                r"g_t = \tanh(W_{ih}\, x_t + b_{ih} + W_{hh}\, h_{t-1} + b_{hh})",
                "g[t] = tanh(W_ih x[t] + b_ih + W_hh h[t-1] + b_hh)",
            ),
            Formula(r"c_t = f_t\, c_{t-1} + i_t\, g_t", "c[t] = f[t] c[t-1] + i[t] g[t]"),
            Formula(r"h_t = o_t \tanh(c_t)", "h[t] = o[t] tanh(c[t])"),
        ),
        inputs=_INPUTS,
        outputs=(_OUTPUT, _LAST, Tensor("c_n", ("1", "n", "d_h"), (1, 2, 16))),
        parameters=_parameters(4),
        elementwise=False,
        last_layer="No. A Linear follows, on the last state or on all states.",
        inner_layer=_INNER,
        note="Each gate has its own rows of the weights, in the order i, f, g, o. It returns (output, (h_n, c_n)).",
    ),
)
