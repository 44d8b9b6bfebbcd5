//! Module names a bundle may not use, because an import of that name means another module.
//!
//! At run time the bundle's root and the folders of its entry points come first on the import path, and
//! torch and the harness import some modules late: a bundle's `typing_extensions.py` would be theirs.

use std::collections::{BTreeMap, BTreeSet};

use prism_manifest::Manifest;

use crate::refusal::{Findings, Rule};

/// Checks the modules and packages that lie on the import path.
pub(crate) fn check(files: &BTreeMap<String, Vec<u8>>, folders: &BTreeSet<String>, findings: &mut Findings) {
    let mut on_path = BTreeSet::from([""]);
    let manifest = Manifest::from_files(files).unwrap_or_default();
    for part in [&manifest.architecture, &manifest.training] {
        on_path.extend(part.entrypoint.rsplit_once('/').map(|(folder, _)| folder));
    }
    let mut reported = BTreeSet::new();
    let entries = files.keys().map(|path| (path.as_str(), false));
    for (path, is_folder) in entries.chain(folders.iter().map(|path| (path.as_str(), true))) {
        for folder in &on_path {
            let rest = match path.strip_prefix(folder) {
                Some(rest) if folder.is_empty() => rest,
                Some(rest) if rest.starts_with('/') => rest.trim_start_matches('/'),
                _ => continue,
            };
            let (name, package) = match rest.split_once('/') {
                Some((top, _)) => (top, true),
                None if is_folder => (rest, true),
                None => match rest.strip_suffix(".py") {
                    Some(stem) => (stem, false),
                    None => continue,
                },
            };
            if is_reserved(name) && reported.insert((*folder, name)) {
                let what = if package { "folder" } else { "file" };
                let message = format!("`import {name}` means another module; give this {what} another name");
                findings.file(Rule::Reserved, path, message);
            }
        }
    }
}

/// Whether a module name is taken by Python, torch, what torch needs, or the harness.
fn is_reserved(name: &str) -> bool {
    // Everything up to the first dot names the module: `os.x.py` is no module, but `os.abi3.so` was one.
    let root = name.split('.').next().unwrap_or(name);
    STANDARD_LIBRARY.binary_search(&root).is_ok() || OTHERS.binary_search(&root).is_ok()
}

/// What the runner's environment holds beside the standard library, what `prism_challenge` imports late, and
/// the names Python itself gives a meaning.
const OTHERS: &[&str] = &[
    "__builtin__", "__main__", "__mp_main__", "_distutils_hack", "cuda", "einops", "filelock", "fsspec", "functorch",
    "isympy", "jinja2", "markupsafe", "mpmath", "networkx", "numpy", "nvidia", "packaging", "pip", "pkg_resources",
    "prism", "prism_capture", "prism_challenge", "pydantic", "pydantic_core", "pygments", "regex", "requests",
    "scipy", "sentencepiece", "setuptools", "sitecustomize", "sympy", "tiktoken", "tiktoken_ext", "tokenizers",
    "torch", "torchaudio", "torchgen", "torchvision", "triton", "typing_extensions", "usercustomize",
];

/// `sys.stdlib_module_names` of CPython 3.11, 3.12 and 3.13 together.
const STANDARD_LIBRARY: &[&str] = &[
    "__future__", "_abc", "_aix_support", "_android_support", "_ast", "_asyncio", "_bisect", "_blake2",
    "_bootsubprocess", "_bz2", "_codecs", "_codecs_cn", "_codecs_hk", "_codecs_iso2022", "_codecs_jp", "_codecs_kr",
    "_codecs_tw", "_collections", "_collections_abc", "_colorize", "_compat_pickle", "_compression", "_contextvars",
    "_crypt", "_csv", "_ctypes", "_curses", "_curses_panel", "_datetime", "_dbm", "_decimal", "_elementtree",
    "_frozen_importlib", "_frozen_importlib_external", "_functools", "_gdbm", "_hashlib", "_heapq", "_imp",
    "_interpchannels", "_interpqueues", "_interpreters", "_io", "_ios_support", "_json", "_locale", "_lsprof",
    "_lzma", "_markupbase", "_md5", "_msi", "_multibytecodec", "_multiprocessing", "_opcode", "_opcode_metadata",
    "_operator", "_osx_support", "_overlapped", "_pickle", "_posixshmem", "_posixsubprocess", "_py_abc",
    "_pydatetime", "_pydecimal", "_pyio", "_pylong", "_pyrepl", "_queue", "_random", "_scproxy", "_sha1", "_sha2",
    "_sha256", "_sha3", "_sha512", "_signal", "_sitebuiltins", "_socket", "_sqlite3", "_sre", "_ssl", "_stat",
    "_statistics", "_string", "_strptime", "_struct", "_suggestions", "_symtable", "_sysconfig", "_thread",
    "_threading_local", "_tkinter", "_tokenize", "_tracemalloc", "_typing", "_uuid", "_warnings", "_weakref",
    "_weakrefset", "_winapi", "_wmi", "_zoneinfo", "abc", "aifc", "antigravity", "argparse", "array", "ast",
    "asynchat", "asyncio", "asyncore", "atexit", "audioop", "base64", "bdb", "binascii", "bisect", "builtins", "bz2",
    "cProfile", "calendar", "cgi", "cgitb", "chunk", "cmath", "cmd", "code", "codecs", "codeop", "collections",
    "colorsys", "compileall", "concurrent", "configparser", "contextlib", "contextvars", "copy", "copyreg", "crypt",
    "csv", "ctypes", "curses", "dataclasses", "datetime", "dbm", "decimal", "difflib", "dis", "distutils", "doctest",
    "email", "encodings", "ensurepip", "enum", "errno", "faulthandler", "fcntl", "filecmp", "fileinput", "fnmatch",
    "fractions", "ftplib", "functools", "gc", "genericpath", "getopt", "getpass", "gettext", "glob", "graphlib",
    "grp", "gzip", "hashlib", "heapq", "hmac", "html", "http", "idlelib", "imaplib", "imghdr", "imp", "importlib",
    "inspect", "io", "ipaddress", "itertools", "json", "keyword", "lib2to3", "linecache", "locale", "logging",
    "lzma", "mailbox", "mailcap", "marshal", "math", "mimetypes", "mmap", "modulefinder", "msilib", "msvcrt",
    "multiprocessing", "netrc", "nis", "nntplib", "nt", "ntpath", "nturl2path", "numbers", "opcode", "operator",
    "optparse", "os", "ossaudiodev", "pathlib", "pdb", "pickle", "pickletools", "pipes", "pkgutil", "platform",
    "plistlib", "poplib", "posix", "posixpath", "pprint", "profile", "pstats", "pty", "pwd", "py_compile", "pyclbr",
    "pydoc", "pydoc_data", "pyexpat", "queue", "quopri", "random", "re", "readline", "reprlib", "resource",
    "rlcompleter", "runpy", "sched", "secrets", "select", "selectors", "shelve", "shlex", "shutil", "signal", "site",
    "smtpd", "smtplib", "sndhdr", "socket", "socketserver", "spwd", "sqlite3", "sre_compile", "sre_constants",
    "sre_parse", "ssl", "stat", "statistics", "string", "stringprep", "struct", "subprocess", "sunau", "symtable",
    "sys", "sysconfig", "syslog", "tabnanny", "tarfile", "telnetlib", "tempfile", "termios", "textwrap", "this",
    "threading", "time", "timeit", "tkinter", "token", "tokenize", "tomllib", "trace", "traceback", "tracemalloc",
    "tty", "turtle", "turtledemo", "types", "typing", "unicodedata", "unittest", "urllib", "uu", "uuid", "venv",
    "warnings", "wave", "weakref", "webbrowser", "winreg", "winsound", "wsgiref", "xdrlib", "xml", "xmlrpc",
    "zipapp", "zipfile", "zipimport", "zlib", "zoneinfo",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted() {
        assert!(STANDARD_LIBRARY.is_sorted() && OTHERS.is_sorted());
    }

    #[test]
    fn names_of_every_supported_python_are_reserved() {
        for name in ["os", "distutils", "imp", "_interpreters", "torch", "prism_challenge", "sitecustomize"] {
            assert!(is_reserved(name), "{name}");
        }
        for name in ["model", "layers", "architecture", "training", "torches"] {
            assert!(!is_reserved(name), "{name}");
        }
    }
}
