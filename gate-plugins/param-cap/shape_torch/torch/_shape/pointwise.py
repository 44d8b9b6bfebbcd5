"""Element by element: results have the broadcast shape of the operands."""

from . import dtypes, refusals, strides
from .cost import COST
from .registry import FUNCTIONS, METHODS, both, function
from .tensor import Tensor, alias, broadcast, result, result_type
from .undecided import Undecided

TO_FLOAT = """exp exp2 expm1 log log2 log10 log1p sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh sqrt rsqrt
sigmoid erf erfc erfinv lgamma digamma logit reciprocal i0 arcsin arccos arctan arcsinh arccosh arctanh deg2rad rad2deg
sinc""".split()
SAME = """neg negative floor ceil round trunc frac sign sgn relu positive clone fix nan_to_num conj bitwise_not celu
selu""".split()
TO_BOOL = "isnan isinf isfinite logical_not isposinf isneginf signbit isreal".split()
BINARY = """add sub subtract mul multiply maximum minimum fmax fmin fmod remainder pow bitwise_and bitwise_or bitwise_xor
floor_divide hypot bitwise_left_shift bitwise_right_shift gcd lcm nextafter heaviside rsub logaddexp logaddexp2""".split()
BINARY_FLOAT = "true_divide atan2 arctan2 xlogy copysign ldexp".split()
COMPARE = """eq ne lt le gt ge not_equal less less_equal greater greater_equal logical_and logical_or logical_xor
isclose""".split()
#: Binary operations that take no number as the second operand.
TENSORS_ONLY = frozenset("""maximum minimum fmax fmin hypot gcd lcm nextafter heaviside atan2 arctan2 logaddexp logaddexp2 ldexp
logical_and logical_or logical_xor isclose""".split())
#: Operations whose operands must be of one type.
ONE_TYPE = frozenset(("isclose", "heaviside"))
#: Operations whose name with `_` appended writes into the first operand.
IN_PLACE = set()


def floating(of):
    return of if of._kind in "fc" else dtypes.default_dtype()


def operands(args):
    tensors = [one for one in args if isinstance(one, Tensor)]
    if not tensors:
        raise TypeError("expected a tensor argument")
    return tensors, broadcast(*[one._shape for one in tensors])


def combined(args, of=None):
    """The pointwise result of tensors and numbers."""
    tensors, shape = operands(args)
    like = tensors[0]
    if like._device.type == "cpu" and not like._shape:
        like = next((one for one in tensors if one._shape), like)
    got = result(shape, like, of or result_type(args), tensors)
    if got._layout is not None:
        got._layout = strides.elementwise(shape, tensors)
    return got


def tensor_of(value, name):
    if not isinstance(value, Tensor):
        raise TypeError(f"{name}(): argument 'input' must be Tensor, not {type(value).__name__}")
    return value


def _unary(name, kind):
    refused = refusals.of(name)

    def operation(input, *args, out=None, **kwargs):
        tensor_of(input, name)
        if input._dtype._kind in refused:
            refusals.check(name, input._dtype)
        of = floating(input._dtype) if kind == "float" else dtypes.bool_ if kind == "bool" else input._dtype
        got = result(input._shape, input, of)
        if input._layout is not None:
            got._layout = strides.preserved(input)
        if name == "clone":
            got._known = _copy_known(input)
            if "memory_format" in kwargs:
                got._layout = None
        return got

    return operation


def _copy_known(tensor):
    from .tensor import Known

    return (tensor._known[0], Known()) if tensor.known() is not None else None


def _binary(name, kind):
    refused, allowed = refusals.of(name), Tensor if name in TENSORS_ONLY else (Tensor, int, float, complex)

    def operation(input, other, *args, alpha=None, out=None, **kwargs):
        if not isinstance(other, allowed):
            raise TypeError(f"{name}(): argument 'other' must be Tensor, not {type(other).__name__}")
        of = result_type((input, other))
        if of._kind in refused:
            refusals.check(name, of)
        if name in ONE_TYPE and input._dtype is not other._dtype:
            raise RuntimeError(f"{name}(): the operands are of {input._dtype} and {other._dtype}")
        if kind == "float":
            of = floating(of)
        elif kind == "bool":
            of = dtypes.bool_
        return combined((input, other), of)

    return operation


for _names, _make, _kind in (
    (TO_FLOAT, _unary, "float"), (SAME, _unary, "same"), (TO_BOOL, _unary, "bool"),
    (BINARY, _binary, "same"), (BINARY_FLOAT, _binary, "float"), (COMPARE, _binary, "bool"),
):
    for _name in _names:
        _operation = _make(_name, _kind)
        _operation.__name__ = _name
        both(_operation)
        IN_PLACE.add(_name)


def _subtraction(name):
    subtract = FUNCTIONS[name]

    def operation(input, other, *args, **kwargs):
        if any((one._dtype if isinstance(one, Tensor) else dtypes.of_scalar(one)) is dtypes.bool_ for one in (input, other)):
            raise RuntimeError("Subtraction, the `-` operator, with a bool tensor is not supported")
        return subtract(input, other, *args, **kwargs)

    operation.__name__ = name
    both(operation)


for _name in ("sub", "subtract", "rsub"):
    _subtraction(_name)


def to_float(*args, out=None):
    """A special function of one or more tensors and numbers."""
    return combined(args, floating(result_type(args)))


FUNCTIONS["igamma"] = METHODS["igamma"] = FUNCTIONS["igammac"] = METHODS["igammac"] = to_float
FUNCTIONS["polygamma"] = lambda n, input, *, out=None: to_float(input)
FUNCTIONS["mvlgamma"] = METHODS["mvlgamma"] = lambda input, p, *, out=None: to_float(input)


@both
def square(input, *, out=None):
    return FUNCTIONS["pow"](input, 2)


@both
def float_power(input, exponent, *, out=None):
    of = result_type((input, exponent))
    return combined((input, exponent), dtypes.complex128 if of.is_complex else dtypes.float64)


@both
def frexp(input):
    return result(input._shape, input), result(input._shape, input, dtypes.int32)


@both
def div(input, other, *, rounding_mode=None, out=None):
    of = result_type((input, other))
    return combined((input, other), floating(of) if rounding_mode is None else of)


FUNCTIONS["divide"] = METHODS["divide"] = div


@both
def abs_(input, *, out=None):
    refusals.check("abs", input._dtype)
    return result(input._shape, input, input._dtype.to_real())


FUNCTIONS["absolute"] = METHODS["absolute"] = abs_


@both
def clamp(input, min=None, max=None, *, out=None):
    if min is None and max is None:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    operands = [one for one in (input, min, max) if one is not None]
    of = result_type(operands)
    refusals.check("clamp", of)
    return combined(operands, of)


FUNCTIONS["clip"] = METHODS["clip"] = clamp


@both
def clamp_min(input, min):
    return clamp(input, min)


@both
def clamp_max(input, max):
    return clamp(input, None, max)


@both
def lerp(input, end, weight, *, out=None):
    refusals.check("lerp", input._dtype)
    if input._dtype is not end._dtype:
        raise RuntimeError(f"expected dtype {input._dtype} for `end` but got dtype {end._dtype}")
    return combined([one for one in (input, end, weight) if isinstance(one, Tensor)], input._dtype)


@both
def addcmul(input, tensor1, tensor2, *, value=1, out=None):
    return combined((input, tensor1, tensor2))


@both
def addcdiv(input, tensor1, tensor2, *, value=1, out=None):
    return combined((input, tensor1, tensor2))


@both
def masked_fill(input, mask, value):
    if mask._dtype is not dtypes.bool_:
        raise RuntimeError(f"masked_fill_ only supports boolean masks, but got mask with dtype {mask._dtype}")
    if isinstance(value, Tensor) and value._shape:
        raise RuntimeError("masked_fill only supports a 0-dimensional value tensor")
    return combined((input, mask), input._dtype)


@function
def where(condition, input=None, other=None, *, out=None):
    if input is None:
        raise Undecided("torch.where(condition) depends on data")
    if condition._dtype not in (dtypes.bool_, dtypes.uint8):
        raise RuntimeError(f"where expected condition to be a boolean tensor, but got a tensor with dtype {condition._dtype}")
    of = result_type((input, other))
    return combined([one for one in (condition, input, other) if isinstance(one, Tensor)], of)


METHODS["where"] = lambda self, condition, other: where(condition, self, other)


@both
def allclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    raise Undecided("torch.allclose depends on data")


@both
def equal(input, other):
    if input._shape != other._shape:
        return False
    raise Undecided("torch.equal depends on data")


@both
def complex_(real, imag, *, out=None):
    return combined((real, imag), real._dtype.to_complex())


@function
def polar(abs, angle, *, out=None):
    return combined((abs, angle), abs._dtype.to_complex())


@both
def angle(input, *, out=None):
    return result(input._shape, input, floating(input._dtype.to_real()))


def real(input):
    got = alias(input._shape, input, input._dtype.to_real())
    if input._dtype.is_complex:  # every other number of the complex ones
        got._layout = strides.UNKNOWN if strides.of(input) is strides.UNKNOWN else tuple(2 * one for one in strides.of(input))
    return got


FUNCTIONS["real"] = FUNCTIONS["imag"] = real


@both
def type_as(input, other):
    return result(input._shape, other, inputs=(input,))


def _reflected(name):
    def operation(self, other):
        return FUNCTIONS[name](other, self) if isinstance(other, Tensor) else _number_first(name, other, self)

    return operation


def _number_first(name, number, tensor):
    of = result_type((number, tensor))
    return combined((number, tensor), floating(of) if name == "div" else of)


def _or_not_implemented(operation):
    def safe(self, other):
        if not isinstance(other, (Tensor, int, float, complex)):
            return NotImplemented
        return operation(self, other)

    return safe


def _in_place(operation):
    def write(self, *args, **kwargs):
        before = COST.bytes
        got = operation(self, *args, **kwargs)
        COST.bytes = before
        if got._shape != self._shape:
            raise RuntimeError(f"output with shape {list(self._shape)} doesn't match the broadcast shape {list(got._shape)}")
        if got._dtype is not self._dtype and not dtypes.can_cast(got._dtype, self._dtype):
            raise RuntimeError(f"result type {got._dtype} can't be cast to the desired output type {self._dtype}")
        return wrote(self, *args, *kwargs.values())

    return write


def wrote(self, *sources):
    """An in-place result: numbers forgotten, gradients flow in."""
    from .tensor import MODE

    if MODE["grad"]:
        flows = any(isinstance(one, Tensor) and one._requires_grad for one in sources)
        if self._requires_grad and self._is_leaf and self._dtype.is_floating_point:
            raise RuntimeError("a leaf Variable that requires grad is being used in an in-place operation.")
        if flows and not self._requires_grad and self._dtype._kind in "fc":
            self._requires_grad, self._is_leaf = True, False
    return self.forget()


def install_operators():
    """`a + b`, `a += b`, `-a` and the in-place twins of the pointwise operations."""
    pairs = {"add": "add", "sub": "sub", "mul": "mul", "truediv": "div", "floordiv": "floor_divide", "mod": "remainder",
             "pow": "pow", "and": "bitwise_and", "or": "bitwise_or", "xor": "bitwise_xor",
             "lshift": "bitwise_left_shift", "rshift": "bitwise_right_shift"}
    for symbol, name in pairs.items():
        setattr(Tensor, f"__{symbol}__", _or_not_implemented(FUNCTIONS[name]))
        setattr(Tensor, f"__r{symbol}__", _or_not_implemented(_reflected(name)))
        setattr(Tensor, f"__i{symbol}__", _in_place(FUNCTIONS[name]))
    for symbol in ("eq", "ne", "lt", "le", "gt", "ge"):
        setattr(Tensor, f"__{symbol}__", _compare(symbol))
    Tensor.__neg__, Tensor.__pos__ = FUNCTIONS["neg"], FUNCTIONS["positive"]
    Tensor.__abs__, Tensor.__invert__ = abs_, _invert
    for name in IN_PLACE | {"div", "abs", "clamp", "clip", "clamp_min", "clamp_max", "lerp", "addcmul", "addcdiv",
                            "masked_fill", "divide", "square"}:
        if name in METHODS and not name.endswith("_"):
            METHODS[f"{name}_"] = _in_place(METHODS[name])
            if name in TO_FLOAT or name in SAME or name in ("abs", "square", "clamp"):
                FUNCTIONS[f"{name}_"] = METHODS[f"{name}_"]


def _invert(self):
    if self._dtype._kind in "fc":
        raise TypeError("~ (operator.invert) is only implemented on integer and Boolean-type tensors")
    return FUNCTIONS["bitwise_not"](self)


def _compare(symbol):
    numbers = {"eq": lambda a, b: a == b, "ne": lambda a, b: a != b, "lt": lambda a, b: a < b,
               "le": lambda a, b: a <= b, "gt": lambda a, b: a > b, "ge": lambda a, b: a >= b}[symbol]

    def operation(self, other):
        if not isinstance(other, (Tensor, int, float, complex)):
            return NotImplemented
        got = FUNCTIONS[symbol](self, other)
        mine = self.known()
        theirs = other.known() if isinstance(other, Tensor) else other
        if mine is not None and theirs is not None and not isinstance(mine, list) and not isinstance(theirs, list):
            from .tensor import Known

            got._known = (numbers(mine, theirs), Known())
        return got

    return operation
