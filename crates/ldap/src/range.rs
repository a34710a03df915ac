//! Ranges of values: Active Directory gives the first 1,500 members of a group as `member;range=0-1499`, and the others to
//! whoever asks for `member;range=1500-*`.

use crate::connection::DirectoryConnection;
use crate::error::LdapError;
use crate::message::{LdapEntry, MalformedMessage, ResponseOperation, SearchRequest, SearchScope};

/// A part of the values of an attribute that is not the last.
#[derive(Debug, PartialEq, Eq)]
struct ValueRange<'a> {
    /// The attribute without the range.
    attribute: &'a str,
    /// The numbers of the first and the last value; no last one if it is the end of the list.
    from: u64,
    to: Option<u64>,
}

impl<'a> ValueRange<'a> {
    /// Returns the range that an attribute is described with, if any.
    fn of(description: &'a str) -> Option<Self> {
        let (attribute, option) = description.rsplit_once(';')?;
        let range =
            option.get(..6).filter(|name| name.eq_ignore_ascii_case("range=")).and(option.get(6..))?;
        let (from, to) = range.split_once('-')?;
        let to = if to == "*" { None } else { Some(to.parse().ok()?) };
        Some(Self { attribute, from: from.parse().ok()?, to })
    }
}

/// Returns whether the values of an attribute of the entry are not all there.
pub(crate) fn is_partial(entry: &LdapEntry) -> bool {
    entry
        .values
        .iter()
        .any(|(description, _)| ValueRange::of(description).is_some_and(|range| range.to.is_some()))
}

/// Fetches the values that are missing, at most `most_values` of an attribute, and describes each without its range.
pub(crate) fn complete(
    connection: &mut DirectoryConnection,
    mut entry: LdapEntry,
    most_values: usize,
) -> Result<LdapEntry, LdapError> {
    let mut open: Vec<(String, u64)> = Vec::new();
    for (description, _) in &mut entry.values {
        let Some(range) = ValueRange::of(description) else { continue };
        let attribute = range.attribute.to_owned();
        if let Some(to) = range.to
            && !open.iter().any(|(known, _)| *known == attribute)
        {
            open.push((attribute.clone(), to));
        }
        *description = attribute;
    }
    for (attribute, mut last) in open {
        let broken = |problem: String| LdapError::BrokenRange {
            dn: entry.dn.clone(),
            attribute: attribute.clone(),
            problem,
        };
        let mut count = entry.values.iter().filter(|(name, _)| *name == attribute).count();
        let mut more = Vec::new();
        loop {
            let from = last.saturating_add(1);
            let (values, to) = next_range(connection, &entry.dn, &attribute, from)?
                .ok_or_else(|| broken(format!("it does not answer for those from number {from} on")))?;
            count = count.saturating_add(values.len());
            if count > most_values {
                return Err(broken(format!("there are more than {most_values}")));
            }
            let is_empty = values.is_empty();
            more.extend(values);
            match to {
                None => break,
                Some(to) if to >= from && !is_empty => last = to,
                Some(_) => return Err(broken(format!("the range from number {from} on is empty"))),
            }
        }
        entry.values.extend(more.into_iter().map(|value| (attribute.clone(), value)));
    }
    Ok(entry)
}

/// The values of a range, and the number of the last one, which is `None` at the end of the list.
type RangeAnswer = (Vec<Vec<u8>>, Option<u64>);

/// Asks for the values from this number on. Returns nothing if the server does not answer with that range.
fn next_range(
    connection: &mut DirectoryConnection,
    dn: &str,
    attribute: &str,
    from: u64,
) -> Result<Option<RangeAnswer>, LdapError> {
    let asked = [format!("{attribute};range={from}-*")];
    connection.ask(&SearchRequest {
        base: dn,
        scope: SearchScope::Base,
        present: "objectClass",
        attributes: &asked,
        page: None,
    })?;
    let (mut answer, mut is_answered) = (None, false);
    loop {
        match connection.receive()?.operation {
            ResponseOperation::Entry(_) if is_answered => {
                return Err(MalformedMessage("one entry was asked for, and several are given").into());
            }
            ResponseOperation::Entry(entry) => {
                is_answered = true;
                let mut to = None;
                let mut values = Vec::new();
                for (description, value) in entry.values {
                    let Some(range) = ValueRange::of(&description) else { continue };
                    if range.attribute.eq_ignore_ascii_case(attribute) && range.from == from {
                        to = Some(range.to);
                        values.push(value);
                    }
                }
                answer = to.map(|to| (values, to));
            }
            ResponseOperation::SearchDone(result) => {
                return LdapError::of(result, "a range of values", dn, 0).map_or(Ok(answer), Err);
            }
            ResponseOperation::Bound(_)
            | ResponseOperation::Reference(_)
            | ResponseOperation::Extended(_)
            | ResponseOperation::Other(_) => {
                return Err(MalformedMessage("an entry was asked for, and something else is given").into());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_the_last_option_of_a_description() {
        let range = |attribute, from, to| Some(ValueRange { attribute, from, to });
        assert_eq!(ValueRange::of("member;range=0-1499"), range("member", 0, Some(1499)));
        assert_eq!(ValueRange::of("cn;lang-de;Range=1500-*"), range("cn;lang-de", 1500, None));
        for other in ["member", "member;binary", "member;range=", "member;range=1", "member;range=a-*", "m;ü"]
        {
            assert_eq!(ValueRange::of(other), None, "{other}");
        }
    }
}
