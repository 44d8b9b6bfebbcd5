//! The sizes a bundle may have. They are part of the published contract, so a change is a new scoring version.

/// Most files of a bundle.
pub const MAX_FILES: usize = 200;
/// Most entries of an archive or folder, folders included: room for a folder per file.
pub const MAX_ENTRIES: usize = 2 * MAX_FILES;
/// Most bytes of all files together, decompressed.
pub const MAX_TOTAL_BYTES: u64 = 2_000_000;
/// Most bytes of an archive: everything stored without compression, and its headers.
pub const MAX_ARCHIVE_BYTES: usize = 4_000_000;
/// Most bytes of one Python file; other files are bound by [`MAX_TOTAL_BYTES`] alone.
pub const MAX_PYTHON_BYTES: usize = 400_000;
/// Most bytes of a path, the wrapping folder included.
pub const MAX_PATH_BYTES: usize = 200;
/// Most bytes of one segment of a path.
pub const MAX_SEGMENT_BYTES: usize = 100;
/// Most segments of a path.
pub const MAX_PATH_DEPTH: usize = 8;
/// What a file's name may end in.
pub const SUFFIXES: [&str; 7] = [".py", ".toml", ".yaml", ".yml", ".json", ".txt", ".md"];

/// Most bytes of one line of Python.
pub const MAX_LINE_BYTES: usize = 4_096;
/// Deepest nesting of brackets and f-string fields.
pub const MAX_NESTING: usize = 64;
/// Deepest indentation, in levels. CPython itself stops at 100.
pub const MAX_INDENTATION: usize = 40;
/// Most operators in one expression without a comma, summed over the brackets around it. Each may
/// cost a recursive parser or visitor one level.
pub const MAX_CHAIN: usize = 256;
/// Most `elif` of one file: CPython's tree nests them.
pub const MAX_ELIF: usize = 500;
/// Most tokens of one Python file.
pub const MAX_TOKENS: usize = 80_000;
/// Most tokens of all Python files.
pub const MAX_TOTAL_TOKENS: usize = 100_000;
/// Most number and string literals of one Python file.
pub const MAX_LITERALS: usize = 20_000;
/// Longest number, in characters.
pub const MAX_NUMBER_BYTES: usize = 512;
/// Longest string literal, in bytes.
pub const MAX_STRING_BYTES: usize = 65_536;
/// Most bytes of all string literals of one Python file, docstrings included.
pub const MAX_STRINGS_BYTES: usize = 262_144;
