//! Active Directory as SharpHound and its relatives collect it for BloodHound: JSON of the versions 4 to 6 of its format.
//!
//! Who controls what becomes a relation `controls`: rights over objects, sessions, administrators of computers, delegation,
//! organizational units and group policies. A shortest path over these and the memberships is a path of attack.

mod document;
mod objects;
mod privileges;
mod stream;
mod well_known;

use crate::reading::{ReadingReport, SourceError, SourceSink};
use crate::record::{SourceKey, SourceNode, SourceRecord};
use crate::relations::{HeldRelations, InputPlace};
use crate::text::shortened;
use document::{HoundObject, ObjectClass};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

/// Maximum number of kinds of rights that the report names.
const MOST_RIGHTS: usize = 100;

/// One file of a collection.
#[derive(Debug)]
pub struct SharpHoundFile<'a, R> {
    /// Its name, as the collector gave it: `20260131_users.json`.
    pub name: &'a str,
    /// Its bytes.
    pub input: R,
}

/// Reads a collection: the JSON files of one run, in any order.
///
/// Objects are read one after the other. Keys and relations are held until the end, because an object may name what comes
/// later.
///
/// # Errors
/// [`SourceError::Malformed`] with the file if it is not of the format, mixes kinds of objects, or describes an object that
/// was described already. Records that were handed over before must not be used then.
pub fn read_sharphound<'a, R: Read, S: SourceSink>(
    files: impl IntoIterator<Item = SharpHoundFile<'a, R>>,
    sink: &mut S,
) -> Result<ReadingReport, SourceError<S::Error>> {
    let mut reading = HoundReading::default();
    for SharpHoundFile { name, input } in files {
        reading.names.push(name.to_owned());
        stream::read(name, input, stream::LONGEST_OBJECT, &mut |object, class, number| {
            reading.take(object, class, number, sink)
        })
        .and_then(|outcome| reading.end_of_file(outcome))?;
    }
    reading.link_well_known_groups();
    let HoundReading { mut report, relations, unknown_rights, uncollected, .. } = reading;
    for (right, count) in unknown_rights {
        report.leave_out(
            format!("the right `{}`", shortened(&right)),
            format!("{count} access control entries have it, and it is not read"),
        );
    }
    for (what, count) in uncollected {
        report.leave_out(what, format!("they were not collected on {count} computers"));
    }
    relations.hand_over(&mut report, sink)?;
    Ok(report)
}

/// A collection that is being read.
#[derive(Default)]
struct HoundReading {
    /// The names of the files so far.
    names: Vec<String>,
    report: ReadingReport,
    relations: HeldRelations,
    /// The domains: name and security identifier.
    domains: BTreeSet<(String, String)>,
    unknown_rights: BTreeMap<String, u64>,
    /// What was not collected, on how many computers.
    uncollected: BTreeMap<&'static str, u64>,
}

impl HoundReading {
    fn take<S: SourceSink>(
        &mut self,
        object: HoundObject,
        class: ObjectClass,
        number: u64,
        sink: &mut S,
    ) -> Result<(), SourceError<S::Error>> {
        let file = self.names.last().map_or("", String::as_str);
        let place = format!("`{file}`, record {number}");
        let Some(key) = key_of(&object.object_identifier) else {
            self.report
                .leave_out(place, "its `ObjectIdentifier` is empty, too long or has a control character");
            return Ok(());
        };
        if object.is_deleted {
            self.report.leave_out(place, format!("`{}` is deleted", shortened(key.as_str())));
            return Ok(());
        }
        let body = objects::body(&object, class, &key);
        let file_number = u32::try_from(self.names.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let described = InputPlace { file: file_number, at: number };
        if let Err(first) = self.relations.describe(&key, body.kind(), described) {
            let first_file = usize::try_from(first.file).ok().and_then(|file| self.names.get(file));
            let problem = format!(
                "{place}: `{}` is described in record {} of `{}` already: give the files of one collection only",
                shortened(key.as_str()),
                first.at,
                first_file.map_or("", String::as_str)
            );
            return Err(SourceError::Malformed { line: 1, problem });
        }
        let name = objects::name(&object, &key);
        self.relate(&object, class, &key);
        self.report.nodes += 1;
        let node = SourceNode { key, name, body };
        sink.take(SourceRecord::Node(Box::new(node))).map_err(SourceError::Sink)
    }

    fn end_of_file<E>(&mut self, outcome: stream::FileOutcome) -> Result<(), SourceError<E>> {
        let file = format!("`{}`", self.names.last().map_or("", String::as_str));
        let stream::FileOutcome { objects, unclassed, meta, .. } = outcome;
        if unclassed > 0 {
            let class = meta.as_ref().and_then(|meta| meta.class.as_deref()).unwrap_or("unknown");
            self.report.unread += unclassed - 1;
            let reason = format!("its {unclassed} objects of the type `{}` are not read", shortened(class));
            self.report.leave_out(file.clone(), reason);
        }
        match meta.and_then(|meta| meta.count) {
            Some(count) if count != objects => {
                let reason =
                    format!("it says that it has {count} objects and has {objects}: is it cut, or edited?");
                self.report.leave_out(file, reason);
            }
            _ => {}
        }
        Ok(())
    }

    /// Notes a right that is not known.
    fn unknown_right(&mut self, name: &str) {
        if let Some(count) = self.unknown_rights.get_mut(name) {
            *count += 1;
        } else if self.unknown_rights.len() < MOST_RIGHTS {
            self.unknown_rights.insert(name.to_owned(), 1);
        }
    }

    /// Notes what to hand over for an object that no file describes.
    fn mention(&mut self, key: &SourceKey, class: &str, name: Option<&str>) {
        let Some(body) = well_known::mentioned(key.as_str(), class) else { return };
        self.relations.mention(key, || (mentioned_name(key, name), body));
    }
}

fn mentioned_name(key: &SourceKey, name: Option<&str>) -> String {
    let known = well_known::name(key.as_str()).map(str::to_owned);
    name.and_then(crate::text::fit).or(known).unwrap_or_else(|| key.to_string())
}

/// Returns the key of an object: identifiers are compared without regard to case.
fn key_of(identifier: &str) -> Option<SourceKey> {
    SourceKey::new(&identifier.trim().to_ascii_uppercase())
}
