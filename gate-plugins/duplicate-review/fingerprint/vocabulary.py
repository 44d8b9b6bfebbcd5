"""Writes vocabulary.txt: the method names that keep their meaning whatever a bundle calls its own things.

Run with the runner's Python and its torch: `python gate-plugins/duplicate-review/fingerprint/vocabulary.py`.
A call of such a name on an object is an operation; any other method is the bundle's own, and its name says nothing.
"""

import pathlib

import torch
from torch.optim.lr_scheduler import LRScheduler

CLASSES = (torch.Tensor, torch.nn.Module, torch.optim.Optimizer, LRScheduler)
# What the harness hands over.
CONTEXT = {"build_model", "iter_train_batches", "stream"}
# Calling a module is calling its `forward`; `apply` and `type` are names that people give to methods of their own.
OWN = {"forward", "apply", "type"}

names = {name for one in CLASSES for name in dir(one) if not name.startswith("_") and callable(getattr(one, name, None))}
# The variant that works in place computes the same.
names = {name.rstrip("_") for name in names} | CONTEXT
path = pathlib.Path(__file__).with_name("vocabulary.txt")
path.write_text("".join(f"{name}\n" for name in sorted(names - OWN)))
