"""Changed pieces of real Python: legal, nearly legal, and wrong in the ways that parsers disagree about."""

import ast
import io
import random
import tokenize

# What is put somewhere: characters that end lines or tokens for one reader and not for another, half statements,
# and the corners of the grammar.
ODD = [
    "\x0c", "\r", "\r\n", "\x00", "\x1a", "\x0b", "\x7f", "\ufeff", "\u00a0", "\u2028", "\u3000", "\u200b", "\\\n", "\\\r\n",
    "\\", " \\\n ", "\t", "\n", "\n\n", ";", ":", ",", "(", ")", "[", "]", "{", "}", "'", '"', "'''", '"""', "#", "# x\n", "@",
    "!", "$", "?", "`", "~", "->", ":=", "...", "..", "**", "*", "//=", "<>", "!=", "é", "ſ", "ﬁ", "𝐱", "·", "℘", "²",
    "f'{x}'", "f'{x!r:>{w}}'", "f'{x!z}'", "f'{x!r }'", "f'{x! r}'", "f'{'", "f'}'", "f'{{}}'", "f'{}'", "f'{x:{y:{z}}}'",
    "f'{x:{y}}'", "f'{x=}'", "f'{x = !r:^20}'", "f'{lambda x: 1}'", "f'{(lambda x: 1)}'", "f'{*a}'", "f'{*a, b}'", "f'{yield}'",
    "f'{a[\"b\"]}'", "f'{a['b']}'", "f'{x:%H:%M}'", "f'{x!r:}'", "f'{x,}'", "f'{x:=5}'", "f'{(x:=5)}'", "f'{ x }'", "f'{x # c\n}'",
    "f'''{\nx\n}'''", "f'\\{x}'", "f'\\N{BULLET}{x}'", "rf'\\N{x}'", "f'{a}' 'b' f\"{c}\"", "f'{x:\\n}'", "f'{\"\\n\"}'", "f'{x:{{y}}}'",
    "f'{f\"{x}\"}'", "f'{await x}'", "f'{x if y else z}'", "f'{d!r[0]}'", "f'{x}}'", "f'{{x}'", "f'{!x}'", "f'{x!}'", "f'{:x}'", "bf'x'",
    "b'x' 'y'", "b'é'", "u'x'", "ur'x'", "rb'\\'", "Rb'x'", "'\\N{BULLET}'", "'\\N{NO SUCH NAME}'", "'\\N'", "'\\N{'", "'\\x4'", "'\\u12'",
    "'\\U00110000'", "'\\ud800'", "'\\d'", "'\\400'", "'\\777'", "b'\\x4'", "b'\\N{x}'", "b'\\400'", "'\\\n'", "'a' 'b'", "r'\\'", "0777", "00",
    "0_0", "1__0", "1_", "0x", "0xg", "0b2", "0o8", "0b1_0", "1e", "1e+", "1e5j", "1.e5", ".5", "1.__class__", "1..real", "1_000.0_1", "0x_f",
    "1if x else 2", "1or 2", "0xfor x", "1jif x else y", "9" * 30, "1L", "0e0", "01.5", "01e5", "09j", "0_7", "1.5.2", "1 .real", "123abc",
    "global x", "nonlocal x", "return", "return *a, b", "yield", "yield *a", "yield from x", "await x", "async", "await", "break", "continue",
    "pass", "del ()", "del (a, b), [c]", "del a.b, c[0]", "del f()", "del *a", "del (a)", "del a +  b", "del {}", "assert (x, y)", "assert",
    "import a.b as c", "import a as b.c", "from . import x", "from ... import x", "from .... x import y", "from x import *", "from x import (a, b,)",
    "from x import a,", "from x import ()", "from x import (*)", "import *", "from __future__ import annotations", "from __future__ import braces",
    "from __future__ import nothing", "from . import *", "x: int", "(x): int = 1", "x: int = yield", "x.y: int", "x[0]: int = 2", "x, y: int",
    "[x]: int", "x: *a", "f(): int", "x = *a", "x = *a, b", "*a = b", "*a, = b", "a, *b, *c = d", "[*a, *b] = c", "*a", "(*a)", "(*a,)", "x = y = 1",
    "x += y += 1", "x, y += 1", "(x) = 1", "(x, y) = 1", "x() = 1", "x + 1 = 2", "None = 1", "True = 1", "__debug__ = 1", "x.__debug__ = 1",
    "x.None", "f(__debug__=1)", "f(None=1)", "f(a=1, a=2)", "f(a=1, b)", "f(**a, *b)", "f(**a, b)", "f(*a, b)", "f(a for a in b)",
    "f(a for a in b, c)", "f(c, a for a in b)", "f(a for a in b,)", "f(a := 1)", "f(a=b := 1)", "f(a=(b := 1))", "f((a)=1)", "f(a.b=1)", "f(*)",
    "class A(x for x in y): pass", "class A(*a, **b): pass", "class A(): pass", "class A(a=1, a=2): pass", "def f(a, a): pass", "def f(a=1, b): pass",
    "def f(*, a): pass", "def f(*): pass", "def f(*, **k): pass", "def f(a, /, b): pass", "def f(/): pass", "def f(/, a): pass",
    "def f(a, /, b, /): pass", "def f(*a, /): pass", "def f(a, *, /): pass", "def f(*a, *b): pass", "def f(**a, b): pass", "def f(**a, *b): pass",
    "def f(**a=1): pass", "def f(*a=1): pass", "def f(*a: *b): pass", "def f(a: *b): pass", "def f(a, (b, c)): pass", "def f(__debug__): pass",
    "def f(a:=1): pass", "def f() -> x, y: pass", "def f() -> (x := 1): pass", "def f(): return", "def f[T](x: T): pass", "type X = int", "type = 1",
    "type", "type (x)", "type x", "type X[T] = T", "match = 1", "match", "match(x)", "match x", "match *a, b", "match[x]: int", "match.case", "case", "case = 1",
    "_ = 1", "print x", "exec x", "lambda", "lambda: 1", "lambda *: 1", "lambda a, a: 1", "lambda a, /, b: 1", "lambda *a, b=1, **c: 1", "lambda: (yield)",
    "lambda: yield", "lambda x=(y := 1): y", "lambda: (x := 1)", "lambda: await x", "lambda (x): 1", "lambda x: int: 1", "x if y", "x if y else", "not", "not not x",
    "x not y", "x is not not y", "x not in y", "x < y < z", "x <> y", "x == = y", "+x", "-+~x", "x ** -y", "-x ** y", "await x ** y", "x @ y", "x @= y", "x[:]",
    "x[::]", "x[1:2, ::3]", "x[]", "x[*a]", "x[*a, b]", "x[*a:b]", "x[a:=1]", "x[a:=1, b]", "x[(a:=1):2]", "x[lambda: 1]", "x[yield]", "x[1:2:3:4]", "{**a}", "{**a, b: c}",
    "{**a for a in b}", "{*a, b}", "{*a for a in b}", "{a: b for c in d}", "{a: b, c}", "{a, b: c}", "{a: *b}", "{a:}", "{:a}", "{a := 1}", "{a := 1: b}", "{a: b := 1}",
    "[a for b in c for d in e if f if g]", "[a for b in c if d else e]", "[a for b in *c]", "[a for *b in c]", "[a for b, in c]", "[a for b in c, d]", "[a, b for c in d]",
    "[a for a.b in c]", "[a for a() in c]", "[x := 1 for y in z]", "[x := 1, 2]", "[y for y in (x := z)]", "[(y := 1) for y in z]", "[y for x in z if (y := x)]",
    "[(j := 0) for i in a for j in b]", "[[(j := i) for i in a] for j in b]", "[i for i in a if (i := 1)]", "[a async for a in b]", "[await a for b in c]", "(await a for b in c)",
    "(a async for a in b)", "[[a async for a in b] for c in d]", "(yield)", "[(yield) for x in y]", "[x for x in (yield)]", "((yield) for x in y)", "x := 1", "(x := 1)",
    "(x.y := 1)", "(x[0] := 1)", "((x) := 1)", "((x, y) := 1)", "(x := y := 1)", "(x := (y := 1))", "x = (y := 1)", "x = y := 1", "(*x := 1)", "(x := *a)", "(x := a, b)",
    "raise", "raise x from y", "raise from y", "raise x, y", "global", "global x, y", "global x,", "global (x)", "nonlocal x, y", "async def f(): await x",
    "async def f(): yield", "async def f(): yield from x", "async def f():\n yield\n return 1", "async def f(): return [x async for x in y]", "async for x in y: pass",
    "async with x: pass", "async x", "async def f(): [await x for x in y]", "async def f(): lambda: await x", "with x as y, z: pass", "with (x as y, z): pass",
    "with (x, y): pass", "with (x as y): pass", "with (x, y) as z: pass", "with x as (y, z): pass", "with x as y.z, w as v[0]: pass", "with (x as y, z,): pass", "with (x): pass",
    "with x as f(): pass", "with (): pass", "with (x for x in y): pass", "with (yield): pass", "with *x: pass", "with x as *y: pass", "for x in y: pass", "for x, in y: pass",
    "for *x in y: pass", "for *x, y in z: pass", "for x in *y, z: pass", "for x in *y: pass", "for x.y in z: pass", "for x() in y: pass", "for (x) in y: pass",
    "for x in y: break\nelse: continue", "for x in lambda: 1, 2: pass", "while x: continue", "while (x := y): break", "while x := y: pass", "if x: pass\nelif y: pass\nelse: pass",
    "if x: pass\nelse if y: pass", "if x = 1: pass", "if x: y; z", "if x: if y: z", "if x:\n", "if x:", "else: pass", "elif x: pass", "try: pass", "try: pass\nexcept: pass",
    "try: pass\nexcept: pass\nexcept x: pass", "try: pass\nexcept x as y: pass\nelse: pass\nfinally: pass", "try: pass\nexcept x, y: pass", "try: pass\nexcept (x, y): pass",
    "try: pass\nexcept* x: pass", "try: pass\nexcept*: pass", "try: pass\nexcept* x: pass\nexcept y: pass", "try: pass\nexcept x as y.z: pass", "try: pass\nfinally: pass",
    "try: pass\nelse: pass", "for i in x:\n try: pass\n except* y: break", "for i in x:\n try: pass\n except* y:\n  for j in z: break", "def f():\n try: pass\n except* y: return",
    "for i in x:\n try: pass\n finally: continue", "@x\ndef f(): pass", "@x.y(z)[0]\nclass A: pass", "@x := y\ndef f(): pass", "@x\nx = 1", "@\ndef f(): pass", "@x, y\ndef f(): pass",
    "@(yield)\ndef f(): pass", "@lambda f: f\ndef f(): pass",
    "match x:\n case 1: pass", "match x:\n case _: pass\n case 1: pass", "match x:\n case y: pass\n case _: pass", "match x:\n case y if z: pass\n case _: pass",
    "match x:\n case [a, *b, c]: pass", "match x:\n case [*a, *b]: pass", "match x:\n case {'a': 1, **r}: pass", "match x:\n case {**r, 'a': 1}: pass", "match x:\n case {'a': 1, 'a': 2}: pass",
    "match x:\n case {**_}: pass", "match x:\n case A(b, c=d): pass", "match x:\n case A(c=d, b): pass", "match x:\n case A(c=d, c=e): pass", "match x:\n case a | b: pass",
    "match x:\n case 1 | 2 as z: pass", "match x:\n case (a, a): pass", "match x:\n case [a] | [b]: pass", "match x:\n case [a] | (a,): pass", "match x:\n case a.b: pass", "match x:\n case a.b.c(): pass",
    "match x:\n case -1: pass", "match x:\n case +1: pass", "match x:\n case 1 + 2j: pass", "match x:\n case 1 + 2: pass", "match x:\n case -1 - 2j: pass", "match x:\n case 1j + 2: pass",
    "match x:\n case 'a' 'b': pass", "match x:\n case f'a': pass", "match x:\n case None | True: pass", "match x:\n case _ as y: pass", "match x:\n case y as _: pass", "match x:\n case y as z: pass",
    "match x:\n case 1 as y.z: pass", "match x:\n case *a, b: pass", "match x:\n case *a: pass", "match x:\n case (a): pass", "match x:\n case (): pass", "match x:\n case []: pass", "match x:\n case {}: pass",
    "match x, y:\n case a, b: pass", "match *x, y:\n case _: pass", "match (yield):\n case _: pass", "match x:\n pass", "match x:\n case 1: pass\n x", "match x:\n case 1:\n", "match x: case 1: pass",
    "match x:\n case __debug__: pass", "match x:\n case A(__debug__=1): pass", "match -x:\n case _: pass", "match not x:\n case _: pass", "match (x):\n case _: pass", "match [x]:\n case _: pass",
    "match {}:\n case _: pass", "match lambda: 1:\n case _: pass", "match x := 1:\n case _: pass", "match 'a':\n case _: pass", "match match:\n case case: pass",
]  # fmt: skip

# Whole programs about scopes, where the compiler and not the parser decides.
SCOPES = [
    "x = 1\nglobal x", "print(x)\nglobal x", "def f():\n x = 1\n global x", "def f():\n print(x)\n global x", "def f(x):\n global x", "def f(x):\n nonlocal x", "def f():\n x: int\n global x",
    "def f():\n global x\n x: int", "def f():\n global x\n x: int = 1", "def f():\n global x\n (x): int = 1", "global x\nx: int = 1", "x: int\nglobal x", "def f():\n nonlocal x", "x = 1\ndef f():\n nonlocal x",
    "def f():\n x = 1\n def g():\n  nonlocal x", "def f():\n def g():\n  nonlocal x\n x = 1", "def f(x):\n def g():\n  nonlocal x", "def f():\n class A:\n  x = 1\n  def g(self):\n   nonlocal x",
    "def f():\n x = 1\n class A:\n  nonlocal x\n  x = 2", "class A:\n nonlocal x", "def f():\n global x\n def g():\n  nonlocal x", "def h():\n x = 1\n def f():\n  global x\n  def g():\n   nonlocal x",
    "def h():\n x = 1\n def f():\n  nonlocal x\n  def g():\n   nonlocal x", "def f():\n x = 1\n def g():\n  nonlocal x\n  global x", "def f():\n x = 1\n def g():\n  global x\n  nonlocal x",
    "class A:\n def f(self):\n  nonlocal __class__", "class A:\n def f(self):\n  def g():\n   nonlocal __class__", "def f():\n nonlocal __class__", "def f():\n __x = 1\n class A:\n  def g(self):\n   nonlocal __x",
    "class A:\n def f(self):\n  __x = 1\n  def g():\n   nonlocal __x", "class A:\n def f(self):\n  __x__ = 1\n  def g():\n   nonlocal __x__", "class _:\n def f(self):\n  __x = 1\n  class B:\n   def g(self):\n    nonlocal __x",
    "def f():\n for x in y: pass\n def g():\n  nonlocal x", "def f():\n import x.y\n def g():\n  nonlocal x", "def f():\n import x.y as z\n def g():\n  nonlocal x", "def f():\n try: pass\n except A as x: pass\n def g():\n  nonlocal x",
    "def f():\n match y:\n  case [x, *r]: pass\n def g():\n  nonlocal x, r", "def f():\n with y as x: pass\n def g():\n  nonlocal x", "def f():\n [x for x in y]\n def g():\n  nonlocal x", "def f():\n [(x := z) for z in y]\n def g():\n  nonlocal x",
    "def f():\n del x\n def g():\n  nonlocal x", "def f():\n def x(): pass\n def g():\n  nonlocal x", "def f():\n class x: pass\n def g():\n  nonlocal x", "def f():\n x: int\n def g():\n  nonlocal x", "def f():\n (x): int\n def g():\n  nonlocal x",
    "def f():\n x += 1\n def g():\n  nonlocal x", "f = lambda x: [nonlocal_ for nonlocal_ in x]", "def f():\n lambda: (x := 1)\n def g():\n  nonlocal x", "def f():\n x.y = 1\n def g():\n  nonlocal x", "def f():\n from m import *",
    "class A:\n from m import *", "class A:\n [(x := y) for y in z]", "class A:\n [x for y in z if (x := y)]", "class A:\n x = lambda: [(x := y) for y in z]", "class A:\n (x := 1)", "class A:\n [lambda: (x := y) for y in z]",
    "class A:\n def f(self): return [(x := y) for y in z]", "[x for x in [(lambda: (y := 1)) for _ in z]]", "[x for x in (lambda: (y := 1))]", "[x for y in [1] for x in (z := y)]", "[lambda: (x := 1) for x in y]", "[[(x := 1) for z in y] for x in w]",
    "[x for x in y if (lambda: (x := 1))]", "def f():\n [(x := y) for y in z]\n global x", "def f():\n global x\n [(x := y) for y in z]", "[(x := y) for y in z]\nglobal x", "def f():\n [x for _ in y]\n global x", "def f():\n lambda: x\n global x",
    "def f():\n def g(): x\n global x", "def f():\n def g(a=x): pass\n global x", "def f():\n def g(a: x): pass\n global x", "from __future__ import annotations\ndef f():\n def g(a: x): pass\n global x", "def f():\n class x: pass\n global x",
    "def f():\n def x(): pass\n global x", "def f():\n import x\n global x", "def f():\n global x\n global x", "def f():\n global x, x", "class A:\n x = 1\n global x", "class A:\n global x\n x = 1", "class A:\n def f(x):\n  global x", "def f(*x):\n global x",
    "def f(**x):\n global x", "def f(*, x):\n global x", "lambda x: (global_ := x)", "return", "class A:\n return", "def f():\n class A:\n  return", "if x:\n return 1", "yield", "class A:\n yield", "x = yield", "def f():\n class A:\n  yield", "lambda: (yield)",
    "await x", "class A:\n await x", "def f():\n await x", "async def f():\n class A:\n  await x", "async def f():\n def g():\n  await x", "async def f():\n lambda: await x", "async def f():\n lambda: (await x)", "async def f():\n [x for y in await z]",
    "async def f():\n [[await x for x in y] for z in w]", "def f():\n (await x for x in y)", "def f():\n [await x for x in y]", "def f():\n [x for x in await y]", "def f():\n (x for x in await y)", "(await x for y in z)", "[x async for x in y]",
    "((x async for x in y) for z in w)", "([x async for x in y] for z in w)", "[[x async for x in y] for z in w]", "{x: y async for x, y in z}", "def f():\n ([x async for x in y] for z in w)", "def f():\n [(await x for x in y) for z in w]",
    "lambda: [x async for x in y]", "lambda: (x async for x in y)", "class A:\n (x async for x in y)", "async def f():\n class A:\n  [x async for x in y]", "async def f():\n yield 1\n return 2", "async def f():\n yield 1\n return", "async def f():\n return 2\n yield 1",
    "async def f():\n lambda: (yield)\n return 2", "async def f():\n def g(): yield\n return 2", "async def f():\n yield\n def g(): return 2", "async def f():\n yield\n async def g(): return 2", "async def f():\n [(yield) for x in y]\n return 2",
    "async def f():\n x = (yield)\n return 2", "async def f():\n class A:\n  x = lambda: (yield)\n return 2", "async def f(a=(yield)): pass", "def f(a=(yield)): pass", "def g():\n def f(a=(yield)): pass", "async def g():\n async def f(a=(yield)): return 1\n return",
    "async def g():\n async def f(a=(yield)): return 1", "def f(): yield from x", "async def f(): yield from x", "async def f():\n lambda: (yield from x)", "[(yield) for x in y]", "def f():\n [(yield) for x in y]", "def f():\n [x for x in (yield)]",
    "def f():\n [x for x in y for z in (yield)]", "def f():\n [x for x in y if (yield)]", "def f():\n [lambda: (yield) for x in y]", "class A:\n [x for x in (yield)]", "break", "continue", "for x in y:\n def f(): break", "for x in y:\n class A: break",
    "for x in y: pass\nelse: break", "while x:\n for y in z: pass\n else: break", "if x: break", "while x:\n try: pass\n finally: break", "try: pass\nexcept* x:\n while y: break", "while y:\n try: pass\n except* x: continue", "def f():\n try: pass\n except* x:\n  return",
    "def f():\n try: return\n except* x: pass\n else: return\n finally: return", "def f():\n try: pass\n except* x:\n  def g(): return", "def f():\n try: pass\n except* x:\n  try: return\n  finally: pass", "x: (yield)", "def f():\n x: (yield)",
    "from __future__ import annotations\ndef f():\n x: (yield)", "from __future__ import annotations\nx: (y := 1)", "x: (y := 1)", "from __future__ import annotations\ndef f(a: (yield)): pass", "from __future__ import annotations\ndef f() -> (x := 1): pass",
    "from __future__ import annotations\nasync def f():\n x: (await y)", "from __future__ import annotations\nx: [y := 1]", "from __future__ import annotations\nx: [y for y in z]", "from __future__ import annotations\nx: lambda: (yield)",
    "'doc'\nfrom __future__ import annotations", "'doc'\n'more'\nfrom __future__ import annotations", "x\nfrom __future__ import annotations", "import x\nfrom __future__ import annotations", "from __future__ import annotations\nfrom __future__ import division",
    "from __future__ import annotations, braces", "from __future__ import (annotations as x)", "from __future__ import *", "def f():\n from __future__ import annotations", "if x:\n from __future__ import annotations", "1\nfrom __future__ import annotations",
    "f'doc'\nfrom __future__ import annotations", "b'doc'\nfrom __future__ import annotations", "from .__future__ import braces", "'a' 'b'\nfrom __future__ import division", "from __future__ import barry_as_FLUFL\nx <> y", "from __future__ import barry_as_FLUFL\nx != y",
    "from __future__ import print_function, generator_stop, nested_scopes, with_statement, unicode_literals, absolute_import, generators, division", "del __debug__", "import __debug__", "import x as __debug__", "from x import __debug__", "from x import y as __debug__",
    "import __debug__.x", "class __debug__: pass", "def __debug__(): pass", "for __debug__ in x: pass", "with x as __debug__: pass", "try: pass\nexcept x as __debug__: pass", "def f(*__debug__): pass", "def f(**__debug__): pass", "lambda __debug__: 1", "(__debug__ := 1)",
    "[1 for __debug__ in x]", "x.__debug__", "x.__debug__ += 1", "del x.__debug__", "__debug__ += 1", "__debug__: int", "x.__debug__: int", "x.__debug__: int = 1", "f(__debug__=1)", "class A(__debug__=1): pass", "global __debug__", "def f():\n nonlocal __debug__",
    "match x:\n case {**__debug__}: pass", "match x:\n case [*__debug__]: pass", "match x:\n case 1 as __debug__: pass", "match x:\n case A(__debug__=y): pass", "@__debug__\ndef f(): pass", "x[__debug__]", "(a, *__debug__) = x", "print(__debug__)", "assert __debug__",
    "[*a, *b] = c", "a, *b = *c, d", "*a, b, *c = d", "for *a, *b in c: pass", "(*a), b = c", "(*a, b), *c = d", "print(*a, *b, **c, **d)", "del *a, b", "del [a, (b, c)], d", "x = (*a)", "return *a", "def f(): return *a, *b", "def f(): yield *a, *b", "def f(): return (*a)", "print(*)",
    "x[*a, *b]", "x[*a] = 1", "del x[*a]", "x[1:*a]", "x[*a, 1:2]", "for x in *a, *b: pass", "{*a, *b}", "[*a, *b]", "{**a, **b}", "*a += b", "a = *b = c", "(*a): int", "*a: int", "with *a as b: pass", "assert *a", "if *a: pass", "while *a, b: pass", "not *a", "x = *a or b", "*a or b,", "f(*a or b)",
    "f(*a := b)", "f(**a or b)", "lambda: *a", "lambda: (*a,)", "x = lambda *: 1", "(*a for a in b)", "[*a for a in b]", "a if *b else c", "class A(*a): pass", "raise *a", "@*a\ndef f(): pass", "def f(*a: *b): pass", "x: *b", "def f() -> *a: pass", "def f(a=*b): pass",
]  # fmt: skip


def nested(kinds):
    """Block statements inside one another, with a `pass` at the bottom."""
    heads = {"for": "for x in y:", "while": "while x:", "with": "with x:", "try": "try:", "two": "with x, y:", "if": "if x:"}
    lines = [" " * depth + heads[kind] for depth, kind in enumerate(kinds)]
    lines.append(" " * len(kinds) + "pass")
    for depth in range(len(kinds) - 1, -1, -1):
        if kinds[depth] == "try":
            lines.append(" " * depth + "except A as b: pass" if depth % 2 else " " * depth + "finally: pass")
    return "\n".join(lines) + "\n"


def pieces(sources, chooser, largest):
    """Short statements out of real files, with their own indentation removed."""
    found = []
    for source in sources:
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError):
            continue
        lines = source.split("\n")
        for node in ast.walk(tree):
            if not isinstance(node, ast.stmt) or isinstance(node, (ast.Import, ast.ImportFrom, ast.Pass)):
                continue
            first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
            text = lines[first - 1 : node.end_lineno]
            indentation = len(text[0]) - len(text[0].lstrip())
            if all(line[:indentation].isspace() or not line[:indentation] for line in text):
                piece = "\n".join(line[indentation:] for line in text) + "\n"
                if 20 < len(piece) <= largest:
                    found.append(piece)
    chooser.shuffle(found)
    return found


def tokens(source):
    """The source cut at its tokens; the spaces between them count as pieces."""
    lines = source.splitlines(keepends=True)
    cuts, offset = {0, len(source)}, [0]
    for line in lines:
        offset.append(offset[-1] + len(line))
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            for row, column in (token.start, token.end):
                if row <= len(offset):
                    cuts.add(min(offset[row - 1] + column, len(source)))
    except (tokenize.TokenError, SyntaxError):
        pass
    cuts = sorted(cuts)
    return [source[one:two] for one, two in zip(cuts, cuts[1:])]


def by_tokens(source, chooser):
    """Deletes, doubles, swaps or replaces tokens, or puts something odd between them."""
    parts = tokens(source)
    if len(parts) < 3:
        return source
    at = chooser.randrange(len(parts))
    other = chooser.randrange(len(parts))
    action = chooser.randrange(6)
    if action == 0:
        del parts[at]
    elif action == 1:
        parts.insert(at, parts[at])
    elif action == 2:
        parts[at], parts[other] = parts[other], parts[at]
    elif action == 3:
        parts[at] = chooser.choice(ODD)
    elif action == 4:
        parts.insert(at, chooser.choice(ODD))
    else:
        parts.insert(at, parts[other])
    return "".join(parts)


def by_lines(source, chooser):
    """Deletes, doubles, swaps or indents lines, changes their ends, or puts a statement between them."""
    lines = source.splitlines(keepends=True)
    at = chooser.randrange(len(lines))
    other = chooser.randrange(len(lines))
    action = chooser.randrange(8)
    if action == 0:
        del lines[at]
    elif action == 1:
        lines.insert(at, lines[at])
    elif action == 2:
        lines[at], lines[other] = lines[other], lines[at]
    elif action == 3:
        lines[at] = chooser.choice([" ", "  ", "\t", "    ", "        ", "\x0c", " \t", "\t ", "\x0c ", " \x0c"]) + lines[at]
    elif action == 4:
        lines[at] = lines[at][chooser.choice([1, 2, 4]) :]
    elif action == 5:
        lines[at] = lines[at].rstrip("\n") + chooser.choice(["", "\r", "\r\n", "\\\n", "\\", ";\n", " \\ \n", "\n\r", "\x0c\n", "#\n"])
    elif action == 6:
        indentation = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        lines.insert(at, indentation + chooser.choice(ODD).replace("\n", "\n" + indentation) + "\n")
    else:
        lines[at] = lines[at].replace("    ", "\t")
    return "".join(lines)


def mutants(sources, count, seed=1337, largest=700):
    """The corpus: every odd piece alone, the programs about scopes, nestings, and `count` changed pieces."""
    chooser = random.Random(seed)
    for text in ODD + SCOPES:
        yield text
        yield text + "\n"
        yield "def f():\n " + text.replace("\n", "\n ") + "\n"
        yield "async def f():\n " + text.replace("\n", "\n ") + "\n"
        yield "class A:\n " + text.replace("\n", "\n ") + "\n"
        yield "x = " + text + "\n"
        yield "x = [" + text + "]\n"
        yield "for i in z:\n " + text.replace("\n", "\n ") + "\n"
        yield "from __future__ import annotations\n" + text + "\n"
        yield "\ufeff" + text + "\n"
    for depth in range(17, 24):
        for kind in ("for", "while", "with", "try"):
            yield nested([kind] * depth)
            yield "def f():\n" + "".join(" " + line + "\n" for line in nested([kind] * depth).splitlines())
        yield nested(["two"] * (depth // 2) + ["for"] * (depth % 2))
        yield nested([chooser.choice(["for", "while", "with", "try", "if"]) for _ in range(depth)])
    found = pieces(sources, chooser, largest)
    if not found:
        raise ValueError("no piece of any source; are the paths right?")
    for number in range(count):
        piece = found[number % len(found)]
        for _ in range(chooser.choice([1, 1, 1, 2, 3])):
            change = chooser.choice([by_tokens, by_tokens, by_lines])
            piece = change(piece, chooser) or piece
        yield piece
