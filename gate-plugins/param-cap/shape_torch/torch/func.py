"""torch.func by shapes: a function runs once, on a sample or on the whole, and its results get the shapes they would have."""

from . import _names
from ._shape.cost import COST
from ._shape.dtypes import Size
from ._shape.registry import FUNCTIONS
from ._shape.tensor import Tensor, make, wrap_dim
from ._shape.undecided import Undecided, missing
from .nn.utils.stateless import functional_call  # noqa: F401


def _mapped(change, value, *trees):
    """`change` over the leaves of nested tuples, lists and dicts; `trees` are prefixes, or one value for all below."""
    if isinstance(value, dict):
        return type(value)((key, _mapped(change, one, *(tree[key] if isinstance(tree, dict) else tree for tree in trees)))
                           for key, one in value.items())
    if isinstance(value, (tuple, list)) and not isinstance(value, Size):
        below = (tree if isinstance(tree, (tuple, list)) else (tree,) * len(value) for tree in trees)
        got = [_mapped(change, *parts) for parts in zip(value, *below, strict=True)]
        return type(value)(*got) if hasattr(value, "_fields") else type(value)(got)
    return change(value, *trees)


def vmap(func, in_dims=0, out_dims=0, randomness="error", *, chunk_size=None):
    def batched(*args, **kwargs):
        sizes = set()

        def sample(value, dim):
            if dim is None or not isinstance(value, Tensor):
                return value
            dim = wrap_dim(dim, value.ndim)
            if not value.ndim:
                raise ValueError("vmap: the input has no dimension to map over")
            sizes.add(value.shape[dim])
            return value.select(dim, 0)

        one = [_mapped(sample, value, dim) for value, dim in
               zip(args, in_dims if isinstance(in_dims, (tuple, list)) else (in_dims,) * len(args), strict=True)]
        named = _mapped(sample, kwargs, 0)
        if len(sizes) != 1:
            raise ValueError(f"vmap: Expected all tensors to have the same size in the mapped dimension, got sizes {sizes}")
        size = sizes.pop()

        def whole(value, dim):
            if not isinstance(value, Tensor):
                raise ValueError(f"vmap: must only return Tensors, got type {type(value).__name__}")
            place = wrap_dim(dim, value.ndim + 1)
            shape = list(value.shape)
            shape.insert(place, size)
            return value.unsqueeze(place).expand(shape).clone()

        with COST.times(size):
            got = func(*one, **named)
        return _mapped(whole, got, out_dims)

    return batched


def stack_module_state(models):
    models = list(models)
    if len({type(one) for one in models}) != 1:
        raise RuntimeError("stack_module_state: Expected all models to be of the same class")

    def stacked(tables):
        out = {}
        for name in tables[0]:
            out[name] = FUNCTIONS["stack"]([table[name].detach() for table in tables])
            out[name].requires_grad = tables[0][name].requires_grad
        return out

    return stacked([dict(one.named_parameters()) for one in models]), stacked([dict(one.named_buffers()) for one in models])


def grad_and_value(func, argnums=0, has_aux=False):
    def operation(*args, **kwargs):
        got = func(*args, **kwargs)
        value = got[0] if has_aux else got
        if not isinstance(value, Tensor) or value.shape:
            raise RuntimeError("grad_and_value(f): Expected f to return a scalar Tensor")
        picked = args[argnums] if isinstance(argnums, int) else tuple(args[at] for at in argnums)
        return _mapped(lambda one: make(one.shape, one.dtype, one.device), picked), got

    return operation


def grad(func, argnums=0, has_aux=False):
    def operation(*args, **kwargs):
        gradient, got = grad_and_value(func, argnums, has_aux)(*args, **kwargs)
        return (gradient, got[1]) if has_aux else gradient

    return operation


def _jacobian(func, argnums=0, has_aux=False, **options):
    if has_aux or not isinstance(argnums, int):
        raise Undecided("torch.func.jacrev with several arguments")
    return lambda *args: make(func(*args).shape + args[argnums].shape, args[argnums].dtype)


jacrev = jacfwd = _jacobian
__getattr__ = missing("torch.func", _names.MODULES["torch.func"])
