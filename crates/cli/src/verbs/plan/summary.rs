//! The same changes, by application, group, device and action.

use countersign_api::{PlannedChange, Radius};
use countersign_names::Principal;
use std::collections::{BTreeMap, BTreeSet};

/// Maximum number of names of each kind.
const NAMED: usize = 6;

/// For each name, its principals and their number of accesses.
type CountsByName = BTreeMap<String, (BTreeSet<Principal>, u64)>;

/// The concerned accesses, by what they have in common.
#[derive(Default)]
pub(in crate::verbs) struct Summary {
    application: CountsByName,
    resource: CountsByName,
    group: CountsByName,
    kind: CountsByName,
    device: CountsByName,
}

impl Summary {
    pub(in crate::verbs) fn of(changes: &[&PlannedChange]) -> Self {
        let mut summary = Self::default();
        for change in changes {
            add(&mut summary.application, change.application.to_string(), change);
            add(&mut summary.resource, format!("{} ({})", change.resource, change.action), change);
            add(&mut summary.device, change.device.replace('_', " "), change);
            let kind = if change.kind.is_empty() { "anonymous" } else { &change.kind };
            add(&mut summary.kind, kind.to_owned(), change);
            if change.groups.is_empty() {
                add(&mut summary.group, "no group".to_owned(), change);
            }
            for group in &change.groups {
                add(&mut summary.group, group.to_string(), change);
            }
            if change.granted {
                add(&mut summary.kind, "under a grant".to_owned(), change);
            }
        }
        summary
    }

    /// Returns each view with its name, as one line.
    pub(in crate::verbs) fn named(&self) -> [(&'static str, String); 5] {
        [
            ("application", line(&self.application)),
            ("resource", line(&self.resource)),
            ("group", line(&self.group)),
            ("kind", line(&self.kind)),
            ("device", line(&self.device)),
        ]
    }
}

fn add(counts: &mut CountsByName, name: String, change: &PlannedChange) {
    let (principals, count) = counts.entry(name).or_default();
    principals.insert(change.principal);
    *count += change.count;
}

fn line(counts: &CountsByName) -> String {
    let mut sorted: Vec<_> = counts.iter().collect();
    sorted.sort_by_key(|(_, (principals, count))| std::cmp::Reverse((principals.len(), *count)));
    let mut named: Vec<String> = sorted
        .iter()
        .take(NAMED)
        .map(|(name, (principals, count))| format!("{name}: {} in {count} accesses", principals.len()))
        .collect();
    if sorted.len() > NAMED {
        named.push(format!("and {} more", sorted.len() - NAMED));
    }
    named.join("; ")
}

/// Formats the extent of a change.
pub(in crate::verbs) fn reach(radius: &Radius) -> String {
    let some = |count: u64, one: &str, more: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {more}")),
    };
    let parts: Vec<String> = [
        some(radius.people, "person", "people"),
        some(radius.services, "service account", "service accounts"),
        some(radius.anonymous, "anonymous access", "anonymous accesses"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() {
        return "nobody".to_owned();
    }
    format!("{} ({} accesses)", parts.join(", "), radius.accesses)
}

/// Counts accesses by name.
pub(in crate::verbs) fn who(change: &PlannedChange) -> String {
    let name = change.principal_name.clone().unwrap_or_else(|| change.principal.to_string());
    let kind = if change.kind.is_empty() || change.kind == name {
        String::new()
    } else {
        format!(" ({})", change.kind)
    };
    format!("{name}{kind}")
}
