"""Matrix products, einsum, and the shapes of linear algebra."""

from . import dtypes
from .cost import COST
from .registry import FUNCTIONS, METHODS, both, function
from .tensor import MODE, UNKNOWN, Tensor, broadcast, result, wrap_dim
from .pointwise import combined, wrote


def product_type(*tensors):
    """The element type of a product: all operands' own, or autocast's."""
    first = tensors[0]._dtype
    if MODE["autocast"] is not None and first._kind == "f" and first is not dtypes.float64:
        return MODE["autocast"]
    for one in tensors[1:]:
        if one is not None and one._dtype is not first:
            raise RuntimeError(f"expected m1 and m2 to have the same dtype, but got: {first} != {one._dtype}")
    return first


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
    if not isinstance(other, Tensor):
        raise TypeError(f"matmul(): argument 'other' must be Tensor, not {type(other).__name__}")
    got = result(matmul_shape_at_cost(input._shape, other._shape), input, product_type(input, other), (input, other))
    got._layout = UNKNOWN if input.ndim < other.ndim else None  # torch folds, and hands out a transposed view
    return got


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
        return result(shape, a, product_type(a, b), (input, a, b))

    FUNCTIONS[name] = METHODS[name] = operation
    METHODS[f"{name}_"] = lambda self, *args, **kwargs: wrote(self, *args)


for _name in ("addmm", "baddbmm", "addmv", "addbmm"):
    _add_product(_name)


@both
def outer(input, vec2, *, out=None):
    if input.ndim != 1 or vec2.ndim != 1:
        raise RuntimeError(f"outer: Expected 1-D arguments, but got {input.ndim}D and {vec2.ndim}D")
    return result((input._shape[0], vec2._shape[0]), input, inputs=(input, vec2))


FUNCTIONS["ger"] = METHODS["ger"] = outer


@both
def inner(input, other):
    if not input._shape or not other._shape:
        return combined((input, other))
    if input._shape[-1] != other._shape[-1]:
        raise RuntimeError("inner() the last dimension must match on both input tensors")
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


def _from_sublists(*parts):
    """`einsum(a, [0, 1], b, [1], [0])` in letters."""
    def letters(sublist):
        return "".join("..." if one is Ellipsis else chr(ord("A") + one + (6 if one > 25 else 0)) for one in sublist)

    operands, sublists = parts[0 : len(parts) // 2 * 2 : 2], parts[1::2]
    return ",".join(map(letters, sublists)) + ("->" + letters(parts[-1]) if len(parts) % 2 else ""), operands


@function
def einsum(equation, *operands):
    if not isinstance(equation, str):
        equation, operands = _from_sublists(equation, *operands)
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
    for label in (*before, *after):
        if label not in sizes:
            raise RuntimeError(f"einsum(): output subscript {label} does not appear in the equation for any input operand")
    shape = [sizes[x] for x in before] + (list(rest) if dots else []) + [sizes[x] for x in after]
    got = result(shape, operands[0], product_type(*operands), operands)
    got._layout = UNKNOWN
    return got


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


@function
def cov(input, **kwargs):
    return result((input._shape[0],) * 2 if input.ndim > 1 else (), input)


FUNCTIONS["corrcoef"] = cov


@both
def addr(input, vec1, vec2, *, beta=1, alpha=1, out=None):
    return FUNCTIONS["add"](input, outer(vec1, vec2))
