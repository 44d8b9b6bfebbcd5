"""Norms, inverses and decompositions of matrices by shapes; `torch.linalg` and the older names in `torch`."""

from . import dtypes, refusals
from .reduce import Named, reduced
from .registry import FUNCTIONS, METHODS
from .tensor import broadcast, result

LINALG = {}


def linalg(target):
    LINALG[target.__name__] = target
    return target


def _square(A):
    if A.ndim < 2 or A.shape[-1] != A.shape[-2]:
        raise RuntimeError(f"A must be batches of square matrices, but they are {list(A.shape)}")
    return A


@linalg
def vector_norm(x, ord=2, dim=None, keepdim=False, *, dtype=None, out=None):
    refusals.check("norm", x.dtype)
    return result(reduced(x.shape, dim, keepdim), x, dtype or x.dtype.to_real())


@linalg
def norm(A, ord=None, dim=None, keepdim=False, *, out=None, dtype=None):
    return vector_norm(A, dim=dim, keepdim=keepdim, dtype=dtype)


@linalg
def matrix_norm(A, ord="fro", dim=(-2, -1), keepdim=False, *, dtype=None, out=None):
    return vector_norm(A, dim=dim, keepdim=keepdim, dtype=dtype)


@linalg
def vecdot(x, y, *, dim=-1):
    shape = broadcast(x.shape, y.shape)
    return result(reduced(shape, dim, False), x, inputs=(x, y))


@linalg
def cross(input, other, *, dim=-1):
    return FUNCTIONS["cross"](input, other)


@linalg
def inv(A, *args, out=None):
    return result(_square(A).shape, A)


LINALG["cholesky"] = LINALG["matrix_exp"] = LINALG["matrix_power"] = inv


@linalg
def pinv(A, *args, **kwargs):
    return result(A.shape[:-2] + (A.shape[-1], A.shape[-2]), A)


@linalg
def qr(A, mode="reduced"):
    *head, rows, columns = A.shape
    inner = rows if mode == "complete" else min(rows, columns)
    return Named(Q=result((*head, rows, inner), A), R=result((*head, inner, columns), A))


@linalg
def svd(A, full_matrices=True, *, driver=None):
    *head, rows, columns = A.shape
    k = min(rows, columns)
    left, right = (rows, columns) if full_matrices else (k, k)
    return Named(U=result((*head, rows, left), A), S=svdvals(A), Vh=result((*head, right, columns), A))


@linalg
def svdvals(A, *, driver=None):
    return result((*A.shape[:-2], min(A.shape[-2:])), A, A.dtype.to_real())


@linalg
def eigh(A, UPLO="L"):
    return Named(eigenvalues=eigvalsh(A), eigenvectors=result(A.shape, A))


@linalg
def eigvalsh(A, UPLO="L"):
    return result(_square(A).shape[:-1], A, A.dtype.to_real())


@linalg
def eig(A):
    return Named(eigenvalues=eigvals(A), eigenvectors=result(A.shape, A, A.dtype.to_complex()))


@linalg
def eigvals(A):
    return result(_square(A).shape[:-1], A, A.dtype.to_complex())


@linalg
def det(A):
    return result(_square(A).shape[:-2], A)


@linalg
def slogdet(A):
    return Named(sign=det(A), logabsdet=result(A.shape[:-2], A, A.dtype.to_real()))


@linalg
def cond(A, p=None):
    return result(A.shape[:-2], A, A.dtype.to_real())


@linalg
def matrix_rank(A, **kwargs):
    return result(A.shape[:-2], A, dtypes.int64)


@linalg
def solve(A, B, *, left=True, out=None):
    _square(A)
    return result(B.shape, B, inputs=(A, B))


@linalg
def solve_triangular(A, B, *, upper, left=True, unitriangular=False, out=None):
    return solve(A, B)


@linalg
def lstsq(A, B, *args, **kwargs):
    empty = result((0,), A)
    return Named(solution=result(A.shape[:-2] + (A.shape[-1],) + B.shape[A.ndim - 1 :], B, inputs=(A, B)), residuals=empty,
                 rank=matrix_rank(A), singular_values=empty)


@linalg
def multi_dot(tensors, *, out=None):
    product = tensors[0]
    for one in tensors[1:]:
        product = FUNCTIONS["matmul"](product, one)
    return product


def _svd(input, some=True, compute_uv=True):
    left, values, right = svd(input, not some)
    return Named(U=left, S=values, V=right.mT)


for _name, _target in {
    "inverse": inv, "matrix_exp": inv, "matrix_power": inv, "pinverse": pinv, "det": det, "slogdet": slogdet,
    "cholesky": lambda input, upper=False: inv(input), "logdet": det, "svd": _svd,
    "qr": lambda input, some=True: qr(input, "reduced" if some else "complete"),
}.items():
    FUNCTIONS[_name] = METHODS[_name] = _target
FUNCTIONS["chain_matmul"] = lambda *matrices: multi_dot(matrices)
