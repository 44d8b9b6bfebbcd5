"""The outline of a file as CPython's own tree has it; the other side is `examples/acceptance/outline.rs`."""

import ast
import hashlib
import struct

STATEMENTS = (
    ast.Return, ast.Raise, ast.Pass, ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith,
    ast.Try, ast.TryStar, ast.Match, ast.Assign, ast.Delete, ast.AugAssign, ast.AnnAssign,
)  # fmt: skip
OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.MatMult: "@", ast.Div: "/", ast.Mod: "%", ast.Pow: "**",
    ast.LShift: "<<", ast.RShift: ">>", ast.BitOr: "|", ast.BitXor: "^", ast.BitAnd: "&", ast.FloorDiv: "//",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Is: "is",
    ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.*")


def quote(text):
    """Letters as they are, everything else by its number; a lone surrogate as its replacement, which Rust has."""
    return "".join(
        one if one in PLAIN else f"<{0xFFFD if 0xD800 <= ord(one) < 0xE000 else ord(one):x}>" for one in text
    )


def bits(number):
    """A double's bits."""
    return format(struct.unpack(">Q", struct.pack(">d", number))[0], "x")


class Outline(ast.NodeVisitor):
    """Collects the items of one tree."""

    def __init__(self, source):
        """`source` as bytes, to count columns in characters."""
        self.lines = source.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self.items = []
        self.placed = True

    def item(self, kind, node, text=""):
        """An item at a node's place, or without one inside an f-string."""
        if not self.placed:
            return
        line = self.lines[node.lineno - 1]
        column = node.col_offset
        if not line.isascii():
            column = len(line[:column].decode())
        self.items.append(f"{kind} {node.lineno}:{column + 1} {quote(text)}")

    def unplaced(self, kind, text=""):
        """An item without a place."""
        self.items.append(f"{kind} {quote(text)}")

    def either(self, kind, node, text=""):
        """An item with the place that the surroundings allow."""
        if self.placed:
            self.item(kind, node, text)
        else:
            self.unplaced(kind, text)

    def generic_visit(self, node):
        """Every kind of node that has no method of its own."""
        if isinstance(node, STATEMENTS):
            self.item("statement", node)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            for name in node.names:
                self.unplaced("declared", name)
        super().generic_visit(node)

    def visit_FunctionDef(self, node):
        """Name and parameters."""
        self.unplaced("def", node.name)
        self.generic_visit(node)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node):
        """The name."""
        self.unplaced("class", node.name)
        self.generic_visit(node)

    def visit_arg(self, node):
        """A parameter."""
        self.item("parameter", node, node.arg)
        self.generic_visit(node)

    def visit_alias(self, node):
        """One imported name."""
        self.item("import", node, node.name + (f" as {node.asname}" if node.asname else ""))

    def visit_ImportFrom(self, node):
        """Where from."""
        self.item("from", node, f"{node.level} {node.module or ''}")
        self.generic_visit(node)

    def visit_Name(self, node):
        """A name."""
        self.either("name", node, node.id)

    def visit_Attribute(self, node):
        """An attribute, at the start of the whole expression."""
        self.either("attribute", node, node.attr)
        self.generic_visit(node)

    def visit_Call(self, node):
        """A call."""
        self.either("call", node)
        self.generic_visit(node)

    def visit_Lambda(self, node):
        """A lambda."""
        self.item("lambda", node)
        self.generic_visit(node)

    def visit_keyword(self, node):
        """`name=value` or `**value`."""
        self.item("keyword", node, node.arg or "**")
        self.generic_visit(node)

    def visit_BinOp(self, node):
        """An operation."""
        self.item("operation", node, OPERATORS[type(node.op)])
        self.generic_visit(node)

    def visit_Compare(self, node):
        """A comparison."""
        for op in node.ops:
            self.item("comparison", node, OPERATORS[type(op)])
        self.generic_visit(node)

    def visit_ExceptHandler(self, node):
        """A handler."""
        self.item("except", node, node.name or "")
        self.generic_visit(node)

    def visit_Constant(self, node):
        """A literal; integers by their place alone, which their text decides."""
        value = node.value
        if isinstance(value, str):
            self.either("string", node, value)
        elif isinstance(value, bytes):
            self.item("bytes", node, value.decode("latin-1"))
        elif isinstance(value, float):
            self.item("float", node, bits(value))
        elif isinstance(value, complex):
            self.item("complex", node, bits(value.imag))
        elif isinstance(value, int) and not isinstance(value, bool):
            self.item("int", node)

    def visit_JoinedStr(self, node):
        """An f-string: its names, without places; its literal parts are cut differently by different parsers."""
        self.item("f-string", node)
        before, self.placed = self.placed, False
        self.fields(node)
        self.placed = before

    def fields(self, node):
        """The fields of an f-string, and of the formats inside them."""
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part.value)
                if part.format_spec is not None:
                    self.fields(part.format_spec)

    def visit_MatchAs(self, node):
        """A capture."""
        if node.name is not None:
            self.item("capture", node, node.name)
        self.generic_visit(node)

    def visit_MatchStar(self, node):
        """A capture of the rest."""
        if node.name is not None:
            self.item("capture", node, node.name)

    def visit_MatchMapping(self, node):
        """A capture of the rest."""
        if node.rest is not None:
            self.item("capture", node, node.rest)
        self.generic_visit(node)

    def visit_MatchClass(self, node):
        """The attributes it reads."""
        for name in node.kwd_attrs:
            self.unplaced("keyword", name)
        self.generic_visit(node)


def of(tree, source):
    """The outline, one item a line, sorted by code point as Rust sorts."""
    outline = Outline(source)
    outline.visit(tree)
    return "\n".join(sorted(outline.items, key=str.encode))


def digest(text):
    """Its digest, by which two outlines are compared."""
    return hashlib.sha256(text.encode()).hexdigest()
