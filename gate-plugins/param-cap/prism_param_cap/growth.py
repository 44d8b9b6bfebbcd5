"""Whether a bundle's forward might make parameters, told from its source alone.

Asked only when the forward could not be followed: then the count as built stands if nothing that a forward can reach makes
parameters. What it can reach: every method but the constructors, and the functions and constructors that these name.
"""

import ast

import torch

from .importer import MARK

#: Calls that make or register parameters.
_GROWING = frozenset("Parameter Buffer register_parameter add_module register_module setattr materialize".split())


def may_grow(bundle):
    """Whether anything that a forward may reach names a layer, a module class of the bundle, or a call that registers."""
    sources = _Sources()
    for path in bundle.paths:
        if path.endswith(".py"):
            try:
                sources.read(ast.parse(bundle.bytes(path), MARK))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return True
    return sources.grows()


class _Sources:
    def __init__(self):
        self.layers = frozenset(torch.nn.modules.LAYERS)
        #: {name: its bodies}; names are not resolved, so that an alias of one module may stand for another's.
        self.functions, self.classes, self.start, self.aliases = {}, {}, [], set()

    def read(self, tree):
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                self.classes.setdefault(node.name, []).append(node)
                self.start += [one for one in node.body if _is_function(one) and one.name != "__init__"]
            elif _is_function(node):
                self.functions.setdefault(node.name, []).append(node)
            elif isinstance(node, ast.Assign) and any(name in self.layers for name in _named(node.value, calls_only=False)):
                # `Layer = nn.Linear`, `kinds = {"a": nn.GRU}`
                if not any(isinstance(one, ast.Call) for one in ast.walk(node.value)):
                    self.aliases.update(_target(one) for one in node.targets)

    def grows(self):
        modules = self._module_classes()
        queue, seen = list(self.start), set()
        while queue:
            body = queue.pop()
            if id(body) in seen:
                continue
            seen.add(id(body))
            for name in _named(body):
                if name in self.layers or name in _GROWING or name in modules or name in self.aliases:
                    return True
                # A constructor's own calls are of interest only where the class is no module.
                queue += self.functions.get(name, []) + [
                    one for kind in self.classes.get(name, []) for one in kind.body if _is_function(one)]
        return False

    def _module_classes(self):
        """Names of the bundle's classes that derive from a layer, in however many steps."""
        found, before = set(), -1
        while len(found) > before:
            before = len(found)
            for name, kinds in self.classes.items():
                bases = {_name(base) for kind in kinds for base in kind.bases}
                if bases & (found | self.layers | self.aliases | {"Module", "LazyModuleMixin"}):
                    found.add(name)
        return found


def _is_function(node):
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))


def _name(node):
    return getattr(node, "attr", None) or getattr(node, "id", None)


def _target(node):
    return _name(node.value if isinstance(node, ast.Subscript) else node)


def _named(body, calls_only=True):
    """Names of what is called below a node, and of what is handed to a call that is no `isinstance`."""
    for node in ast.walk(body):
        if not calls_only:
            yield _name(node)
        elif isinstance(node, ast.Call):
            called = node.func.value if isinstance(node.func, ast.Subscript) else node.func
            yield _name(called)
            if _name(called) not in ("isinstance", "issubclass"):
                for one in (*node.args, *(keyword.value for keyword in node.keywords)):
                    yield _name(one)
