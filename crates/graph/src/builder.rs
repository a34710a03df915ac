//! Building a graph.

use crate::error::GraphError;
use crate::graph::{AccessGraph, Adjacency, EdgeLink, EdgeStatement, NodeFacts};
use crate::texts::{TextArena, TextNumbers};
use countersign_sources::{EdgeBody, NodeBody, NodeKind, Relation, SourceNode, SourceRecord};
use std::cmp::Reverse;
use std::collections::HashMap;

/// A source of the graph that is being built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SourceNumber(u32);

/// A node of the graph that is being built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NodeNumber(u32);

/// A node that was named, and perhaps described.
struct NamedNode {
    source: SourceNumber,
    key: Box<str>,
    /// The name if it is another text than the key.
    name: Option<Box<str>>,
    kind: Option<NodeKind>,
    privileged: bool,
}

/// An edge between two nodes, with the number of what is said about it.
type NumberedEdge = (u32, u32, u32);

/// Takes what sources say, in any order, and builds a graph of it.
#[derive(Default)]
pub struct GraphBuilder {
    sources: Vec<Box<str>>,
    numbers: Vec<HashMap<Box<str>, NodeNumber>>,
    nodes: Vec<NamedNode>,
    edges: Vec<NumberedEdge>,
    statements: HashMap<EdgeStatement, u32>,
    texts: TextNumbers,
}

impl GraphBuilder {
    /// Returns the number of a source, which is a new one if this is its first name.
    ///
    /// # Errors
    /// [`GraphError::TooLarge`] if there are too many.
    pub fn source(&mut self, name: &str) -> Result<SourceNumber, GraphError> {
        let known = self.sources.iter().position(|known| **known == *name);
        let place = known.unwrap_or_else(|| {
            self.sources.push(name.into());
            self.numbers.push(HashMap::new());
            self.sources.len() - 1
        });
        u32::try_from(place).map(SourceNumber).map_err(|_| GraphError::TooLarge { what: "sources" })
    }

    /// Returns the number of a node, which need not be described yet.
    ///
    /// # Errors
    /// [`GraphError::TooLarge`] if there are too many.
    pub fn number(&mut self, source: SourceNumber, key: &str) -> Result<NodeNumber, GraphError> {
        let next = u32::try_from(self.nodes.len()).ok().filter(|next| *next < u32::MAX);
        let next = NodeNumber(next.ok_or(GraphError::TooLarge { what: "nodes" })?);
        let Some(numbers) = self.numbers.get_mut(source.0 as usize) else { return Ok(next) };
        if let Some(known) = numbers.get(key) {
            return Ok(*known);
        }
        numbers.insert(key.into(), next);
        self.nodes.push(NamedNode { source, key: key.into(), name: None, kind: None, privileged: false });
        Ok(next)
    }

    /// Describes a node. A later description takes the place of an earlier one.
    ///
    /// # Errors
    /// [`GraphError::TooLarge`] if there are too many.
    pub fn describe(&mut self, source: SourceNumber, node: &SourceNode) -> Result<NodeNumber, GraphError> {
        let number = self.number(source, node.key.as_str())?;
        if let Some(named) = self.nodes.get_mut(number.0 as usize) {
            named.name = Some(node.name.as_str()).filter(|name| **name != *named.key).map(Into::into);
            named.kind = Some(node.body.kind());
            named.privileged = match &node.body {
                NodeBody::Group(group) | NodeBody::Role(group) => group.privileged == Some(true),
                NodeBody::Person(_) | NodeBody::Account(_) => false,
                NodeBody::Resource(_) | NodeBody::Credential(_) => false,
            };
        }
        Ok(number)
    }

    /// Adds an edge between two nodes. The same edge is held once.
    ///
    /// # Errors
    /// [`GraphError::TooLarge`] if there are too many.
    pub fn connect(
        &mut self,
        (from, relation, to): (NodeNumber, Relation, NodeNumber),
        said: &EdgeBody,
    ) -> Result<(), GraphError> {
        let rights = said.rights.join(", ");
        let statement = EdgeStatement {
            relation,
            level: said.level,
            conditional: said.conditional,
            rights: self.texts.number(Some(rights.as_str()).filter(|rights| !rights.is_empty()))?,
            granted_by: self.texts.number(said.granted_by.as_deref())?,
            authorised_by: self.texts.number(said.authorised_by.as_deref())?,
            since: said.since,
        };
        let next = u32::try_from(self.statements.len()).unwrap_or(u32::MAX);
        let statement = *self.statements.entry(statement).or_insert(next);
        if u32::try_from(self.edges.len()).is_err() {
            return Err(GraphError::TooLarge { what: "edges" });
        }
        self.edges.push((from.0, to.0, statement));
        Ok(())
    }

    /// Adds what a source says.
    ///
    /// # Errors
    /// [`GraphError::TooLarge`] if there is too much.
    pub fn add(&mut self, source: SourceNumber, record: &SourceRecord) -> Result<(), GraphError> {
        match record {
            SourceRecord::Node(node) => self.describe(source, node).map(drop),
            SourceRecord::Edge(edge) => {
                let from = self.number(source, edge.from.as_str())?;
                let to = self.number(source, edge.to.as_str())?;
                self.connect((from, edge.relation, to), &edge.body)
            }
        }
    }

    /// Builds the graph.
    ///
    /// # Errors
    /// [`GraphError::TooLarge`] if there is too much.
    pub fn build(self) -> Result<AccessGraph, GraphError> {
        let Self { sources, numbers, nodes, mut edges, statements, texts } = self;
        drop(numbers);
        let (sources, places) = in_order_of_names(sources);
        let (order, indexes) = in_order_of_keys(&nodes, &places);
        let texts = texts.into_arena()?;
        let (statements, preferred) = in_order_of_preference(statements, &texts);
        let mut graph = AccessGraph { sources, statements, texts, ..AccessGraph::default() };
        graph.nodes.reserve_exact(nodes.len());
        for node in order.iter().filter_map(|number| nodes.get(*number as usize)) {
            let source = at(&places, node.source.0);
            graph.nodes.push(NodeFacts { source, kind: node.kind, privileged: node.privileged });
            graph.keys.push(&node.key)?;
            graph.names.push(node.name.as_deref().unwrap_or(&node.key))?;
        }
        drop(nodes);
        for (from, to, statement) in &mut edges {
            *from = at(&indexes, *from);
            *to = at(&indexes, *to);
            *statement = at(&preferred, *statement);
        }
        edges.sort_unstable();
        edges.dedup();
        let link =
            |(from, to, statement): &NumberedEdge| (*from, EdgeLink { node: *to, statement: *statement });
        graph.forward = Adjacency::of(order.len(), edges.iter().map(link));
        for (from, to, _) in &mut edges {
            std::mem::swap(from, to);
        }
        edges.sort_unstable();
        graph.backward = Adjacency::of(order.len(), edges.iter().map(link));
        Ok(graph)
    }
}

fn at(places: &[u32], number: u32) -> u32 {
    places.get(number as usize).copied().unwrap_or(u32::MAX)
}

/// Returns for each number its place in an order, which lists the numbers.
fn places_of(order: &[u32]) -> Vec<u32> {
    let mut places = vec![0; order.len()];
    for (place, number) in (0..).zip(order) {
        if let Some(slot) = places.get_mut(*number as usize) {
            *slot = place;
        }
    }
    places
}

/// Returns the numbers from 0, sorted by a key.
fn sorted_by_key<K: Ord>(count: usize, key: impl FnMut(&u32) -> K) -> Vec<u32> {
    let mut order: Vec<u32> = (0..u32::try_from(count).unwrap_or(u32::MAX)).collect();
    order.sort_by_cached_key(key);
    order
}

fn in_order_of_names(sources: Vec<Box<str>>) -> (Vec<Box<str>>, Vec<u32>) {
    let order = sorted_by_key(sources.len(), |number| sources.get(*number as usize));
    let places = places_of(&order);
    let mut sorted = sources;
    sorted.sort_unstable();
    (sorted, places)
}

/// Returns the numbers of the nodes in their order, and the place of each.
fn in_order_of_keys(nodes: &[NamedNode], sources: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let order = sorted_by_key(nodes.len(), |number| {
        nodes.get(*number as usize).map(|node| (at(sources, node.source.0), &node.key))
    });
    let places = places_of(&order);
    (order, places)
}

/// Returns the statements, the one that counts first where two nodes have several edges: by relation, then the strongest,
/// then by their texts; and the place of each.
fn in_order_of_preference(
    statements: HashMap<EdgeStatement, u32>,
    texts: &TextArena,
) -> (Vec<EdgeStatement>, Vec<u32>) {
    let mut sorted: Vec<(EdgeStatement, u32)> = statements.into_iter().collect();
    sorted.sort_unstable_by_key(|(said, _)| {
        let texts = [said.granted_by, said.authorised_by, said.rights].map(|number| texts.get(number));
        (said.relation, Reverse(said.level), said.conditional, texts, *said)
    });
    let numbers: Vec<u32> = sorted.iter().map(|(_, number)| *number).collect();
    (sorted.into_iter().map(|(said, _)| said).collect(), places_of(&numbers))
}
