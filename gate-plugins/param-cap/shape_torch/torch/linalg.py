"""torch.linalg by shapes."""

from . import _names
from ._shape.reduce import _Named, reduced
from ._shape.registry import FUNCTIONS
from ._shape.tensor import result
from ._shape.undecided import missing

matmul = FUNCTIONS["matmul"]
cross = FUNCTIONS["cross"]
diagonal = FUNCTIONS["diagonal"]


def vector_norm(x, ord=2, dim=None, keepdim=False, *, dtype=None, out=None):
    return result(reduced(x.shape, dim, keepdim), x, dtype or x.dtype.to_real())


def norm(A, ord=None, dim=None, keepdim=False, *, out=None, dtype=None):
    return vector_norm(A, dim=dim, keepdim=keepdim, dtype=dtype)


def matrix_norm(A, ord="fro", dim=(-2, -1), keepdim=False, *, dtype=None):
    return vector_norm(A, dim=dim, keepdim=keepdim, dtype=dtype)


def _same(A, *args, **kwargs):
    return result(A.shape, A)


inv = cholesky = matrix_exp = matrix_power = _same


def qr(A, mode="reduced"):
    *head, rows, columns = A.shape
    inner = rows if mode == "complete" else min(rows, columns)
    return _Named(Q=result((*head, rows, inner), A), R=result((*head, inner, columns), A))


def svd(A, full_matrices=True, *, driver=None):
    *head, rows, columns = A.shape
    k = min(rows, columns)
    left, right = (rows, columns) if full_matrices else (k, k)
    return _Named(U=result((*head, rows, left), A), S=result((*head, k), A, A.dtype.to_real()),
                  Vh=result((*head, right, columns), A))


def svdvals(A):
    return result((*A.shape[:-2], min(A.shape[-2:])), A, A.dtype.to_real())


def eigh(A, UPLO="L"):
    return _Named(eigenvalues=result(A.shape[:-1], A, A.dtype.to_real()), eigenvectors=result(A.shape, A))


def det(A):
    return result(A.shape[:-2], A)


def solve(A, B, *, left=True):
    return result(B.shape, B, inputs=(A, B))


def solve_triangular(A, B, *, upper, left=True, unitriangular=False):
    return result(B.shape, B, inputs=(A, B))


__getattr__ = missing("torch.linalg", _names.MODULES["torch.linalg"])
