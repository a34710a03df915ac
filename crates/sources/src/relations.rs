//! Relations that are held until the end of an input, because what they lead to may come later in it.

use crate::merging::merge;
use crate::reading::{ReadingReport, SourceError, SourceSink};
use crate::record::{
    EdgeBody, NodeBody, NodeKind, Relation, SourceEdge, SourceKey, SourceNode, SourceRecord,
};
use crate::text::shortened;
use std::collections::HashMap;

/// Maximum number of relations of an input. Each takes twelve bytes until the end of the reading.
const MOST_RELATIONS: usize = 20_000_000;

/// A place in one of the files of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InputPlace {
    /// The number of the file.
    pub(crate) file: u32,
    /// The line or the record, counted from 1.
    pub(crate) at: u64,
}

/// What the relations of an input refer to, and the relations themselves.
#[derive(Default)]
pub(crate) struct HeldRelations {
    numbers: HashMap<SourceKey, u32>,
    ends: Vec<RelationEnd>,
    /// What is said about relations. Many of them say the same.
    bodies: Vec<(Relation, EdgeBody)>,
    known_bodies: HashMap<(Relation, EdgeBody), u32>,
    /// The numbers of the two ends and of the body.
    relations: Vec<(u32, u32, u32)>,
    /// Number of relations beyond the maximum.
    beyond: u64,
}

/// A node that a relation begins or ends at.
struct RelationEnd {
    key: SourceKey,
    description: EndDescription,
}

/// Where a node is described.
enum EndDescription {
    /// Nowhere so far.
    Missing,
    /// Nowhere so far, but its mention says enough to make a node of it.
    Mention(Box<(String, NodeBody)>),
    /// At this place, as this kind of thing. Its node was handed over.
    Place(NodeKind, InputPlace),
}

impl HeldRelations {
    /// Notes that the input describes this node here. Returns the place of an earlier description.
    pub(crate) fn describe(
        &mut self,
        key: &SourceKey,
        kind: NodeKind,
        place: InputPlace,
    ) -> Result<(), InputPlace> {
        let Some(end) = self.end_mut(key) else { return Ok(()) };
        if let EndDescription::Place(_, first) = end.description {
            return Err(first);
        }
        end.description = EndDescription::Place(kind, place);
        Ok(())
    }

    /// Returns the kind of a node, if its description or its mention was read.
    pub(crate) fn kind_of(&self, key: &SourceKey) -> Option<NodeKind> {
        match &self.end(*self.numbers.get(key)?)?.description {
            EndDescription::Missing => None,
            EndDescription::Mention(node) => Some(node.1.kind()),
            EndDescription::Place(kind, _) => Some(*kind),
        }
    }

    /// Notes what to hand over for this node if the input describes it nowhere. The first such note holds.
    pub(crate) fn mention(&mut self, key: &SourceKey, node: impl FnOnce() -> (String, NodeBody)) {
        let Some(end) = self.end_mut(key) else { return };
        if matches!(end.description, EndDescription::Missing) {
            end.description = EndDescription::Mention(Box::new(node()));
        }
    }

    /// Adds a relation.
    pub(crate) fn add(&mut self, from: &SourceKey, relation: Relation, to: &SourceKey, body: EdgeBody) {
        if self.relations.len() >= MOST_RELATIONS {
            self.beyond += 1;
            return;
        }
        let described = (relation, body);
        let body = match self.known_bodies.get(&described) {
            Some(body) => *body,
            None => {
                let body = u32::try_from(self.bodies.len()).unwrap_or(u32::MAX);
                self.bodies.push(described.clone());
                self.known_bodies.insert(described, body);
                body
            }
        };
        let (from, to) = (self.number(from), self.number(to));
        self.relations.push((from, to, body));
    }

    /// Hands over the nodes that are only mentioned, then every relation once, and reports those that lead to nothing.
    pub(crate) fn hand_over<S: SourceSink>(
        mut self,
        report: &mut ReadingReport,
        sink: &mut S,
    ) -> Result<(), SourceError<S::Error>> {
        self.report_beyond(report);
        for end in &mut self.ends {
            let EndDescription::Mention(node) = &mut end.description else { continue };
            let (name, body) = (std::mem::take(&mut node.0), node.1.clone());
            end.description = EndDescription::Place(body.kind(), InputPlace { file: 0, at: 0 });
            report.nodes += 1;
            let node = SourceNode { key: end.key.clone(), name, body };
            sink.take(SourceRecord::Node(Box::new(node))).map_err(SourceError::Sink)?;
        }
        let mut relations = std::mem::take(&mut self.relations);
        relations.sort_unstable_by_key(|(from, to, body)| (*from, self.relation(*body), *to, *body));
        relations.dedup();
        let mut pending: Option<SourceEdge> = None;
        for held in relations {
            let Some(edge) = self.edge(held, report) else { continue };
            match &mut pending {
                Some(known)
                    if known.from == edge.from && known.relation == edge.relation && known.to == edge.to =>
                {
                    merge(&mut known.body, edge.body);
                }
                _ => take(pending.replace(edge), report, sink)?,
            }
        }
        take(pending, report, sink)
    }

    fn report_beyond(&self, report: &mut ReadingReport) {
        if self.beyond > 0 {
            report.unread += self.beyond - 1;
            let reason = format!(
                "{} relations are more than the {MOST_RELATIONS} that one input may have",
                self.beyond
            );
            report.leave_out("relations", reason);
        }
    }

    fn number(&mut self, key: &SourceKey) -> u32 {
        if let Some(number) = self.numbers.get(key) {
            return *number;
        }
        let number = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.ends.push(RelationEnd { key: key.clone(), description: EndDescription::Missing });
        self.numbers.insert(key.clone(), number);
        number
    }

    fn end_mut(&mut self, key: &SourceKey) -> Option<&mut RelationEnd> {
        let number = self.number(key);
        self.ends.get_mut(usize::try_from(number).ok()?)
    }

    fn end(&self, number: u32) -> Option<&RelationEnd> {
        self.ends.get(usize::try_from(number).ok()?)
    }

    fn relation(&self, body: u32) -> Option<Relation> {
        Some(self.bodies.get(usize::try_from(body).ok()?)?.0)
    }

    fn edge(&self, (from, to, body): (u32, u32, u32), report: &mut ReadingReport) -> Option<SourceEdge> {
        let (from, to) = (self.end(from)?, self.end(to)?);
        let (relation, body) = self.bodies.get(usize::try_from(body).ok()?)?;
        let missing =
            [from, to].into_iter().find(|end| !matches!(end.description, EndDescription::Place(..)));
        if let Some(missing) = missing {
            let (from, to) = (shortened(from.key.as_str()), shortened(to.key.as_str()));
            let missing = shortened(missing.key.as_str());
            report.leave_out(
                format!("`{from}` {} `{to}`", relation.as_str()),
                format!("the input does not describe `{missing}`"),
            );
            return None;
        }
        let (from, to) = (from.key.clone(), to.key.clone());
        Some(SourceEdge { from, relation: *relation, to, body: body.clone() })
    }
}

fn take<S: SourceSink>(
    edge: Option<SourceEdge>,
    report: &mut ReadingReport,
    sink: &mut S,
) -> Result<(), SourceError<S::Error>> {
    let Some(edge) = edge else { return Ok(()) };
    report.edges += 1;
    sink.take(SourceRecord::Edge(edge)).map_err(SourceError::Sink)
}
