//! The rules of this gate.

/// A collective without a process group.
pub(crate) const CONTRACT: &str = "prism:distributed-contract";
/// A process group over more than the one process there is.
pub(crate) const SINGLE_NODE: &str = "prism:single-node-bound";

/// Each rule and what it asks, for `describe`.
pub(crate) const ALL: [(&str, &str); 2] = [
    (
        CONTRACT,
        "What uses torch.distributed joins a process group first, and leaves it at the end.",
    ),
    (
        SINGLE_NODE,
        "The process group is the one that torchrun describes: one node, its rank and size from the environment.",
    ),
];
