//! The graph of operations and its features.

use std::collections::BTreeSet;

use crate::code::FEATURE_BITS;
use crate::operations::mix;

/// Most operations that go into one, and most that a group stands for: bounds the work on hostile nests of tuples.
const MAX_INPUTS: usize = 24;

/// Levels of what goes in that a feature sees.
const LEVELS: usize = 3;

/// Operations that a feature must have: below it says nothing (a linear layer after a linear layer).
const MIN_OPERATIONS: u32 = 3;

/// A value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeId(u32);

/// A value that says nothing: a parameter, a constant.
pub(crate) const LEAF: NodeId = NodeId(0);

#[derive(Debug, Default)]
struct Node {
    /// None for a group: it stands for the operations that went into it.
    operation: Option<u64>,
    /// Operations that go in, sorted, each once; smaller than the node itself.
    operands: Vec<NodeId>,
    /// Every value that went in: what keeps it alive.
    uses: Vec<NodeId>,
    /// The function it stands in.
    unit: usize,
}

/// All values of a bundle.
#[derive(Debug)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    /// Values that have an effect: returned, stored, tested, called for nothing else.
    roots: Vec<NodeId>,
}

impl Default for Graph {
    fn default() -> Self {
        Self {
            nodes: vec![Node::default()],
            roots: Vec::new(),
        }
    }
}

impl Graph {
    /// The result of an operation.
    pub(crate) fn operation(&mut self, operation: u64, inputs: &[NodeId], unit: usize) -> NodeId {
        self.push(Some(operation), inputs, &[], unit)
    }

    /// A value that is its inputs, and keeps others alive.
    pub(crate) fn group(&mut self, inputs: &[NodeId], keeps: &[NodeId], unit: usize) -> NodeId {
        match (inputs, keeps) {
            ([], []) | ([LEAF], []) => LEAF,
            ([only], []) => *only,
            _ => self.push(None, inputs, keeps, unit),
        }
    }

    /// Whether a value says nothing.
    pub(crate) fn is_leaf(&self, value: NodeId) -> bool {
        self.node(value)
            .is_none_or(|node| node.operation.is_none() && node.operands.is_empty())
    }

    /// The one operation that a value comes from.
    pub(crate) fn origin(&self, value: NodeId) -> Option<u64> {
        let node = self.node(value)?;
        match (node.operation, node.operands.as_slice()) {
            (Some(operation), _) => Some(operation),
            (None, [only]) => self.node(*only)?.operation,
            _ => None,
        }
    }

    /// Says that a value has an effect.
    pub(crate) fn root(&mut self, value: NodeId) {
        if value != LEAF {
            self.roots.push(value);
        }
    }

    fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0 as usize)
    }

    fn push(
        &mut self,
        operation: Option<u64>,
        inputs: &[NodeId],
        keeps: &[NodeId],
        unit: usize,
    ) -> NodeId {
        let mut operands = BTreeSet::new();
        for input in inputs {
            match self.node(*input) {
                Some(node) if node.operation.is_some() => {
                    operands.insert(*input);
                }
                Some(node) => operands.extend(node.operands.iter().copied()),
                None => {}
            }
        }
        let uses = inputs.iter().chain(keeps).copied();
        let Ok(id) = u32::try_from(self.nodes.len()) else {
            return LEAF;
        };
        self.nodes.push(Node {
            operation,
            operands: operands.into_iter().take(MAX_INPUTS).collect(),
            uses: uses.filter(|value| *value != LEAF).collect(),
            unit,
        });
        NodeId(id)
    }

    /// The features of each unit, sorted and distinct.
    pub(crate) fn features(&self, units: usize) -> Vec<Vec<u64>> {
        let alive = self.alive();
        let mut found = vec![Vec::new(); units];
        // Hash and number of operations of each node's neighbourhood, level by level.
        let mut last: Vec<(u64, u32)> = self
            .nodes
            .iter()
            .map(|node| (node.operation.unwrap_or_default(), 1))
            .collect();
        for level in 1..=LEVELS {
            let mut next = last.clone();
            for (index, node) in self.nodes.iter().enumerate() {
                let Some(operation) = node.operation.filter(|_| !node.operands.is_empty()) else {
                    continue;
                };
                let inputs = node
                    .operands
                    .iter()
                    .filter_map(|id| last.get(id.0 as usize));
                let mut hashes: Vec<u64> = inputs.clone().map(|(hash, _)| *hash).collect();
                hashes.sort_unstable();
                hashes.dedup();
                let hash = hashes
                    .iter()
                    .fold(mix(operation ^ level as u64), |sum, hash| {
                        mix(sum.rotate_left(5) ^ *hash)
                    });
                let size = inputs.fold(1_u32, |sum, (_, size)| sum.saturating_add(*size));
                let grew = last.get(index).is_some_and(|(_, before)| size > *before);
                if let Some(place) = next.get_mut(index) {
                    *place = (hash, size);
                }
                if grew
                    && size >= MIN_OPERATIONS
                    && alive.get(index).is_some_and(|alive| *alive)
                    && let Some(found) = found.get_mut(node.unit)
                {
                    found.push(hash >> (64 - FEATURE_BITS));
                }
            }
            last = next;
        }
        for features in &mut found {
            features.sort_unstable();
            features.dedup();
        }
        found
    }

    /// Which values have an effect, or go into one that has.
    fn alive(&self) -> Vec<bool> {
        let mut alive = vec![false; self.nodes.len()];
        let mut waiting = self.roots.clone();
        while let Some(id) = waiting.pop() {
            let Some(place) = alive.get_mut(id.0 as usize) else {
                continue;
            };
            if !std::mem::replace(place, true)
                && let Some(node) = self.node(id)
            {
                waiting.extend(&node.uses);
            }
        }
        alive
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A chain of named operations in one unit.
    fn chain(graph: &mut Graph, operations: &[u64]) -> NodeId {
        operations
            .iter()
            .fold(LEAF, |input, name| graph.operation(*name, &[input], 0))
    }

    #[test]
    fn what_has_no_effect_has_no_features() {
        let mut graph = Graph::default();
        let end = chain(&mut graph, &[1, 2, 3, 4]);
        assert!(graph.features(1).concat().is_empty());
        graph.root(end);
        // Three operations end in two places, four in one.
        assert_eq!(graph.features(1).concat().len(), 3);
    }

    #[test]
    fn a_group_stands_for_its_members() {
        let (mut plain, mut grouped) = (Graph::default(), Graph::default());
        let end = chain(&mut plain, &[1, 2, 3, 4]);
        plain.root(end);
        let middle = chain(&mut grouped, &[1, 2]);
        let group = grouped.group(&[middle, LEAF], &[LEAF], 0);
        let end = grouped.operation(3, &[group], 0);
        let end = grouped.operation(4, &[end], 0);
        grouped.root(end);
        assert_eq!(plain.features(1), grouped.features(1));
    }

    #[test]
    fn nests_of_groups_stay_small() {
        let mut graph = Graph::default();
        let mut value = LEAF;
        for number in 0..2000 {
            let new = graph.operation(number, &[value], 0);
            value = graph.group(&[value, new, new], &[], 0);
        }
        assert!(
            graph
                .nodes
                .iter()
                .all(|node| node.operands.len() <= MAX_INPUTS)
        );
    }
}
