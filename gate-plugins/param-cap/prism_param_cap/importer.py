"""Imports a bundle from memory by the runner's rule: the bundle's root, then the entry's folder, are on the path."""

import builtins
import importlib.machinery
import sys

# Offered to bundles as they are. Imported here, because nothing can be imported later.
import __future__  # noqa: F401
import abc  # noqa: F401
import array  # noqa: F401
import bisect  # noqa: F401
import cmath  # noqa: F401
import collections.abc  # noqa: F401
import contextlib  # noqa: F401
import copy  # noqa: F401
import dataclasses  # noqa: F401
import decimal  # noqa: F401
import enum  # noqa: F401
import fractions  # noqa: F401
import functools  # noqa: F401
import heapq  # noqa: F401
import itertools  # noqa: F401
import json  # noqa: F401
import math  # noqa: F401
import numbers  # noqa: F401
import operator  # noqa: F401
import re  # noqa: F401
import statistics  # noqa: F401
import string  # noqa: F401
import struct  # noqa: F401
import textwrap  # noqa: F401
import types  # noqa: F401
import typing  # noqa: F401

import einops.layers.torch
import numpy  # noqa: F401
import prism_challenge.evaluator.interface  # noqa: F401
import torch
import torch.cuda.amp  # noqa: F401
import torch.distributed.fsdp  # noqa: F401
import torch.nn.attention  # noqa: F401
import torch.nn.utils.parametrizations  # noqa: F401
import torch.utils.data.distributed  # noqa: F401
import typing_extensions  # noqa: F401
from torch._shape.undecided import Undecided

from . import imitations

STDLIB = frozenset("""__future__ abc array bisect cmath collections contextlib copy dataclasses decimal enum fractions functools
heapq itertools json math numbers operator re statistics string struct textwrap types typing""".split())
PROVIDED = frozenset(("torch", "numpy", "prism_challenge", "einops", "typing_extensions"))
#: einops looks for the module of its backend at the first call; it must be there before the snapshot.
einops.rearrange(torch.empty(1), "one -> one")
#: In the runner's environment beside torch, and not imitated here.
INSTALLED = frozenset("""sympy mpmath networkx jinja2 markupsafe filelock fsspec setuptools pip
functorch torchgen pkg_resources packaging nvidia cuda prism_capture""".split())

#: Where the runner mounts the bundle; `__file__` and tracebacks speak of it.
MOUNT = "/bundle/"

#: Ends the file name that code is compiled under. CPython opens the file of a syntax error to show the line; a name
#: with a lone surrogate has no encoding, so that it gives up before it touches a file, which would trap.
MARK = "\ud800"


def bundle_path(file_name):
    """The bundle path of code compiled here, or None for other code."""
    if isinstance(file_name, str) and file_name.startswith(MOUNT) and file_name.endswith(MARK):
        return file_name[len(MOUNT) : -len(MARK)]
    return None


#: Modules of the standard library that bundles get in another form, made from the seed when one is imported.
_IMITATIONS = {
    "random": imitations.random, "time": lambda seed: imitations.time(), "warnings": lambda seed: imitations.warnings(),
    "logging": lambda seed: imitations.logging(),
}


class Bundled:
    """The bundle's modules: finder, loader and the builtins they see."""

    def __init__(self, bundle, entry_path, seed):
        self._bundle = bundle
        self._paths = frozenset(bundle.paths)
        folder = entry_path.rpartition("/")[0]
        #: Names of the modules that came from here.
        self.found = []
        self._roots = ("",) if not folder else ("", folder + "/")
        self._seed = seed
        self._imitated = {}
        self._builtins = dict(vars(builtins))
        self._builtins.update(
            compile=_refused("compile"), eval=_refused("eval"), exec=_refused("exec"), __import__=self._import, print=lambda *args, **kwargs: None, open=_refused("open"), input=_refused("input"),
            breakpoint=_refused("breakpoint"))

    def reseed(self, seed):
        if "random" in self._imitated:
            self._imitated["random"].seed(seed)

    # Finder.

    def find_spec(self, name, path=None, target=None):
        found = self._find(name, path)
        if found is not None:
            self.found.append(name)
        return found

    def _find(self, name, path):
        tail = name.rpartition(".")[2]
        prefixes = self._roots if path is None else [one.removeprefix(MOUNT) for one in path if one.startswith(MOUNT)]
        for prefix in prefixes:
            if prefix and not prefix.endswith("/"):
                prefix += "/"
            for file, package in ((f"{prefix}{tail}/__init__.py", True), (f"{prefix}{tail}.py", False)):
                if file in self._paths:
                    return self._spec(name, file, f"{MOUNT}{prefix}{tail}" if package else None)
            if any(one.startswith(f"{prefix}{tail}/") for one in self._paths):
                spec = importlib.machinery.ModuleSpec(name, None, is_package=True)  # a namespace package
                spec.submodule_search_locations = [f"{MOUNT}{prefix}{tail}"]
                return spec
        return None

    def _spec(self, name, file, folder):
        spec = importlib.machinery.ModuleSpec(name, self, origin=MOUNT + file, is_package=folder is not None)
        spec.has_location = True
        if folder is not None:
            spec.submodule_search_locations = [folder]
        return spec

    def holds(self, root):
        """Whether a top-level name is the bundle's own."""
        return self._find(root, None) is not None

    # Loader.

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.__dict__["__builtins__"] = self._builtins
        file = module.__spec__.origin
        source = self._bundle.bytes(file.removeprefix(MOUNT))
        exec(compile(source, file + MARK, "exec", dont_inherit=True), module.__dict__)

    def load(self, path):
        """Imports the entry point under the name of its file."""
        name = path.rpartition("/")[2].removesuffix(".py")
        module = types.ModuleType(name)
        module.__spec__ = self._spec(name, path, None)
        module.__file__ = MOUNT + path
        self.found.append(name)
        sys.modules[name] = module
        self.exec_module(module)
        return module

    # What `import` does inside a bundle.

    def _import(self, name, globals=None, locals=None, fromlist=(), level=0):
        if level == 0:
            root = name.partition(".")[0]
            if root in _IMITATIONS:
                if root not in self._imitated:
                    self._imitated[root] = _IMITATIONS[root](self._seed)
                return self._imitated[root]
            if root not in STDLIB and root not in PROVIDED:
                if root in sys.stdlib_module_names or root == "builtins":
                    raise Undecided(f"the module {root} is not at hand in this gate")
                if not self.holds(root):
                    if root in INSTALLED:
                        raise Undecided(f"the module {root} is not imitated")
                    if any(root in one.removesuffix(".py").split("/") for one in self._paths):
                        # The run has the training script's folder on the path too; which that is isn't known here.
                        raise Undecided(f"the module {root} lies in another folder of the bundle")
                    raise UnknownModule(f"No module named '{root}'", name=root)
            elif name not in sys.modules and root in STDLIB:
                raise Undecided(f"the module {name} is not at hand in this gate")
        return builtins.__import__(name, globals, locals, fromlist, level)


class UnknownModule(ModuleNotFoundError):
    """Certain: neither the bundle nor the runner's environment has it."""


UnknownModule.__name__ = UnknownModule.__qualname__ = "ModuleNotFoundError"


def _refused(name):
    def refuse(*args, **kwargs):
        raise Undecided(f"{name}()")

    return refuse


#: This gate's modules, out of the way of a bundle's that are named alike.
OWN = ("prism_gate", "prism_param_cap", "param_cap_app", "wit_world", "componentize_py_types", "componentize_py_runtime",
       "componentize_py_async_support", "poll_loop")
