//! Lists of people, accounts, groups or resources as CSV (RFC 4180), by a mapping that the caller declares.
//!
//! A column that the mapping does not name is not read. Every key is as its cell says, with the prefix of the mapping.

mod breaks;
mod cells;
mod header;
mod mapping;
mod rows;
mod schema;

pub use mapping::{CsvMapping, CsvMappingError};

use crate::reading::{ReadingReport, SourceError, SourceSink};
use crate::record::{EdgeBody, NodeBody, NodeKind, Relation, SourceKey, SourceNode, SourceRecord};
use crate::relations::{HeldRelations, InputPlace};
use crate::text::{fit, shortened};
use cells::{CellReader, UnreadCell};
use header::{BoundMapping, BoundRelation};
use mapping::{MappedRelation, RepeatedKeys};
use rows::{CsvRow, RowReader};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::BufRead;

/// A CSV file, and what its columns mean.
#[derive(Debug)]
pub struct CsvInput<'a, R> {
    /// The name of the file, for messages.
    pub name: &'a str,
    /// What its columns mean.
    pub mapping: &'a CsvMapping,
    /// Its bytes.
    pub input: R,
}

/// Reads one or several CSV files, which may refer to each other's keys.
///
/// Rows are read one after the other. Keys and relations are held until the end, because a row may name what comes later.
///
/// # Errors
/// [`SourceError::Malformed`] with the line and the file if the file is not UTF-8, lacks a column of the mapping, has a row
/// of another length than its header, a quote that does not end, or a key twice. Records that were handed over before must
/// not be used then.
pub fn read_csv<'a, R: BufRead, S: SourceSink>(
    inputs: impl IntoIterator<Item = CsvInput<'a, R>>,
    sink: &mut S,
) -> Result<ReadingReport, SourceError<S::Error>> {
    let mut reading = CsvReading::default();
    for CsvInput { name, mapping, input } in inputs {
        reading.names.push(name.to_owned());
        let mut rows = RowReader::open(input, mapping.separator, name)?;
        let header = rows.header()?;
        let bound = BoundMapping::of(mapping, &header)
            .map_err(|problem| SourceError::Malformed { line: 1, problem: format!("`{name}`: {problem}") })?;
        while let Some(row) = rows.next_row(header.len())? {
            reading.take(&bound, &row, sink)?;
        }
    }
    let CsvReading { mut report, relations, .. } = reading;
    relations.hand_over(&mut report, sink)?;
    Ok(report)
}

/// Files that are being read.
#[derive(Default)]
struct CsvReading {
    /// The names of the files so far.
    names: Vec<String>,
    report: ReadingReport,
    relations: HeldRelations,
    /// A digest of what the first row of a key says, where further rows may have the same key.
    first_rows: HashMap<SourceKey, u64>,
}

impl CsvReading {
    fn take<S: SourceSink>(
        &mut self,
        mapping: &BoundMapping<'_>,
        row: &CsvRow,
        sink: &mut S,
    ) -> Result<(), SourceError<S::Error>> {
        let file = self.names.last().map_or("", String::as_str);
        let place = format!("`{file}`, line {}", row.line);
        let key_cell = row.cell(mapping.key);
        let Some(key) = key_of(mapping.prefix, key_cell) else {
            let reason = if key_cell.is_empty() {
                format!("the cell of its key (column `{}`) is empty", mapping.key_column)
            } else {
                format!("`{}` is too long for a key or has a control character", shortened(key_cell))
            };
            self.report.leave_out(place, reason);
            return Ok(());
        };
        let attributes = self.attributes(mapping, row, &place);
        let name = mapping.name.and_then(|column| fit(row.cell(column)));
        let name = name.or_else(|| fit(key_cell)).unwrap_or_else(|| key.to_string());
        self.check_kind(&key, mapping.kind, row.line)?;
        if self.is_repeated(mapping, row, &key, (&name, &attributes), &place)? {
            return self.relate(mapping, row, &key, &place);
        }
        self.relate(mapping, row, &key, &place)?;
        let Ok(body) = serde_json::from_value::<NodeBody>(Value::Object(attributes)) else {
            // Every attribute of the schema is one of the record, which a test proves.
            self.report.leave_out(place, "its attributes do not fit a record");
            return Ok(());
        };
        self.report.nodes += 1;
        sink.take(SourceRecord::Node(Box::new(SourceNode { key, name, body }))).map_err(SourceError::Sink)
    }

    /// Reads the cells that are attributes, as the fields of the body of a node.
    fn attributes(&mut self, mapping: &BoundMapping<'_>, row: &CsvRow, place: &str) -> Map<String, Value> {
        let mut attributes = Map::new();
        attributes.insert("kind".to_owned(), mapping.kind.as_str().into());
        for column in &mapping.attributes {
            match CellReader::of(column).read(row.cell(column.place)) {
                Ok(None) => {}
                Ok(Some(value)) => {
                    attributes.insert(column.attribute.to_owned(), value);
                }
                Err(UnreadCell { reason }) => {
                    let reason = format!("column `{}`: {reason}", column.column);
                    self.report.leave_out(place, reason);
                }
            }
        }
        attributes
    }

    /// Notes the row as the description of its key. Returns whether an earlier row is.
    fn is_repeated<E>(
        &mut self,
        mapping: &BoundMapping<'_>,
        row: &CsvRow,
        key: &SourceKey,
        (name, attributes): (&str, &Map<String, Value>),
        place: &str,
    ) -> Result<bool, SourceError<E>> {
        let file = u32::try_from(self.names.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let mut hasher = DefaultHasher::new();
        (name, Value::Object(attributes.clone()).to_string()).hash(&mut hasher);
        let digest = hasher.finish();
        let Err(first) = self.relations.describe(key, mapping.kind, InputPlace { file, at: row.line }) else {
            if mapping.repeated_keys == RepeatedKeys::AddRelations {
                self.first_rows.insert(key.clone(), digest);
            }
            return Ok(false);
        };
        let first_file =
            usize::try_from(first.file).ok().and_then(|file| self.names.get(file)).map_or("", String::as_str);
        if mapping.repeated_keys == RepeatedKeys::AddRelations && first.file == file {
            if self.first_rows.get(key) != Some(&digest) {
                let first = first.at;
                self.report.leave_out(
                    place,
                    format!("its attributes differ from those in line {first}, which has the same key: those of line {first} are read"),
                );
            }
            return Ok(true);
        }
        let problem = format!(
            "`{}`: the key `{}` is in line {} of `{first_file}` already; if each row is one grant of many, set `repeated_keys = \"add_relations\"`; if the two are different things, give one mapping a `prefix`",
            self.names.last().map_or("", String::as_str),
            shortened(key.as_str()),
            first.at,
        );
        Err(SourceError::Malformed { line: row.line, problem })
    }

    /// Reads the cells that name other things.
    fn relate<E>(
        &mut self,
        mapping: &BoundMapping<'_>,
        row: &CsvRow,
        key: &SourceKey,
        place: &str,
    ) -> Result<(), SourceError<E>> {
        for relation in &mapping.relations {
            let cell = row.cell(relation.place);
            if relation.is_nothing(cell) {
                continue;
            }
            for name in relation.names(cell) {
                let Some(other) = key_of(&relation.rule.prefix, name) else {
                    let reason = format!(
                        "column `{}`: `{}` is too long for a key or has a control character",
                        relation.rule.column,
                        shortened(name)
                    );
                    self.report.leave_out(place, reason);
                    continue;
                };
                self.check_kind(&other, relation.rule.kind, row.line)?;
                if !relation.rule.only_known {
                    self.relations.mention(&other, || mentioned(relation.rule.kind, name));
                }
                let body = edge_body(relation, row, place);
                match relation.rule.relation {
                    MappedRelation::MemberOf => self.relations.add(key, Relation::MemberOf, &other, body),
                    MappedRelation::HasMember => self.relations.add(&other, Relation::MemberOf, key, body),
                    MappedRelation::May => self.relations.add(key, Relation::May, &other, body),
                    MappedRelation::Controls => self.relations.add(key, Relation::Controls, &other, body),
                    MappedRelation::ControlledBy => self.relations.add(&other, Relation::Controls, key, body),
                }
            }
        }
        Ok(())
    }

    /// Refuses a key that is the key of another kind of thing already.
    fn check_kind<E>(&self, key: &SourceKey, kind: NodeKind, line: u64) -> Result<(), SourceError<E>> {
        let Some(known) = self.relations.kind_of(key).filter(|known| *known != kind) else { return Ok(()) };
        let problem = format!(
            "`{}`: `{}` is the key of a thing of the kind {} and of one of the kind {}: give one of them a `prefix` in the mapping",
            self.names.last().map_or("", String::as_str),
            shortened(key.as_str()),
            known.as_str(),
            kind.as_str()
        );
        Err(SourceError::Malformed { line, problem })
    }
}

fn key_of(prefix: &str, cell: &str) -> Option<SourceKey> {
    if cell.is_empty() { None } else { SourceKey::new(&format!("{prefix}{cell}")) }
}

/// Returns the node of something that no row describes.
fn mentioned(kind: NodeKind, name: &str) -> (String, NodeBody) {
    let body = match kind {
        NodeKind::Person => NodeBody::Person(Default::default()),
        NodeKind::Group => NodeBody::Group(Default::default()),
        NodeKind::Role => NodeBody::Role(Default::default()),
        NodeKind::Resource => NodeBody::Resource(Default::default()),
        NodeKind::Account | NodeKind::Credential => NodeBody::Account(Default::default()),
    };
    (fit(name).unwrap_or_else(|| name.to_owned()), body)
}

fn edge_body(relation: &BoundRelation<'_>, row: &CsvRow, place: &str) -> EdgeBody {
    let rights = relation.rights_place.and_then(|column| fit(row.cell(column)));
    EdgeBody {
        rights: rights.map_or_else(|| relation.rule.rights.clone(), |right| vec![right]),
        level: relation.rule.level,
        // Where each row is a grant, the row is its place; a list in one cell would repeat the line for nothing.
        granted_by: relation.rights_place.map(|_| place.to_owned()),
        ..EdgeBody::default()
    }
}
