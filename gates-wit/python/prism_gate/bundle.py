"""The closed bundle as a gate sees it: every file, byte for byte what will run."""

import hashlib
import pathlib


class Bundle:
    """Files by path. What is read is kept, so that a gate may ask twice."""

    def __init__(self, paths, read):
        self._paths = tuple(sorted(paths))
        self._read = read
        self._kept = {}

    @classmethod
    def of_files(cls, files):
        """A bundle of `{path: bytes or text}`, for tests."""
        encoded = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
        return cls(encoded, encoded.__getitem__)

    @classmethod
    def of_folder(cls, folder):
        """The files below a folder, for tests."""
        root = pathlib.Path(folder)
        paths = (path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        return cls.of_files({path.relative_to(root).as_posix(): path.read_bytes() for path in paths})

    @property
    def paths(self):
        """Every path, sorted."""
        return self._paths

    @property
    def python_paths(self):
        """Every path that ends in `.py`, sorted."""
        return tuple(path for path in self._paths if path.endswith(".py"))

    def __contains__(self, path):
        return path in self._paths

    def bytes(self, path):
        """The content of one file; `KeyError` when there is none."""
        if path not in self._paths:
            raise KeyError(path)
        if path not in self._kept:
            self._kept[path] = self._read(path)
        return self._kept[path]

    def text(self, path):
        """The content as text; the host has refused Python files that are no UTF-8."""
        return self.bytes(path).decode("utf-8", errors="replace")

    def snippet_hash(self, path, line):
        """SHA-256 of a 1-based source line without its end, or None when there is no such line."""
        if path not in self._paths:
            return None
        # bytes.splitlines ends lines where Python's lexer does: at \n, \r and \r\n.
        lines = self.bytes(path).splitlines()
        return hashlib.sha256(lines[line - 1]).hexdigest() if 1 <= line <= len(lines) else None
