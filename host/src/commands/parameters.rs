//! The parameters of a model for people: both counts, and where they are.

use indicatif::HumanCount;
use prism_host::preflight::{PARAM_CAP, gate_count, torch_count};
use prism_store::verdict::Verdict;
use serde::Deserialize;
use serde_json::Value;

/// Lines of the tree that are shown.
const LINES: usize = 16;
/// Levels of the tree that are shown.
const DEPTH: usize = 4;

/// A module of the fact `parameter_tree`, or a run of equal siblings.
#[derive(Deserialize)]
struct Node {
    #[serde(default)]
    name: String,
    kind: String,
    /// Elements of one.
    parameters: u64,
    #[serde(default = "one")]
    count: u64,
    #[serde(default)]
    children: Vec<Node>,
}

fn one() -> u64 {
    1
}

impl Node {
    fn all(&self) -> u64 {
        self.parameters.saturating_mul(self.count)
    }
}

/// Prints the counts side by side, then the tree.
pub fn print(verdict: &Verdict) {
    let told = |count: Option<u64>, what: &str| match count {
        Some(count) => format!("{} by {what}", HumanCount(count)),
        None => format!("undecided by {what}"),
    };
    let ran = |gate: &str| verdict.gates.iter().any(|run| run.gate == gate);
    let (shapes, torch) = (gate_count(verdict), torch_count(verdict));
    let mut counts = Vec::new();
    if ran(PARAM_CAP) {
        counts.push(told(shapes, "param-cap on shapes"));
    }
    if ran(prism_host::preflight::PREFLIGHT) {
        counts.push(told(torch, "preflight with torch"));
    }
    let agreement = match (shapes, torch) {
        (Some(shapes), Some(torch)) if shapes == torch => ": they agree",
        (Some(_), Some(_)) => ": THEY DIFFER",
        _ => "",
    };
    if !counts.is_empty() {
        println!("parameters           {}{agreement}", counts.join(", "));
    }
    let tree = verdict.facts.get("parameter_tree").map(Node::deserialize);
    if let Some(Ok(root)) = tree {
        for line in lines(&root) {
            println!("    {line}");
        }
    }
    let number = |name: &str| verdict.facts.get(name).and_then(Value::as_u64);
    if let Some(flops) = number("flops_per_token") {
        let memory = number("activation_bytes_per_token");
        let memory = memory.map_or(String::new(), |bytes| {
            format!(", {} bytes of activations", HumanCount(bytes))
        });
        println!("one token forward    {} FLOPs{memory}", HumanCount(flops));
    }
}

/// The tree, indented, the largest first at each level, cut to what fits on a screen.
fn lines(root: &Node) -> Vec<String> {
    let mut rows = vec![(0, root)];
    // The largest modules first, wherever they are, until the lines are used up; then in the order of the tree.
    let mut shown: Vec<*const Node> = Vec::new();
    let mut candidates: Vec<(usize, &Node)> = vec![(0, root)];
    while shown.len() < LINES {
        let largest = (0..candidates.len()).max_by_key(|&index| {
            candidates
                .get(index)
                .map_or((0, 0), |(_, node)| (node.all(), candidates.len() - index))
        });
        let Some(index) = largest else { break };
        let (depth, node) = candidates.swap_remove(index);
        shown.push(std::ptr::from_ref(node));
        if depth + 1 < DEPTH {
            candidates.extend(node.children.iter().map(|child| (depth + 1, child)));
        }
    }
    let mut out = Vec::new();
    while let Some((depth, node)) = rows.pop() {
        if !shown.contains(&std::ptr::from_ref(node)) {
            continue;
        }
        let share = 100.0 * node.all() as f64 / root.parameters.max(1) as f64;
        let label = format!("{:width$}{}", "", label(node), width = 2 * depth);
        let each = if node.count > 1 {
            format!("  {} x {}", node.count, HumanCount(node.parameters))
        } else {
            String::new()
        };
        out.push(format!(
            "{label:<44} {:>15} {share:>5.1}%{each}",
            HumanCount(node.all()).to_string()
        ));
        rows.extend(node.children.iter().rev().map(|child| (depth + 1, child)));
    }
    out
}

fn label(node: &Node) -> String {
    if node.name.is_empty() {
        node.kind.clone()
    } else {
        format!("{} ({})", node.name, node.kind)
    }
}
