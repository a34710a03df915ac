//! Administrators: the people below one group, at any depth, who are not suspended.
//!
//! The table holds who is directly in which group. A fact reads which group is in which, all of it, because that is little;
//! and of the people it reads those in groups below the administrators, and in groups that it moves. So the members of
//! every group that is below the administrators at any moment of a batch are read.

use super::things::{is_suspended, shift};
use super::{MEMBERS, THINGS, TrendFigure, day_of, days};
use crate::rows::{RowSelection, RowSet};
use crate::table::ColumnValue;
use countersign_facts::{Fact, GroupFact, Member, PersonFact, Stated};
use countersign_names::{GroupName, PersonId};
use std::collections::BTreeSet;

const PERSON: &str = "person";
const GROUP: &str = "group";

/// Returns the rows that a fact about membership or standing reads; empty for other facts.
pub(super) fn reads(stated: &Stated) -> Vec<RowSelection> {
    let having = |column, value: String| RowSelection::Having(MEMBERS, column, ColumnValue::Text(value));
    let mut selections = match &stated.fact {
        Fact::Group(
            GroupFact::MemberAdded { group, member } | GroupFact::MemberRemoved { group, member },
        ) => {
            let Some(key) = key_of(group, member) else { return Vec::new() };
            let mut selections = vec![RowSelection::Keys(MEMBERS, vec![ColumnValue::Text(key)])];
            if let Member::Person(person) = member {
                selections.push(RowSelection::Keys(THINGS, vec![ColumnValue::text(person)]));
            }
            selections
        }
        Fact::Group(GroupFact::Removed { group }) => {
            vec![having("above", group.to_string()), having("below", group.to_string())]
        }
        Fact::Person(fact) => match standing(fact) {
            Some(person) => vec![having("below", person.to_string())],
            None => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    selections.push(having("kind", GROUP.to_owned()));
    selections.push(days(&[TrendFigure::Administrators], &[day_of(stated.at)]));
    selections
}

/// Returns the members of the groups that such a fact can count.
pub(super) fn reads_further(rows: &RowSet, stated: &Stated, administrators: &str) -> Vec<RowSelection> {
    if reads(stated).is_empty() {
        return Vec::new();
    }
    let mut groups = below(rows, administrators);
    if let Fact::Group(GroupFact::MemberAdded { member: Member::Group(inner), .. }) = &stated.fact {
        groups.extend(below(rows, inner.as_str()));
    }
    let having = |group: String| RowSelection::Having(MEMBERS, "above", ColumnValue::Text(group));
    groups.into_iter().map(having).collect()
}

/// Folds in a fact, after the things themselves.
pub(super) fn fold(rows: &mut RowSet, stated: &Stated, administrators: &str) {
    if reads(stated).is_empty() {
        return;
    }
    let before = counted(rows, administrators);
    if let Fact::Group(fact) = &stated.fact {
        fold_membership(rows, fact);
    } else if let Fact::Person(fact) = &stated.fact {
        fold_standing(rows, fact);
    }
    let change = counted(rows, administrators) - before;
    shift(rows, TrendFigure::Administrators, day_of(stated.at), change);
}

fn fold_membership(rows: &mut RowSet, fact: &GroupFact) {
    match fact {
        GroupFact::MemberAdded { group, member } => put(rows, group, member),
        GroupFact::MemberRemoved { group, member } => {
            if let Some(key) = key_of(group, member) {
                rows.remove(MEMBERS, &ColumnValue::Text(key));
            }
        }
        GroupFact::Removed { group } => {
            remove(rows, "above", group.as_str(), None);
            remove(rows, "below", group.as_str(), Some(GROUP));
        }
        GroupFact::Added { .. } => {}
    }
}

fn fold_standing(rows: &mut RowSet, fact: &PersonFact) {
    match fact {
        PersonFact::Removed { person } => remove(rows, "below", &person.to_string(), Some(PERSON)),
        PersonFact::Suspended { person, .. } | PersonFact::Restored { person } => {
            let person = ColumnValue::text(person);
            let memberships: Vec<_> = rows.having(MEMBERS, "below", &person).cloned().collect();
            let is_active = is_suspended(rows, &person).map_or(1, |suspended| i64::from(!suspended));
            for mut membership in memberships.into_iter().filter(|row| is_of(row, PERSON)) {
                if let Some(active) = membership.last_mut() {
                    *active = ColumnValue::Integer(is_active);
                }
                rows.put(MEMBERS, membership);
            }
        }
        PersonFact::Added { .. }
        | PersonFact::Changed { .. }
        | PersonFact::Confirmed { .. }
        | PersonFact::NoticesSeen { .. } => {}
    }
}

/// Returns the person whose standing a fact changes.
const fn standing(fact: &PersonFact) -> Option<PersonId> {
    match fact {
        PersonFact::Removed { person }
        | PersonFact::Suspended { person, .. }
        | PersonFact::Restored { person } => Some(*person),
        PersonFact::Added { .. }
        | PersonFact::Changed { .. }
        | PersonFact::Confirmed { .. }
        | PersonFact::NoticesSeen { .. } => None,
    }
}

/// Returns what a member is and its name; `None` for a service account, which never counts.
fn named(member: &Member) -> Option<(&'static str, String)> {
    match member {
        Member::Person(person) => Some((PERSON, person.to_string())),
        Member::Group(group) => Some((GROUP, group.to_string())),
        Member::Service(_) => None,
    }
}

fn key_of(group: &GroupName, member: &Member) -> Option<String> {
    named(member).map(|(kind, name)| format!("{group} {kind} {name}"))
}

fn put(rows: &mut RowSet, group: &GroupName, member: &Member) {
    let (Some(key), Some((kind, name))) = (key_of(group, member), named(member)) else { return };
    let name = ColumnValue::Text(name);
    let is_active = kind == PERSON && is_suspended(rows, &name) == Some(false);
    let (above, kind) = (ColumnValue::text(group), ColumnValue::text(kind));
    rows.put(
        MEMBERS,
        vec![ColumnValue::Text(key), above, kind, name, ColumnValue::Integer(is_active.into())],
    );
}

/// Removes the memberships with this name in this column, of members of this kind or of all.
fn remove(rows: &mut RowSet, column: &str, name: &str, kind: Option<&str>) {
    let name = ColumnValue::text(name);
    let gone = rows.having(MEMBERS, column, &name).filter(|row| kind.is_none_or(|kind| is_of(row, kind)));
    let gone: Vec<_> = gone.filter_map(|row| row.first().cloned()).collect();
    gone.iter().for_each(|key| rows.remove(MEMBERS, key));
}

fn is_of(row: &[ColumnValue], kind: &str) -> bool {
    row.get(2).and_then(ColumnValue::as_text) == Some(kind)
}

/// Returns a group and every group below it.
fn below(rows: &RowSet, group: &str) -> BTreeSet<String> {
    let (mut found, mut open) = (BTreeSet::new(), vec![group.to_owned()]);
    while let Some(group) = open.pop() {
        if found.insert(group.clone()) {
            let above = ColumnValue::Text(group);
            let nested = rows.having(MEMBERS, "above", &above).filter(|row| is_of(row, GROUP));
            open.extend(nested.filter_map(|row| row.get(3)?.as_text().map(ToOwned::to_owned)));
        }
    }
    found
}

/// Returns how many people are administrators, each once.
fn counted(rows: &RowSet, administrators: &str) -> i64 {
    let groups = below(rows, administrators);
    let people: BTreeSet<&str> = rows
        .all(MEMBERS)
        .filter_map(|row| match row.as_slice() {
            [_, above, kind, person, active] => {
                let counts = kind.as_text() == Some(PERSON) && active.as_integer() == Some(1);
                (counts && groups.contains(above.as_text()?)).then(|| person.as_text())?
            }
            _ => None,
        })
        .collect();
    i64::try_from(people.len()).unwrap_or(i64::MAX)
}
