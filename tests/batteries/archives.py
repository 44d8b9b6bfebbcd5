"""Writes the archives of the battery: bytes that no ordinary zip program makes.

    python3 tests/batteries/archives.py [--check]

makes `attacks/<ROW>-<slug>/archive.zip` and `expected.json` for every row below, the same bytes at every run; `--check`
says whether the committed ones are these. Bombs are small here: they only grow when a reader believes them.
"""

import json
import struct
import sys
import zlib
from dataclasses import dataclass, field, replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE.parent / "bundles" / "example-small"
ARCHITECTURE = (EXAMPLE / "architecture.py").read_bytes()
TRAINING = (EXAMPLE / "training.py").read_bytes()
STORED, DEFLATED, LZMA = 0, 8, 14
REGULAR, LINK, FIFO = 0o100_644 << 16, 0o120_777 << 16, 0o010_644 << 16


def deflated(content):
    """A raw deflate stream."""
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    return stream.compress(content) + stream.flush()


@dataclass
class Entry:
    """One entry, with everything that a hostile writer would change."""

    name: bytes
    content: bytes = b""
    method: int = STORED
    flags: int = 0
    attributes: int = REGULAR
    extra: bytes = b""
    data: bytes | None = None  # in place of the compressed content
    size: int | None = None  # announced, decompressed
    local_name: bytes | None = None
    local_size: int | None = None
    offset: int | None = None  # of the local header, as the directory says
    before: bytes = b""
    absent: bool = False  # in the directory alone

    def bytes(self):
        """The compressed content."""
        if self.data is not None:
            return self.data
        return deflated(self.content) if self.method == DEFLATED else self.content


def two(**changes):
    """The two scripts, the second one changed."""
    first = Entry(b"architecture.py", ARCHITECTURE, DEFLATED)
    return [first, replace(Entry(b"training.py", TRAINING, DEFLATED), **changes)]


def extra(name, content=b"x = 1\n", **changes):
    """The two scripts and one more entry."""
    return [*two(), Entry(name, content, **changes)]


@dataclass
class Archive:
    """Entries, and what lies around them."""

    entries: list = field(default_factory=two)
    prefix: bytes = b""
    comment: bytes = b""
    before_end: bytes = b""
    trailing: bytes = b""
    count: int | None = None
    directory: int | None = None  # its offset, as the end record says
    disk: int = 0

    def bytes(self):
        """The archive."""
        out, directory = bytearray(self.prefix), bytearray()
        for one in self.entries:
            out += one.before
            offset = len(out) if one.offset is None else one.offset
            data, checksum = one.bytes(), zlib.crc32(one.content)
            size = len(one.content) if one.size is None else one.size
            name = one.name if one.local_name is None else one.local_name
            local = size if one.local_size is None else one.local_size
            if not one.absent:
                sizes = (checksum, len(data), local, len(name), len(one.extra))
                out += struct.pack("<IHHHIIIIHH", 0x04034B50, 20, one.flags, one.method, 0, *sizes) + name + one.extra + data
            sizes = (checksum, len(data), size, len(one.name), len(one.extra))
            directory += struct.pack("<IHHHHIIIIHH", 0x02014B50, 0x0314, 20, one.flags, one.method, 0, *sizes)
            directory += struct.pack("<HHHII", 0, 0, 0, one.attributes, offset) + one.name + one.extra
        start = len(out) if self.directory is None else self.directory
        count = len(self.entries) if self.count is None else self.count
        out += directory + self.before_end
        end = struct.pack("<IHHHHIIH", 0x06054B50, self.disk, self.disk, count, count, len(directory), start, len(self.comment))
        return bytes(out + end + self.comment + self.trailing)


def quoted(count, content):
    """Entries that share one stream: each local header lies inside the one before, quoted by a stored deflate block."""
    kernel, headers, entries, at = deflated(content), [], [], 0
    names = [b"layer_%03d.py" % number for number in range(count)]
    blocks, tail, whole = [], kernel, content
    for name in reversed(names):
        head = struct.pack("<IHHHIIIIHH", 0x04034B50, 20, 0, DEFLATED, 0, zlib.crc32(whole), len(tail), len(whole), len(name), 0) + name
        headers.append((name, len(tail), len(whole), zlib.crc32(whole), len(head)))
        blocks.append(head)
        tail = b"\x00" + struct.pack("<HH", len(head), 0xFFFF - len(head)) + head + tail
        whole = head + whole
    body = tail[5:]
    directory = b""
    for name, compressed, size, checksum, head in reversed(headers):
        directory += struct.pack("<IHHHHIIIIHHHHHII", 0x02014B50, 0x0314, 20, 0, DEFLATED, 0, checksum, compressed, size, len(name), 0, 0, 0, 0, REGULAR, at) + name
        at += head + 5
        entries.append(name)
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + end


def zip64(archive):
    """Sizes that only the zip64 extra field says."""
    field64 = struct.pack("<HHQQ", 1, 16, len(TRAINING), len(deflated(TRAINING)))
    return replace(archive, entries=two(extra=field64, size=0xFFFF_FFFF)).bytes()


def rows():
    """Row and slug, the archive, the rule, the path of the finding, and what the attacker does."""
    whole = Archive().bytes()
    other = Archive([Entry(b"architecture.py", b"import os\n"), Entry(b"training.py", b"import os\n")]).bytes()
    bomb = b"\n" * 20_000_000
    yield "ZP-01-announced-bomb", Archive(extra(b"notes.txt", bomb, method=DEFLATED)), "bundle-size", None, "A small entry announces and holds 20 MB."
    yield "ZP-01-understated-bomb", Archive(extra(b"notes.txt", bomb, method=DEFLATED, size=100)), "bundle-size", "notes.txt", "A small entry announces 100 bytes and holds 20 MB."
    yield "ZP-01-overlapping-bomb", quoted(150, b"\n" * 1_000_000), "bundle-size", None, "150 entries share one compressed megabyte by quoting each other's headers."
    yield "ZP-01-many-announced", Archive([*two(), *(Entry(b"part_%02d.txt" % one, b"\n" * 100_000, DEFLATED) for one in range(25))]), "bundle-size", None, "25 entries of 100 kB: none is large, all together are."
    yield "ZP-02-duplicate-name", Archive([*two(), Entry(b"training.py", b"import os\n")]), "bundle-duplicate", "training.py", "training.py is in the archive twice; readers differ about which one counts."
    yield "ZP-03-other-local-name", Archive(two(local_name=b"harmless.py")), "bundle-archive", "training.py", "The entry has another name in its own header than in the directory."
    yield "ZP-03-other-local-size", Archive(two(local_size=10)), "bundle-archive", "training.py", "The entry has another size in its own header than in the directory."
    yield "ZP-03-overlap", Archive(extra(b"copy.py", ARCHITECTURE, method=DEFLATED, offset=0, local_name=b"architecture.py", absent=True)), "bundle-archive", "copy.py", "Two directory entries point at one local header."
    yield "ZP-03-data-before", Archive(prefix=b"#!/bin/sh\nexit 1\n"), "bundle-archive", "architecture.py", "A shell script stands before the archive."
    yield "ZP-03-archive-before", replace(Archive(), prefix=other), "bundle-archive", "architecture.py", "Another archive stands before this one."
    yield "ZP-03-second-end-record", replace(Archive(), comment=other), "bundle-archive", None, "The comment is a whole archive with an end record of its own."
    yield "ZP-03-gap", Archive(two(before=b"hidden bytes")), "bundle-archive", "training.py", "Bytes that belong to no entry lie between two entries."
    yield "ZP-03-directory-count", replace(Archive(), count=1), "bundle-archive", None, "The end record announces fewer entries than the directory has."
    yield "ZP-03-directory-outside", replace(Archive(), directory=1 << 30), "bundle-archive", None, "The directory is said to lie behind the archive's end."
    yield "ZP-03-several-disks", replace(Archive(), disk=1), "bundle-archive", None, "The archive says that it is the second part of several."
    yield "ZP-03-zip64-sizes", zip64(Archive()), "bundle-archive", "training.py", "The sizes stand in a zip64 field that some readers ignore."
    yield "ZP-03-zip64-end-record", replace(Archive(), before_end=b"PK\x06\x06" + bytes(52)), "bundle-archive", None, "A zip64 end record stands before the ordinary one and says something else."
    yield "ZP-04-symbolic-link", Archive(extra(b"data.txt", b"/etc/passwd", attributes=LINK)), "bundle-kind", "data.txt", "An entry is a symbolic link out of the bundle."
    yield "ZP-04-fifo", Archive(extra(b"data.txt", b"", attributes=FIFO)), "bundle-kind", "data.txt", "An entry is a pipe, which a reader would wait for."
    yield "ZP-05-one-up", Archive(extra(b"../helpers.py")), "bundle-name", "../helpers.py", "One step up out of the bundle's folder, onto the import path."
    yield "ZP-05-up-inside", Archive(extra(b"net/../../helpers.py")), "bundle-name", "net/../../helpers.py", "Down one folder and up two."
    yield "ZP-06-absolute", Archive(extra(b"/tmp/helpers.py")), "bundle-name", "/tmp/helpers.py", "An absolute name."
    yield "ZP-06-backslash", Archive(extra(b"..\\helpers.py")), "bundle-name", "..\\\\helpers.py", "A step up, written with a backslash."
    yield "ZP-06-drive", Archive(extra(b"C:helpers.py")), "bundle-name", "C:helpers.py", "A name with a drive letter."
    yield "ZP-07-nul", Archive(extra(b"helpers.py\0.txt")), "bundle-name", "helpers.py\\x00.txt", "A null byte ends the name for one reader and not for another."
    yield "ZP-08-upper-suffix", Archive(extra(b"helpers.PY")), "bundle-suffix", "helpers.PY", "A suffix in upper case, which a scan for .py passes over."
    yield "ZP-09-not-utf8", Archive(extra(b"m\xf6del.py")), "bundle-name", "m\\xf6del.py", "A name in Latin-1."
    yield "ZP-09-decomposed", Archive(extra("me\u0301lange.py".encode(), flags=1 << 11)), "bundle-name", "me\\xcc\\x81lange.py", "A decomposed letter, which another name would show alike."
    yield "ZP-09-right-to-left", Archive(extra("notes\u202eyp.txt".encode(), flags=1 << 11)), "bundle-name", "notes\\xe2\\x80\\xaeyp.txt", "A right-to-left mark shows the name the other way round."
    yield "ZP-09-control", Archive(extra(b"helpers\x1b[2K.py")), "bundle-name", "helpers\\x1b[2K.py", "A terminal's escape sequence in a name."
    yield "ZP-09-case-collision", Archive(extra(b"Training.py")), "bundle-collision", "training.py", "Two names that differ by case alone are one file on some systems."
    yield "ZP-10-many-folders", Archive([*two(), *(Entry(b"d%04d/" % one, attributes=0o040_755 << 16) for one in range(3000))]), "bundle-entries", None, "3,000 folders that no one counts as files."
    yield "ZP-11-encrypted", Archive(two(flags=1)), "bundle-encryption", "training.py", "An encrypted entry."
    yield "ZP-11-lzma", Archive(two(method=LZMA, data=deflated(TRAINING))), "bundle-compression", "training.py", "A compression method that not every reader knows."
    yield "ZP-12-file-and-folder", Archive(extra(b"training.py/step.py")), "bundle-collision", "training.py", "training.py is a file and a folder."
    yield "ZP-12-long-name", Archive(extra(b"a" * 300 + b".py")), "bundle-name", "a" * 200 + "...", "A name longer than a file system allows."
    yield "ZP-13-not-utf8", Archive(extra(b"helpers.py", b"NAME = 'caf\xe9'\n")), "lexical-encoding", "helpers.py", "Source in Latin-1: what was read would not be what was sent."
    yield "ZP-19-trailing", replace(Archive(), trailing=b"anything"), "bundle-archive", None, "Bytes behind the archive carry what nobody looks at and change its hash."
    yield "ZP-19-long-extra", Archive(two(extra=b"\x75\x70\x15\x00\x01" + struct.pack("<I", zlib.crc32(b"training.py")) + b"torch_helper.py ")), "bundle-archive", "training.py", "An extra field gives the entry another name."
    assert whole == Archive().bytes()


def main():
    """Writes every row, or compares."""
    stale = []
    for slug, archive, rule, path, what in rows():
        content = archive if isinstance(archive, bytes) else archive.bytes()
        line = {"line": 1} if slug.startswith("ZP-13") else {}
        place = {} if path is None else {"path": path, **line}
        expected = {"what": what, "gate": "bundle", "decision": "reject", "rule": f"prism:{rule}", **place}
        files = {"archive.zip": content, "expected.json": (json.dumps(expected, indent=2) + "\n").encode()}
        folder = HERE / "attacks" / slug
        for name, text in files.items():
            target = folder / name
            if "--check" in sys.argv:
                if not target.exists() or target.read_bytes() != text:
                    stale.append(str(target))
            else:
                folder.mkdir(parents=True, exist_ok=True)
                target.write_bytes(text)
    if stale:
        sys.exit("not what archives.py writes; run it without --check: " + ", ".join(stale))


if __name__ == "__main__":
    main()
