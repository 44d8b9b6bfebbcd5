//! The rules by name.

/// A file that is not Python of the run's version.
pub const SYNTAX_ERROR: &str = "prism:syntax-error";
/// Modules with their own way to the network.
pub const NO_NETWORK: &str = "prism:no-network";
/// Files.
pub const NO_FILESYSTEM: &str = "prism:no-filesystem";
/// Processes, threads, the terminal.
pub const NO_PROCESS: &str = "prism:no-process";
/// Native code and raw memory.
pub const NO_FFI: &str = "prism:no-ffi";
/// Imports by a text.
pub const NO_DYNAMIC_IMPORT: &str = "prism:no-dynamic-import";
/// Stored objects.
pub const NO_DESERIALIZATION: &str = "prism:no-deserialization";
/// Text run as code.
pub const NO_DYNAMIC_CODE: &str = "prism:no-dynamic-code";
/// Ways from an object to what is behind it.
pub const NO_ATTRIBUTE_ESCAPE: &str = "prism:no-attribute-escape";
/// Imports that are not in the table.
pub const NO_FORBIDDEN_IMPORT: &str = "prism:no-forbidden-import";
/// Parts of torch that are not in the table.
pub const NO_TORCH_ESCAPE: &str = "prism:no-torch-escape";
/// Attributes by a text that is not known.
pub const NO_DYNAMIC_ATTR: &str = "prism:no-dynamic-attr";
/// Changing what others run on.
pub const NO_HARNESS_TAMPERING: &str = "prism:no-harness-tampering";

/// Every rule with one sentence for people.
pub const RULES: &[(&str, &str)] = &[
    (
        SYNTAX_ERROR,
        "Every Python file parses under the run's own Python version and is not nested absurdly deep.",
    ),
    (NO_NETWORK, "Nothing that opens a connection is reached."),
    (
        NO_FILESYSTEM,
        "Nothing that reads or writes files is reached.",
    ),
    (
        NO_PROCESS,
        "No process, thread, signal or terminal is reached.",
    ),
    (NO_FFI, "No native code and no raw memory is reached."),
    (
        NO_DYNAMIC_IMPORT,
        "Modules are imported by import statements only.",
    ),
    (NO_DESERIALIZATION, "No stored object is loaded."),
    (
        NO_DYNAMIC_CODE,
        "No text is run as code and no class is made by a call.",
    ),
    (
        NO_ATTRIBUTE_ESCAPE,
        "No attribute leads from an object to frames, code, classes or namespaces behind it.",
    ),
    (
        NO_FORBIDDEN_IMPORT,
        "Only modules and names in the table of allowed ones are imported.",
    ),
    (
        NO_TORCH_ESCAPE,
        "Only the parts of torch in the table of allowed ones are reached.",
    ),
    (
        NO_DYNAMIC_ATTR,
        "Attributes of imported modules are written out, and modules are not passed around as values.",
    ),
    (
        NO_HARNESS_TAMPERING,
        "Nothing that was imported is changed.",
    ),
];
