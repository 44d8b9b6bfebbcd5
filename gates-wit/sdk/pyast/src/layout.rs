//! Which file of the bundle an import finds.
//!
//! The rules are those of the run: the directories on the path are the bundle's root and then the entries' own; in one
//! directory a package with `__init__.py` wins over `name.py`, which wins over a plain folder.

use std::collections::BTreeMap;

use crate::program::ModuleIndex;

/// A module, package or plain folder of the bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

#[derive(Debug, Default)]
struct Node {
    children: BTreeMap<String, NodeId>,
    parent: Option<NodeId>,
    /// `__init__.py` of the folder.
    package: Option<ModuleIndex>,
    /// `name.py` beside the folder.
    file: Option<ModuleIndex>,
}

/// The bundle's files as an import sees them.
#[derive(Debug)]
pub struct Layout {
    nodes: Vec<Node>,
    roots: Vec<NodeId>,
    /// The folder of each module, where its relative imports start.
    folders: Vec<NodeId>,
}

impl Layout {
    /// Builds the layout of `paths`, the bundle paths of all modules in their order. `search` lists the folders on
    /// the import path behind the bundle's root, first one first.
    #[must_use]
    pub fn new<'p>(paths: impl Iterator<Item = &'p str>, search: &[String]) -> Self {
        let mut layout = Self {
            nodes: vec![Node::default()],
            roots: Vec::new(),
            folders: Vec::new(),
        };
        for (index, path) in paths.enumerate() {
            let index = ModuleIndex::new(index);
            let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
            let folder = layout.folder(folder);
            layout.folders.push(folder);
            let stem = file.strip_suffix(".py").unwrap_or(file);
            if stem == "__init__" {
                layout.node_mut(folder, |node| node.package = Some(index));
            } else {
                let node = layout.enter(folder, stem);
                layout.node_mut(node, |node| node.file = Some(index));
            }
        }
        layout.roots.push(NodeId(0));
        for folder in search {
            let node = layout.folder(folder.trim_matches('/'));
            if !layout.roots.contains(&node) {
                layout.roots.push(node);
            }
        }
        layout
    }

    /// What `import name` (dotted) finds in the bundle; each prefix must exist there.
    #[must_use]
    pub fn absolute(&self, name: &str) -> Option<NodeId> {
        self.anywhere(name).next()
    }

    /// What `import name` may find in any of the folders on the path. An entry that is loaded under its own name hides
    /// what comes before it on the path, so who judges what is reached must judge them all.
    pub fn anywhere(&self, name: &str) -> impl Iterator<Item = NodeId> {
        self.roots
            .iter()
            .filter_map(move |root| self.descend(*root, name))
    }

    /// What `from ...name import` finds: `level` dots (at least one) from the folder of `from`.
    #[must_use]
    pub fn relative(&self, from: ModuleIndex, level: u32, name: Option<&str>) -> Option<NodeId> {
        let mut folder = *self.folders.get(from.get())?;
        for _ in 1..level {
            folder = self.node(folder)?.parent?;
        }
        name.map_or(Some(folder), |name| self.descend(folder, name))
    }

    /// The module or package called `name` directly inside `node`.
    #[must_use]
    pub fn child(&self, node: NodeId, name: &str) -> Option<NodeId> {
        self.node(node)?.children.get(name).copied()
    }

    /// The file that is executed when `node` is imported.
    #[must_use]
    pub fn module(&self, node: NodeId) -> Option<ModuleIndex> {
        let node = self.node(node)?;
        node.package.or(node.file)
    }

    fn descend(&self, from: NodeId, name: &str) -> Option<NodeId> {
        name.split('.')
            .try_fold(from, |node, segment| self.child(node, segment))
    }

    fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0 as usize)
    }

    fn node_mut(&mut self, id: NodeId, change: impl FnOnce(&mut Node)) {
        if let Some(node) = self.nodes.get_mut(id.0 as usize) {
            change(node);
        }
    }

    fn folder(&mut self, path: &str) -> NodeId {
        path.split('/')
            .filter(|segment| !segment.is_empty())
            .fold(NodeId(0), |node, segment| self.enter(node, segment))
    }

    fn enter(&mut self, parent: NodeId, name: &str) -> NodeId {
        if let Some(found) = self.child(parent, name) {
            return found;
        }
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(Node {
            parent: Some(parent),
            ..Node::default()
        });
        self.node_mut(parent, |node| {
            node.children.insert(name.to_owned(), id);
        });
        id
    }
}
