//! Memberships: named by distinguished name, by login, by number, on either side, and before or after the entry itself.

use super::attributes::EntryAttributes;
use super::identifiers::sid;
use super::name;
use crate::reading::ReadingReport;
use crate::record::{EdgeBody, Relation, SourceEdge, SourceKey};
use crate::text::shortened;
use std::collections::HashMap;

/// Maximum number of memberships of an input. Each takes eight bytes until the end of the reading.
const MOST_MEMBERSHIPS: usize = 20_000_000;

/// What the memberships of an input refer to, and the memberships themselves.
#[derive(Default)]
pub(super) struct References {
    /// The number of each referent by its reference: a distinguished name, or one of the other ways to name an entry, with a
    /// prefix that no distinguished name has.
    numbers: HashMap<Box<str>, u32>,
    /// For each number its reference, where it was first named, and its entry.
    referents: Vec<Referent>,
    /// Where each key is.
    keys: HashMap<SourceKey, u64>,
    /// Pairs of member and group.
    memberships: Vec<(u32, u32)>,
    /// Number of memberships beyond the maximum.
    beyond: u64,
}

/// What a reference stands for.
struct Referent {
    reference: Box<str>,
    target: ReferredEntry,
}

/// The entry that a reference leads to.
enum ReferredEntry {
    /// No entry of the input so far.
    Nothing,
    /// The entry with this key, which begins at this line.
    Entry(SourceKey, u64),
    /// The entry of the referent with this number: another name of it.
    Same(u32),
}

impl References {
    /// Notes that the entry with this name is this record. Returns the line of an earlier entry with the same name or the
    /// same key.
    pub(super) fn define(&mut self, dn: &str, key: &SourceKey, line: u64) -> Result<(), u64> {
        let number = self.number(dn);
        if let Some(first) = self.keys.get(key) {
            return Err(*first);
        }
        self.keys.insert(key.clone(), line);
        match self.target_mut(number) {
            Some(ReferredEntry::Entry(_, first)) => Err(*first),
            Some(target) => {
                *target = ReferredEntry::Entry(key.clone(), line);
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn number(&mut self, reference: &str) -> u32 {
        if let Some(number) = self.numbers.get(reference) {
            return *number;
        }
        let number = u32::try_from(self.referents.len()).unwrap_or(u32::MAX);
        let reference: Box<str> = reference.into();
        self.referents.push(Referent { reference: reference.clone(), target: ReferredEntry::Nothing });
        self.numbers.insert(reference, number);
        number
    }

    fn target_mut(&mut self, number: u32) -> Option<&mut ReferredEntry> {
        Some(&mut self.referents.get_mut(usize::try_from(number).ok()?)?.target)
    }

    /// Collects what an entry says about memberships, and the other names by which groups refer to it. `leave_out` learns
    /// of what cannot be resolved.
    pub(super) fn collect(
        &mut self,
        attributes: &EntryAttributes,
        dn: &str,
        mut leave_out: impl FnMut(String),
    ) {
        let own = self.number(dn);
        self.collect_other_names(attributes, own);
        for attribute in ["member", "uniquemember", "roleoccupant"] {
            for (described, value) in attributes.described(attribute) {
                if let Some(to) = unfinished_range(described) {
                    leave_out(format!(
                        "it has only the members up to number {to}; export with ranges, or import over LDAP"
                    ));
                }
                if let Some(member) = self.named(value, &mut leave_out) {
                    self.add(member, own);
                }
            }
        }
        for value in attributes.bytes("memberof") {
            if let Some(group) = self.named(value, &mut leave_out) {
                self.add(own, group);
            }
        }
        for login in attributes.texts("memberuid") {
            let member = self.number(&by_login(login));
            self.add(member, own);
        }
        if attributes.has("memberurl") {
            leave_out(
                "its members are those of a search (`memberURL`), which an export does not have".to_owned(),
            );
        }
        // The primary group of an account is not among the members that the group lists.
        if let Some(group) = primary_group(attributes) {
            let group = self.number(&group);
            self.add(own, group);
        }
    }

    /// Makes the other names of an entry lead to it.
    fn collect_other_names(&mut self, attributes: &EntryAttributes, own: u32) {
        let is_group = attributes.texts("objectclass").any(|class| class.eq_ignore_ascii_case("posixgroup"));
        let number = attributes.number("gidnumber").filter(|_| is_group).map(by_number);
        let login = attributes.texts("uid").next().filter(|_| !is_group).map(by_login);
        for reference in sid(attributes).map(|sid| by_sid(&sid)).into_iter().chain(number).chain(login) {
            let other = self.number(&reference);
            // Where two entries share a number or a login, the first has it: the directory itself is ambiguous.
            if let Some(target @ ReferredEntry::Nothing) = self.target_mut(other) {
                *target = ReferredEntry::Same(own);
            }
        }
    }

    fn named(&mut self, value: &[u8], leave_out: &mut impl FnMut(String)) -> Option<u32> {
        let text = String::from_utf8_lossy(value);
        let dn = name::normalised(without_bits(&text));
        if dn.is_none() {
            leave_out(format!("`{}` is not the distinguished name of a member", shortened(&text)));
        }
        dn.map(|dn| self.number(&dn))
    }

    fn add(&mut self, member: u32, group: u32) {
        if self.memberships.len() < MOST_MEMBERSHIPS {
            self.memberships.push((member, group));
        } else {
            self.beyond += 1;
        }
    }

    /// Returns every membership once, as numbers of entries, and reports those that lead to no entry.
    pub(super) fn resolve(&mut self, report: &mut ReadingReport) -> Vec<(u32, u32)> {
        if self.beyond > 0 {
            report.unread += self.beyond - 1;
            let reason = format!(
                "{} memberships are more than the {MOST_MEMBERSHIPS} that one input may have",
                self.beyond
            );
            report.leave_out("memberships", reason);
        }
        let mut memberships = std::mem::take(&mut self.memberships);
        memberships.sort_unstable();
        memberships.dedup();
        memberships.retain_mut(|(member, group)| {
            let entries = self
                .entry(*member)
                .ok_or(*member)
                .and_then(|from| Ok((from, self.entry(*group).ok_or(*group)?)));
            match entries {
                Ok(entries) => {
                    (*member, *group) = entries;
                    true
                }
                Err(missing) => {
                    report.leave_out(
                        format!("the membership of {} in {}", self.shown(*member), self.shown(*group)),
                        format!("the input has no account or group {}", self.shown(missing)),
                    );
                    false
                }
            }
        });
        // An entry may be named in two ways, by its name and by its login.
        memberships.sort_unstable();
        memberships.dedup();
        memberships
    }

    /// Returns a membership that [`resolve`](Self::resolve) returned as an edge.
    pub(super) fn edge(&self, (member, group): (u32, u32)) -> Option<SourceEdge> {
        let (from, to) = (self.key(member)?.clone(), self.key(group)?.clone());
        Some(SourceEdge { from, relation: Relation::MemberOf, to, body: EdgeBody::default() })
    }

    fn referent(&self, number: u32) -> Option<&Referent> {
        self.referents.get(usize::try_from(number).ok()?)
    }

    /// Returns the number of the entry that a reference leads to.
    fn entry(&self, number: u32) -> Option<u32> {
        match self.referent(number)?.target {
            ReferredEntry::Nothing => None,
            ReferredEntry::Entry(..) => Some(number),
            ReferredEntry::Same(entry) => Some(entry),
        }
    }

    fn key(&self, number: u32) -> Option<&SourceKey> {
        match &self.referent(number)?.target {
            ReferredEntry::Entry(key, _) => Some(key),
            ReferredEntry::Nothing | ReferredEntry::Same(_) => None,
        }
    }

    fn shown(&self, number: u32) -> String {
        format!("`{}`", shortened(self.referent(number).map_or("", |referent| &referent.reference)))
    }
}

fn by_login(login: &str) -> String {
    format!("login {}", login.trim().to_lowercase())
}

fn by_number(number: i64) -> String {
    format!("group number {number}")
}

fn by_sid(sid: &str) -> String {
    format!("security identifier {sid}")
}

/// Returns the reference to the primary group: in Active Directory by the domain of the account's own security identifier,
/// in POSIX by a number.
fn primary_group(attributes: &EntryAttributes) -> Option<String> {
    if let Some(relative) = attributes.number("primarygroupid") {
        let sid = sid(attributes)?;
        let (domain, _) = sid.rsplit_once('-')?;
        return Some(by_sid(&format!("{domain}-{relative}")));
    }
    let is_account = attributes.texts("objectclass").any(|class| class.eq_ignore_ascii_case("posixaccount"));
    attributes.number("gidnumber").filter(|_| is_account).map(by_number)
}

/// Returns the distinguished name of a "name and optional UID" (RFC 4517, 3.3.21), which may end with bits: `#'0101'B`.
fn without_bits(value: &str) -> &str {
    let cut = value.rsplit_once("#'").filter(|(_, bits)| {
        bits.strip_suffix("'B").is_some_and(|bits| bits.bytes().all(|bit| matches!(bit, b'0' | b'1')))
    });
    cut.map_or(value, |(dn, _)| dn)
}

/// Returns the end of the range of values that an export has, if it is not the last range.
fn unfinished_range(described: &str) -> Option<&str> {
    let range = described.split(';').find_map(|option| option.strip_prefix("range="))?;
    range.split_once('-').map(|(_, to)| to).filter(|to| *to != "*")
}
