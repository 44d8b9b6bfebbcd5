"""Imports a bundle's scripts: one resolver, the same names as the gates use."""

from __future__ import annotations

import functools
import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from . import determinism

_RESERVED = frozenset(sys.stdlib_module_names) | {"torch", "numpy", "prism_challenge", "prism_capture"}


class BundleError(Exception):
    """The bundle can't be imported as the contract says."""


class Bundle:
    """The bundle's folder, on the import path."""

    def __init__(self, root: str) -> None:
        self.root = Path(root).resolve()

    def on_path(self, *entrypoints: str) -> None:
        """Puts the bundle's root and its entry points' folders on the import path.

        They come first, so that a bundle's own `model.py` is found before a package of that name;
        names of the standard library, torch and the harness are refused.
        """
        folders = [self.root, *(self._path(entry).parent for entry in entrypoints)]
        for folder in folders:
            for entry in folder.iterdir():
                if entry.stem in _RESERVED and (entry.suffix == ".py" or entry.is_dir()):
                    raise BundleError(f"{entry.relative_to(self.root)}: the name {entry.stem!r} is reserved")
        here = {"", os.getcwd()}
        mine = dict.fromkeys(str(folder) for folder in folders)
        sys.path[:] = [*mine, *(entry for entry in sys.path if entry not in here and entry not in mine)]

    def load(self, entrypoint: str) -> ModuleType:
        """Imports an entry point under the name of its file."""
        path = self._path(entrypoint)
        name = path.stem
        if name in _RESERVED:
            raise BundleError(f"{entrypoint}: the name {name!r} is reserved")
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            raise BundleError(f"{entrypoint} is no Python script")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module

    def _path(self, entrypoint: str) -> Path:
        path = (self.root / entrypoint).resolve()
        if not path.is_relative_to(self.root) or not path.is_file():
            raise BundleError(f"the bundle has no file {entrypoint}")
        return path


def symbol(module: ModuleType, name: str) -> Callable[..., Any]:
    """The entry point's function."""
    found = getattr(module, name, None)
    if not callable(found):
        raise BundleError(f"{module.__name__}.py defines no function {name}")
    return found


def reseeded(module: ModuleType, name: str, seed: int) -> Callable[..., Any]:
    """Puts in place of the factory one that starts from the forced seed at every call."""
    factory = symbol(module, name)

    @functools.wraps(factory)
    def build(*args: Any, **kwargs: Any) -> Any:
        determinism.seed_all(seed)
        return factory(*args, **kwargs)

    setattr(module, name, build)
    return build
