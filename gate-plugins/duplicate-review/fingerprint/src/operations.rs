//! The names of operations: which are one and the same, which compute nothing.

use prism_pyast::ast::Operator;

/// Method names that keep their meaning on any object; see `vocabulary.py`.
const VOCABULARY: &str = include_str!("../vocabulary.txt");

/// What a named operation is to the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It makes something new out of what goes in.
    Operation(u64),
    /// What comes out is what went in, for our purposes: a change of device or memory, a container.
    Passes,
    /// A number, a size or a text comes out.
    Scalar,
}

/// An operation by the last segment of its name, the variant in place being the same.
pub(crate) fn named(name: &str) -> Kind {
    let trimmed = name.trim_end_matches('_');
    let name = if trimmed.is_empty() { name } else { trimmed };
    match name {
        "contiguous" | "clone" | "to" | "float" | "half" | "bfloat16" | "double" | "type_as"
        | "requires_grad" | "cuda" | "cpu" | "Identity" | "list" | "tuple" | "enumerate"
        | "zip" | "reversed" | "iter" | "next" | "compile" | "cast" | "sorted" | "partial"
        | "set" | "dict" | "super" | "detach" | "train" | "eval" => Kind::Passes,
        "size" | "dim" | "numel" | "len" | "range" | "int" | "bool" | "str" | "isinstance"
        | "print" | "item" | "hasattr" | "format" | "repr" | "is_available" | "manual_seed"
        | "is_floating_point" | "is_contiguous" | "element_size" | "nelement" | "type" => {
            Kind::Scalar
        }
        _ => Kind::Operation(text(synonym(name))),
    }
}

fn synonym(name: &str) -> &str {
    match name {
        "mm" | "bmm" | "baddbmm" => "matmul",
        "view" | "flatten" | "unflatten" | "view_as" | "reshape_as" | "unsqueeze" | "squeeze"
        | "ravel" => "reshape",
        "permute" | "movedim" | "swapaxes" | "swapdims" | "t" | "adjoint" => "transpose",
        "concat" | "concatenate" | "hstack" | "vstack" => "cat",
        "multiply" => "mul",
        "divide" | "true_divide" => "div",
        "subtract" => "sub",
        "square" => "pow",
        "Sigmoid" => "sigmoid",
        "expand_as" | "broadcast_to" => "expand",
        "split" | "tensor_split" => "chunk",
        "clip" => "clamp",
        "SiLU" | "swish" => "silu",
        "GELU" => "gelu",
        "ReLU" => "relu",
        "Softmax" => "softmax",
        "Tanh" => "tanh",
        "CrossEntropyLoss" => "cross_entropy",
        other => other,
    }
}

/// Whether a method of this name means the same on any object.
pub(crate) fn is_method(name: &str) -> bool {
    let trimmed = name.trim_end_matches('_');
    // The file is sorted, but its lines are not of one length: a search over bytes costs more than it saves.
    vocabulary().binary_search(&trimmed).is_ok()
}

fn vocabulary() -> &'static [&'static str] {
    static LINES: std::sync::LazyLock<Vec<&'static str>> =
        std::sync::LazyLock::new(|| VOCABULARY.lines().collect());
    &LINES
}

/// The operation of a binary operator.
pub(crate) fn binary(operator: Operator) -> &'static str {
    match operator {
        Operator::Add => "add",
        Operator::Sub => "sub",
        Operator::Mult => "mul",
        Operator::MatMult => "matmul",
        Operator::Div => "div",
        Operator::Mod => "remainder",
        Operator::Pow => "pow",
        Operator::LShift | Operator::RShift => "shift",
        Operator::BitOr => "bitwise_or",
        Operator::BitXor => "bitwise_xor",
        Operator::BitAnd => "bitwise_and",
        Operator::FloorDiv => "floor_divide",
    }
}

/// The number of a text: FNV-1a, then spread.
pub(crate) fn text(text: &str) -> u64 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    mix(hash)
}

/// The finalizer of SplitMix64 (Steele, Lea and Flood, 2014).
pub(crate) fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_operation_has_many_names() {
        assert_eq!(named("view"), named("reshape"));
        assert_eq!(named("mul_"), named("mul"));
        assert_ne!(named("softmax"), named("sigmoid"));
        assert_eq!(named("contiguous"), Kind::Passes);
        assert!(is_method("softmax") && is_method("add_") && !is_method("my_mixer"));
    }

    #[test]
    fn the_vocabulary_is_sorted() {
        assert!(vocabulary().is_sorted());
    }
}
