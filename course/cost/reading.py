"""From what a caller has to a description: a PyTorch module, a line of Python, or the description itself.

Nothing of PyTorch is imported: a module's class is known by its name, and its arguments by the attributes in which
PyTorch keeps them. No forward is run, so a module with its own forward can't be read and is refused.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from course.cost import activation, attention, convolution, dense, normalization, pooling, recurrent, shaping
from course.cost.layer import Layer, Parameter, Shape, Shapes, UnknownModule
from course.cost.network import Composite, Functional, Output, Residual, Sequential
from course.cost.transformer import EncoderParts, TransformerEncoderLayer

Description = Layer | Composite | Functional

_LAYERS: Mapping[str, type[Layer]] = {
    name: value
    for family in (dense, activation, convolution, pooling, shaping, normalization, attention, recurrent)
    for name, value in vars(family).items()
    if isinstance(value, type) and issubclass(value, Layer) and value is not Layer and not name.startswith("_")
}
_CALLS: Mapping[str, Callable[..., Description]] = {
    **_LAYERS,
    "TransformerEncoderLayer": TransformerEncoderLayer,
    "Sequential": Sequential,
    "Residual": Residual,
    "Output": Output,
}


@dataclass(frozen=True, slots=True)
class ReadLayer(Layer):
    """A layer read from a PyTorch module: its formulas, with the module's own name and tensors."""

    layer: Layer
    name: str
    tensors: tuple[Parameter, ...]

    @property
    def title(self) -> str:
        """The name of the module's class."""
        return self.name

    @property
    def is_leaf(self) -> bool:
        """As the description says."""
        return self.layer.is_leaf

    def parameters(self) -> tuple[Parameter, ...]:
        """Give the module's own tensors."""
        return self.tensors

    def output_shape(self, *inputs: Shape) -> Shape:
        """As the description says."""
        return self.layer.output_shape(*inputs)

    def output_shapes(self, *inputs: Shape) -> Shapes:
        """As the description says."""
        return self.layer.output_shapes(*inputs)

    def true_mult_adds(self, *inputs: Shape) -> int:
        """As the description says."""
        return self.layer.true_mult_adds(*inputs)


def describe(item: Any) -> Description:
    """Give the description of a layer or a network.

    Parameters
    ----------
    item
        A description, which is given back; a PyTorch module; or the Python that would make one, as
        the catalog's cards have it: ``"torch.nn.Linear(10, 5)"``. That text is read, not run.

    Raises
    ------
    UnknownModule
        If it is none of these, if its layer is not known, if it has its own forward, or if its tensors are not
        the shapes its arguments give, as after pruning.

    Examples
    --------
    >>> describe("torch.nn.Conv2d(16, 32, kernel_size=(3, 3))").output_shape((16, 8, 9))
    (32, 6, 7)
    """
    return _from_call(item) if isinstance(item, str) else read(item)


def read(item: Any) -> Description:
    """Give the description of a PyTorch module, or the one that is given.

    Raises
    ------
    UnknownModule
        As `describe`.
    """
    if isinstance(item, (Layer, Composite, Functional)):
        return item
    kind = _kind(item)
    name = type(item).__name__
    if kind == "Sequential":
        return Sequential(*item, name=name)
    if kind == "TransformerEncoderLayer":
        # A function as activation, such as relu, is not an attribute that holds layers.
        inner = item.activation if hasattr(item.activation, "children") else None
        names = (field.name for field in fields(EncoderParts) if field.name != "activation")
        parts = EncoderParts(**{part: getattr(item, part) for part in names}, activation=inner)
        return parts.assemble(norm_first=item.norm_first, name=name)
    if kind not in _LAYERS:
        raise UnknownModule(name, "is not a layer that course.cost knows", "describe it with those it does")
    layer = _LAYERS[kind](**_arguments(_LAYERS[kind], item))
    return ReadLayer(layer, name, _tensors(layer, item))


def _kind(item: Any) -> str:
    """Name the class of ``torch.nn`` whose forward the module has."""
    name = type(item).__name__
    own = "forward" in getattr(item, "__dict__", {})
    for cls in type(item).__mro__:
        if cls.__module__.startswith("torch.nn.") and not own:
            if cls.__name__ != "Module":
                return cls.__name__
            break
        own = own or "forward" in vars(cls) or "__call__" in vars(cls)
    if hasattr(item, "forward"):
        raise UnknownModule(
            name,
            "has its own forward, which can't be read without running it",
            "describe the network with course.cost's Sequential and Residual, which take its parts as they are",
        )
    raise UnknownModule(name, "is not a layer", "a description, a PyTorch module or a line that makes one is expected")


def _arguments(kind: Any, module: Any) -> dict[str, Any]:
    """Give the arguments that a module was made with, as far as cost depends on them."""
    if kind is attention.MultiheadAttention:
        names = ("embed_dim", "num_heads", "dropout", "add_zero_attn", "kdim", "vdim", "batch_first")
        return {name: getattr(module, name) for name in names} | {
            "bias": module.in_proj_bias is not None,
            "add_bias_kv": module.bias_k is not None,
        }
    given = {field.name: getattr(module, field.name) for field in fields(kind) if field.init}
    if "bias" in given:
        # Recurrent layers keep the flag; the others keep the tensor, or None.
        given["bias"] = given["bias"] is not None and given["bias"] is not False
    return given


def _tensors(layer: Layer, module: Any) -> tuple[Parameter, ...]:
    wanted = {parameter.name: parameter.shape for parameter in layer.parameters()}
    found = dict(module.named_parameters())
    if wanted != {name: tuple(tensor.shape) for name, tensor in found.items()}:
        raise UnknownModule(
            type(module).__name__,
            f"has the parameters {', '.join(found) or 'none'} in other shapes or under other names than its arguments "
            "say",
            "a layer as PyTorch makes it is expected",
        )
    return tuple(
        Parameter(name, wanted[name], tensor.requires_grad, id(tensor), tensor.element_size())
        for name, tensor in found.items()
    )


def _from_call(text: str) -> Description:
    try:
        call = ast.parse(text, mode="eval").body
    except SyntaxError:
        call = None
    if not isinstance(call, ast.Call):
        raise UnknownModule(f"{text!r}", "is not a call", "one such as 'torch.nn.Linear(10, 5)' is expected")
    return _from_node(call)


def _from_node(call: ast.Call) -> Description:
    name = ast.unparse(call.func).rpartition(".")[2]
    if name == "scaled_dot_product_attention":
        return attention.ScaledDotProductAttention()  # Its arguments are the inputs, not values.
    if name not in _CALLS:
        raise UnknownModule(name, "is not a layer that course.cost knows", "describe it with those it does")
    keywords = {keyword.arg: _value(keyword.value) for keyword in call.keywords if keyword.arg}
    return _CALLS[name](*map(_value, call.args), **keywords)


def _value(node: ast.expr) -> Any:
    if isinstance(node, ast.Call):
        return _from_node(node)
    try:
        return ast.literal_eval(node)
    except ValueError:
        raise UnknownModule(
            ast.unparse(node), "is not a value that can be read", "numbers, texts and layers are"
        ) from None
