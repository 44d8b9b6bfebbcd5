"""How the state of one tensor, and of the memory under tensors and NumPy arrays, is taken and put back in place.

Memory is taken once for each storage, so views and tied weights stay what they are to each other. A tensor beside that is
its geometry over a storage, its gradient, whether it wants one, and its version, which autograd compares.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy
import torch

from .reach import is_a

# The originals, from before any bundle ran.
_Tensor, _Storage, _Array = torch.Tensor, torch.UntypedStorage, numpy.ndarray
_detach, _detach_in_place, _ask_gradient = _Tensor.detach, _Tensor.detach_, _Tensor.requires_grad_
_storage_of, _pointer_of, _size, _stride = _Tensor.untyped_storage, _Tensor.data_ptr, _Tensor.size, _Tensor.stride
_data, _grad = torch._C.TensorBase.data, torch._C.TensorBase.grad
_is_leaf, _retains, _requires, _version, _dtype, _layout = (
    getattr(torch._C.TensorBase, name).__get__
    for name in ("is_leaf", "retains_grad", "requires_grad", "_version", "dtype", "layout")
)
_is_inference = _Tensor.is_inference
_set_versions = torch._C._autograd._unsafe_set_version_counter
_nbytes, _pointer, _copy, _resize = _Storage.nbytes, _Storage.data_ptr, _Storage.copy_, _Storage.resize_
_array_base, _array_flags, _array_type = (getattr(_Array, name).__get__ for name in ("base", "flags", "dtype"))
_set_array = _Array.__setitem__
_compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)(
    ("memcmp", ctypes.CDLL(None))
)
#: The dense tensors that a sparse one is made of.
_PARTS = {
    torch.sparse_coo: ("_indices", "_values"),
    torch.sparse_csr: ("crow_indices", "col_indices", "values"),
    torch.sparse_csc: ("ccol_indices", "row_indices", "values"),
    torch.sparse_bsr: ("crow_indices", "col_indices", "values"),
    torch.sparse_bsc: ("ccol_indices", "row_indices", "values"),
}


class TensorState:
    """One tensor's state but for the memory it shows."""

    def __init__(self, tensor: torch.Tensor) -> None:
        self.tensor = tensor
        # Shows the same memory the same way, whatever becomes of the tensor.
        self._alias = _detach(tensor)
        self._leaf, self._requires = _is_leaf(tensor), _requires(tensor)
        self.version = None if _is_inference(tensor) else _version(tensor)
        # Of other tensors torch warns that there is none.
        self._kept = self._leaf or _retains(tensor)
        self._gradient = _grad.__get__(tensor) if self._kept else None

    def leads_to(self) -> list[Any]:
        """The gradient and, of a sparse tensor, its parts."""
        parts = [getattr(_Tensor, name)(self._alias) for name in _PARTS.get(_layout(self.tensor), ())]
        return parts if self._gradient is None else [*parts, self._gradient]

    def put(self) -> None:
        """Puts it back."""
        tensor = self.tensor
        if self._leaf and not _is_leaf(tensor):
            # Something that has a gradient was written into it.
            _detach_in_place(tensor)
        if _shown(tensor) != _shown(self._alias):
            _data.__set__(tensor, self._alias)
        if self._leaf and _requires(tensor) != self._requires:
            _ask_gradient(tensor, self._requires)
        if self._kept and _grad.__get__(tensor) is not self._gradient:
            _grad.__set__(tensor, self._gradient)


def _shown(tensor: torch.Tensor) -> tuple[Any, ...]:
    """What of which memory a tensor shows."""
    size = tuple(_size(tensor))
    names = _PARTS.get(_layout(tensor))
    if names is not None:
        return (size, *(_storage_of(getattr(_Tensor, name)(tensor))._cdata for name in names))
    return (size, _stride(tensor), _dtype(tensor), _pointer_of(tensor), _storage_of(tensor)._cdata)


def put_versions(tensors: list[TensorState]) -> None:
    """Puts the versions back, last of all, since putting back counts as well."""
    changed = [one for one in tensors if one.version is not None and _version(one.tensor) != one.version]
    _set_versions([one.tensor for one in changed], [one.version for one in changed])


class StorageState:
    """What a storage holds."""

    def __init__(self, storage: torch.UntypedStorage) -> None:
        self._storage, self._size = storage, _nbytes(storage)
        self._copy = _copy(_Storage(self._size, device=storage.device), storage)
        self._on_cpu = storage.device.type == "cpu"

    def put(self) -> None:
        """Puts it back."""
        storage = self._storage
        if _nbytes(storage) != self._size:
            _resize(storage, self._size)
        # Memory that nobody can write, such as a file's, may be the same; on a GPU asking would take longer.
        if not self._on_cpu or _compare(_pointer(storage), _pointer(self._copy), self._size):
            _copy(storage, self._copy)


class ArrayState:
    """What a NumPy array holds."""

    def __init__(self, array: numpy.ndarray) -> None:
        self._view = _Array.view(array, _Array)
        self._copy = _Array.copy(self._view)

    def objects(self) -> list[Any]:
        """What it leads to."""
        return _Array.ravel(self._copy).tolist() if _array_type(self._view).hasobject else []

    def put(self) -> None:
        """Puts it back."""
        _set_array(self._view, ..., self._copy)


class Memory:
    """The memory under tensors, storages and arrays, each piece once."""

    def __init__(self) -> None:
        self._pieces: dict[tuple[str, int], StorageState | ArrayState] = {}

    def take(self, value: Any) -> list[Any]:
        """Takes the memory under a value, if there is any; returns the objects in it."""
        if is_a(value, _Array):
            # A view's memory is that of what it shows.
            if is_a(_array_base(value), (_Array, _Tensor)):
                return [_array_base(value)]
            if _array_flags(value).writeable:
                state = self._pieces["array", id(value)] = ArrayState(value)
                return state.objects()
        elif is_a(value, (_Tensor, _Storage)):
            storage = _storage(value)
            if storage is not None and ("storage", storage._cdata) not in self._pieces:
                self._pieces["storage", storage._cdata] = StorageState(storage)
        return []

    def states(self) -> list[StorageState | ArrayState]:
        """All that was taken."""
        return list(self._pieces.values())


def _storage(value: Any) -> torch.UntypedStorage | None:
    try:
        storage = _storage_of(value) if is_a(value, _Tensor) else value
        return None if storage.device.type == "meta" or not _pointer(storage) else storage
    except (NotImplementedError, RuntimeError):
        # Sparse and wrapped tensors have none of their own; their parts are met as tensors.
        return None
