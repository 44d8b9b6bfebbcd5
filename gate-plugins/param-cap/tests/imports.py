"""Prints the names a component imports, one a line: reads the import sections (id 10) of the outermost component.

    python gate-plugins/param-cap/tests/imports.py param-cap.wasm
"""

import sys


def leb(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def names(data):
    if data[:8] != b"\0asm\x0d\0\1\0":
        raise SystemExit("this is no component")
    at = 8
    while at < len(data):
        section = data[at]
        size, at = leb(data, at + 1)
        if section == 10:
            count, inner = leb(data, at)
            for _ in range(count):
                inner += 1  # the name's form
                length, inner = leb(data, inner)
                yield data[inner : inner + length].decode()
                inner += length
                kind, inner = data[inner], inner + 1  # an extern description: a kind, then an index
                if kind not in (0, 1, 2, 3, 4, 5):
                    raise SystemExit(f"unknown kind {kind} of import")
                if kind in (0, 2):  # core module types have a second byte; values a type
                    inner += 1
                elif kind == 3:  # type bounds: eq index or sub resource
                    bound, inner = data[inner], inner + 1
                    if bound == 0:
                        _, inner = leb(data, inner)
                    continue
                _, inner = leb(data, inner)
        at += size


if __name__ == "__main__":
    for name in names(open(sys.argv[1], "rb").read()):
        print(name)
