//! The graph: nodes, and their edges in both directions.

use crate::list::{ListPart, PartialList};
use crate::texts::TextArena;
use countersign_names::Timestamp;
use countersign_sources::{NodeKind, PrivilegeLevel, Relation};

/// A node of one graph: its place in the order of sources and keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeIndex(pub(crate) u32);

/// A node as its source describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GraphNode<'g> {
    /// The source.
    pub source: &'g str,
    /// The key in the source.
    pub key: &'g str,
    /// The name, which is the key if only edges name the node.
    pub name: &'g str,
    /// What it is; `None` if only edges name it.
    pub kind: Option<NodeKind>,
    /// Whether the source says that it has power over the source.
    pub privileged: bool,
}

/// An edge, with who says so and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EdgeGrant<'g> {
    /// The source that says so.
    pub source: &'g str,
    /// What it is.
    pub relation: Relation,
    /// How much power it gives, if the source says.
    pub level: Option<PrivilegeLevel>,
    /// Whether it holds only under conditions.
    pub conditional: bool,
    /// What may be done, in the source's words, with commas between.
    pub rights: Option<&'g str>,
    /// The place in the source that says so.
    pub granted_by: Option<&'g str>,
    /// Who authorised it.
    pub authorised_by: Option<&'g str>,
    /// Since when.
    pub since: Option<Timestamp>,
}

/// What is said about edges, once for all that say the same. Texts are numbers of [`AccessGraph::texts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct EdgeStatement {
    pub(crate) relation: Relation,
    pub(crate) level: Option<PrivilegeLevel>,
    pub(crate) conditional: bool,
    pub(crate) rights: u32,
    pub(crate) granted_by: u32,
    pub(crate) authorised_by: u32,
    pub(crate) since: Option<Timestamp>,
}

/// An edge as one of its nodes has it: the other node, and what is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct EdgeLink {
    pub(crate) node: u32,
    pub(crate) statement: u32,
}

/// The links of each node, one node behind the other, each in the order of nodes and statements.
#[derive(Debug, Default)]
pub(crate) struct Adjacency {
    /// Where the links of each node begin, and the end.
    starts: Vec<u32>,
    links: Vec<EdgeLink>,
}

impl Adjacency {
    /// Makes it from sorted links, each with the node that has it.
    pub(crate) fn of(nodes: usize, sorted: impl Iterator<Item = (u32, EdgeLink)>) -> Self {
        let (mut starts, mut links) = (Vec::with_capacity(nodes + 1), Vec::new());
        for (node, link) in sorted {
            let begun = u32::try_from(links.len()).unwrap_or(u32::MAX);
            starts.resize(starts.len().max(node as usize + 1), begun);
            links.push(link);
        }
        links.shrink_to_fit();
        starts.resize(nodes + 1, u32::try_from(links.len()).unwrap_or(u32::MAX));
        Self { starts, links }
    }

    pub(crate) fn links(&self, node: u32) -> &[EdgeLink] {
        let at = node as usize;
        let (Some(start), Some(end)) = (self.starts.get(at), self.starts.get(at + 1)) else { return &[] };
        self.links.get(*start as usize..*end as usize).unwrap_or_default()
    }

    fn bytes(&self) -> usize {
        self.starts.capacity() * size_of::<u32>() + self.links.capacity() * size_of::<EdgeLink>()
    }
}

/// What is held of each node beside its texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NodeFacts {
    pub(crate) source: u32,
    pub(crate) kind: Option<NodeKind>,
    pub(crate) privileged: bool,
}

/// What sources say about who reaches what, at one moment. See the [room](crate) for what a relation means.
#[derive(Debug, Default)]
pub struct AccessGraph {
    /// The names of the sources, in their order.
    pub(crate) sources: Vec<Box<str>>,
    /// The nodes, in the order of sources and keys.
    pub(crate) nodes: Vec<NodeFacts>,
    pub(crate) keys: TextArena,
    pub(crate) names: TextArena,
    pub(crate) statements: Vec<EdgeStatement>,
    pub(crate) texts: TextArena,
    pub(crate) forward: Adjacency,
    pub(crate) backward: Adjacency,
}

impl AccessGraph {
    /// Returns the node of a source with this key.
    pub fn find(&self, source: &str, key: &str) -> Option<NodeIndex> {
        let place = self.sources.binary_search_by(|name| (**name).cmp(source)).ok()?;
        let place = u32::try_from(place).ok()?;
        let (mut low, mut high) = (0, u32::try_from(self.nodes.len()).ok()?);
        while low < high {
            let middle = low + (high - low) / 2;
            let facts = self.nodes.get(middle as usize)?;
            match (facts.source, self.keys.get(middle)).cmp(&(place, key)) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(NodeIndex(middle)),
            }
        }
        None
    }

    /// Returns whether there is a source of this name.
    pub fn has_source(&self, source: &str) -> bool {
        self.sources.binary_search_by(|name| (**name).cmp(source)).is_ok()
    }

    /// Returns the nodes of a source that have this name, whatever its case.
    pub fn named(&self, source: &str, name: &str, part: ListPart) -> PartialList<NodeIndex> {
        let place = self.sources.binary_search_by(|known| (**known).cmp(source));
        let Some(place) = place.ok().and_then(|place| u32::try_from(place).ok()) else {
            return PartialList::of(&[], part, |node: &NodeIndex| *node);
        };
        let first = self.nodes.partition_point(|facts| facts.source < place);
        let end = self.nodes.partition_point(|facts| facts.source <= place);
        let (ascii, folded) = (name.is_ascii(), name.to_lowercase());
        let is_named = |known: &str| {
            if ascii && known.is_ascii() {
                known.eq_ignore_ascii_case(name)
            } else {
                known.to_lowercase() == folded
            }
        };
        let found = (first..end).filter_map(|node| u32::try_from(node).ok()).map(NodeIndex);
        let found: Vec<NodeIndex> = found.filter(|node| is_named(self.names.get(node.0))).collect();
        PartialList::of(&found, part, |node| *node)
    }

    /// Returns a node. `None` if it is one of another graph.
    pub fn node(&self, index: NodeIndex) -> Option<GraphNode<'_>> {
        let facts = self.nodes.get(index.0 as usize)?;
        Some(GraphNode {
            source: self.sources.get(facts.source as usize)?,
            key: self.keys.get(index.0),
            name: self.names.get(index.0),
            kind: facts.kind,
            privileged: facts.privileged,
        })
    }

    /// Returns every node, in the order of sources and keys.
    pub fn nodes(&self) -> impl Iterator<Item = NodeIndex> {
        (0..u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)).map(NodeIndex)
    }

    /// Returns the number of edges.
    pub const fn edge_count(&self) -> usize {
        self.forward.links.len()
    }

    /// Returns the number of bytes that it takes in memory.
    pub fn bytes(&self) -> usize {
        let texts = self.keys.bytes() + self.names.bytes() + self.texts.bytes();
        let nodes = self.nodes.capacity() * size_of::<NodeFacts>();
        let statements = self.statements.capacity() * size_of::<EdgeStatement>();
        texts + nodes + statements + self.forward.bytes() + self.backward.bytes()
    }

    pub(crate) fn kind(&self, node: u32) -> Option<NodeKind> {
        self.nodes.get(node as usize).and_then(|facts| facts.kind)
    }

    pub(crate) fn is_account(&self, node: u32) -> bool {
        self.kind(node) == Some(NodeKind::Account)
    }

    /// Returns the edge from a node with this statement.
    pub(crate) fn grant(&self, from: u32, statement: u32) -> Option<EdgeGrant<'_>> {
        let source = self.node(NodeIndex(from))?.source;
        let said = self.statements.get(statement as usize)?;
        let text = |number: u32| (number != 0).then(|| self.texts.get(number));
        Some(EdgeGrant {
            source,
            relation: said.relation,
            level: said.level,
            conditional: said.conditional,
            rights: text(said.rights),
            granted_by: text(said.granted_by),
            authorised_by: text(said.authorised_by),
            since: said.since,
        })
    }
}
