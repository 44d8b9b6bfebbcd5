# Every construct of Python 3.12 once, so that the canonical form of each is pinned.
from __future__ import annotations
import a.b, c as d
from ..x import y as z, w

type Pair[T: int, *Ts, **P] = tuple[T, T]


@decorated(1)
class C[T](Base, metaclass=M):
    """Docstring."""

    x: int = 1
    (y): int


async def f(p, /, q: int = 1, *r, s, t=2, **u) -> None:
    async with g() as h, i:
        await j
    async for k in l:
        continue
    else:
        pass
    return [m async for m in n if o]


def generator():
    x = yield
    y = yield 1
    yield from x
    nonlocal_value = 0

    def inner():
        nonlocal nonlocal_value
        global nowhere
        nonlocal_value += 1


def build_model(ctx):
    a = b = (1, 2.5, 3j, 0xFF, 123456789012345678901234567890)
    c = ["s" "t", b"u" b"v", True, False, None, ...]
    d = {1: 2, **a}, {1, 2}, {k: v for k, v in a}, {k for k in a}, (k for k in a)
    e = a[1:2, ::3, :] @ b // c ** -d
    del a, b[0]
    if (n := len(c)) > 10 and not n or n is not None:
        assert c, "message"
    elif n in c:
        raise ValueError("x") from None
    else:
        raise
    while n != 0:
        break
    else:
        n = lambda *a, k=1, **b: a if k else b
    try:
        c.attribute.other = f"{n!r:>{d}} {n=} {{}}" "tail"
    except (A, B) as error:
        pass
    except C:
        pass
    else:
        pass
    finally:
        pass
    try:
        pass
    except* D:
        pass
    match n:
        case 1 | "x" | None | -1:
            pass
        case [first, *rest] if first:
            pass
        case {"k": v, **others}:
            pass
        case Point(0, y=0) as point:
            pass
        case a.b:
            pass
        case [*_]:
            pass
        case _:
            pass
    print(*c, key=1, **d)
    return e
