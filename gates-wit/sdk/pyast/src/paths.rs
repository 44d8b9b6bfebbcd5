//! Dotted paths, interned, so that a chain of a thousand attributes costs a thousand steps and not a million.

use std::collections::BTreeMap;

/// One dotted path, for example `torch.nn.functional`. Meaningful only with the [`Paths`] that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathId(u32);

#[derive(Debug)]
struct Node {
    parent: Option<PathId>,
    segment: String,
    children: BTreeMap<String, PathId>,
}

/// The paths met so far, as a tree.
#[derive(Debug, Default)]
pub struct Paths {
    nodes: Vec<Node>,
    roots: BTreeMap<String, PathId>,
}

impl Paths {
    /// The path of one segment.
    pub fn root(&mut self, segment: &str) -> PathId {
        if let Some(found) = self.roots.get(segment) {
            return *found;
        }
        let id = self.push(None, segment);
        self.roots.insert(segment.to_owned(), id);
        id
    }

    /// `path` extended by one segment.
    pub fn child(&mut self, path: PathId, segment: &str) -> PathId {
        if let Some(found) = self.node(path).and_then(|node| node.children.get(segment)) {
            return *found;
        }
        let id = self.push(Some(path), segment);
        if let Some(node) = self.nodes.get_mut(path.0 as usize) {
            node.children.insert(segment.to_owned(), id);
        }
        id
    }

    /// The path of a dotted name.
    pub fn dotted(&mut self, name: &str) -> PathId {
        let (root, rest) = name.split_once('.').unwrap_or((name, ""));
        let root = self.root(root);
        rest.split('.')
            .filter(|segment| !segment.is_empty())
            .fold(root, |path, segment| self.child(path, segment))
    }

    /// The segments of a path, first to last.
    #[must_use]
    pub fn segments(&self, path: PathId) -> Vec<&str> {
        let mut segments = Vec::new();
        let mut next = Some(path);
        while let Some(node) = next.and_then(|id| self.node(id)) {
            segments.push(node.segment.as_str());
            next = node.parent;
        }
        segments.reverse();
        segments
    }

    /// The path as written: `torch.nn.functional`.
    #[must_use]
    pub fn text(&self, path: PathId) -> String {
        self.segments(path).join(".")
    }

    fn node(&self, path: PathId) -> Option<&Node> {
        self.nodes.get(path.0 as usize)
    }

    fn push(&mut self, parent: Option<PathId>, segment: &str) -> PathId {
        let id = PathId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(Node {
            parent,
            segment: segment.to_owned(),
            children: BTreeMap::new(),
        });
        id
    }
}
