"""Matrix products, einsum, and the shapes of linear algebra."""

from .cost import COST
from .registry import FUNCTIONS, METHODS, both, function
from .tensor import Tensor, broadcast, result, wrap_dim
from .pointwise import combined, wrote
from .undecided import Undecided


def _same_type(*tensors):
    first = tensors[0]._dtype
    for one in tensors[1:]:
        if one._dtype is not first:
            raise Undecided(f"a product of {first} with {one._dtype}: autocast decides whether it runs")


def matmul_shape(a, b):
    if not a or not b:
        raise RuntimeError("both arguments to matmul need to be at least 1D")
    if len(a) == 1 and len(b) == 1:
        pairs, out = (a[0], b[0]), ()
    elif len(a) == 1:
        pairs, out = (a[0], b[-2]), tuple(b[:-2]) + (b[-1],)
    elif len(b) == 1:
        pairs, out = (a[-1], b[0]), tuple(a[:-1])
    else:
        pairs, out = (a[-1], b[-2]), tuple(broadcast(a[:-2], b[:-2])) + (a[-2], b[-1])
    if pairs[0] != pairs[1]:
        raise RuntimeError(f"mat1 and mat2 shapes cannot be multiplied ({list(a)} and {list(b)})")
    return out


def matmul_shape_at_cost(a, b):
    shape = matmul_shape(a, b)
    COST.products(*shape, a[-1])
    return shape


@both
def matmul(input, other, *, out=None):
    _same_type(input, other)
    return result(matmul_shape_at_cost(input._shape, other._shape), input, inputs=(input, other))


Tensor.__matmul__ = lambda self, other: matmul(self, other) if isinstance(other, Tensor) else NotImplemented
for _name in ("mm", "bmm", "mv", "dot"):
    FUNCTIONS[_name] = METHODS[_name] = matmul
FUNCTIONS["vdot"] = FUNCTIONS["dot"]


def _add_product(name):
    def operation(input, a, b, *, beta=1, alpha=1, out=None):
        shape = matmul_shape_at_cost(a._shape, b._shape)
        if name == "addbmm":
            shape = shape[1:]
        broadcast(input._shape, shape)
        return result(shape, a, inputs=(input, a, b))

    FUNCTIONS[name] = METHODS[name] = operation
    METHODS[f"{name}_"] = lambda self, *args, **kwargs: wrote(self, *args)


for _name in ("addmm", "baddbmm", "addmv", "addbmm"):
    _add_product(_name)


@both
def outer(input, vec2, *, out=None):
    return result((input._shape[0], vec2._shape[0]), input, inputs=(input, vec2))


FUNCTIONS["ger"] = METHODS["ger"] = outer


@both
def inner(input, other):
    if not input._shape or not other._shape:
        return combined((input, other))
    return result(input._shape[:-1] + other._shape[:-1], input, inputs=(input, other))


@both
def kron(input, other):
    count = max(input.ndim, other.ndim)
    a = (1,) * (count - input.ndim) + tuple(input._shape)
    b = (1,) * (count - other.ndim) + tuple(other._shape)
    return result(tuple(x * y for x, y in zip(a, b)), input, inputs=(input, other))


@function
def cross(input, other, dim=None):
    return combined((input, other))


@function
def tensordot(a, b, dims=2, out=None):
    if isinstance(dims, int):
        left, right = list(range(a.ndim - dims, a.ndim)), list(range(dims))
    else:
        left = [wrap_dim(one, a.ndim) for one in dims[0]]
        right = [wrap_dim(one, b.ndim) for one in dims[1]]
    if [a._shape[one] for one in left] != [b._shape[one] for one in right]:
        raise RuntimeError("contracted dimensions need to match")
    COST.products(*a._shape, *(s for at, s in enumerate(b._shape) if at not in right))
    shape = [s for at, s in enumerate(a._shape) if at not in left]
    shape += [s for at, s in enumerate(b._shape) if at not in right]
    return result(shape, a, inputs=(a, b))


@function
def einsum(equation, *operands):
    if not isinstance(equation, str):
        raise Undecided("einsum with sublists")
    if len(operands) == 1 and isinstance(operands[0], (list, tuple)):
        operands = operands[0]
    equation = equation.replace(" ", "")
    left, arrow, right = equation.partition("->")
    terms = left.split(",")
    if len(terms) != len(operands):
        raise RuntimeError("einsum(): the number of operands does not match the equation")
    sizes, rest = {}, ()
    for term, one in zip(terms, operands):
        before, dots, after = term.partition("...")
        span = one.ndim - len(before) - len(after)
        if span < 0 or (not dots and span):
            raise RuntimeError(f"einsum(): the term '{term}' does not fit a tensor of {one.ndim} dimensions")
        if dots:
            rest = broadcast(rest, one._shape[len(before) : len(before) + span])
        labels = [*zip(before, one._shape), *zip(after, one._shape[len(before) + span :])]
        for label, size in labels:
            if sizes.get(label, 1) != 1 and size != 1 and sizes[label] != size:
                raise RuntimeError(f"einsum(): subscript {label} has size {size} and {sizes[label]}")
            sizes[label] = max(sizes.get(label, 1), size) if size else 0
    if not arrow:
        letters = left.replace(",", "").replace(".", "")
        right = ("..." if "..." in left else "") + "".join(sorted(x for x in set(letters) if letters.count(x) == 1))
    _einsum_cost(terms, operands, right, sizes, rest)
    before, dots, after = right.partition("...")
    shape = [sizes[x] for x in before] + (list(rest) if dots else []) + [sizes[x] for x in after]
    return result(shape, operands[0], inputs=operands)


def _einsum_cost(terms, operands, right, sizes, rest):
    """Operands are taken in from the left; a label that nobody needs any more is summed away, two operands' by a product."""
    if len(terms) < 2:
        return
    sets = [frozenset(term.replace("...", "")) for term in terms]
    left = sets[0]
    for at, one in enumerate(sets[1:], 1):
        later = frozenset(right).union(*sets[at + 1 :])
        both_hold, needed = left & one, (left | one) & later
        if summed := [label for label in both_hold - later if sizes[label] != 1]:
            dots = rest if any("..." in term for term in terms[: at + 1]) else ()
            COST.products(*dots, *(sizes[label] for label in needed), *(sizes[label] for label in summed))
        left = needed


@both
def trace(input):
    return result((), input)


@both
def cdist(x1, x2, p=2.0, compute_mode=None):
    return result(tuple(broadcast(x1._shape[:-2], x2._shape[:-2])) + (x1._shape[-2], x2._shape[-2]), x1, inputs=(x1, x2))


@both
def matrix_exp(input):
    return result(input._shape, input)


FUNCTIONS["inverse"] = METHODS["inverse"] = FUNCTIONS["matrix_power"] = METHODS["matrix_power"] = (
    lambda input, *args: result(input._shape, input))


@both
def det(input):
    return result(input._shape[:-2], input)


FUNCTIONS["logdet"] = METHODS["logdet"] = det
