//! What the statements of an identity's own policies deny. A denial that covers an allowed action on a resource takes it
//! away; one that covers only a part of it, or holds only under conditions, is reported instead.

use super::document::{PolicyDocument, PolicyStatement};

/// The statements of an identity that deny.
#[derive(Default)]
pub(super) struct Denials<'a>(Vec<(&'a PolicyStatement, String)>);

impl<'a> Denials<'a> {
    /// Gathers the statements of these policies that deny, each with its place for a message.
    pub(super) fn of(policies: &[(String, &'a PolicyDocument)]) -> Self {
        let mut all = Vec::new();
        for (name, document) in policies {
            for (number, statement) in
                document.statements().enumerate().filter(|(_, statement)| !statement.allows())
            {
                all.push((statement, format!("statement {} of `{name}`", number + 1)));
            }
        }
        Self(all)
    }

    /// Returns whether some denial always takes this action on this resource away.
    pub(super) fn cover(&self, action: &str, resource: &str) -> bool {
        self.0.iter().any(|(denial, _)| {
            !denial.is_conditional()
                && denial.rights().iter().any(|denied| covers(denied, action))
                && denial.resources().iter().any(|denied| covers(denied, resource))
        })
    }

    /// Returns the places of the denials that take away only a part of what this action on this resource allows, or only
    /// under conditions.
    pub(super) fn touch(&self, action: &str, resource: &str) -> impl Iterator<Item = &str> {
        let touches = |pattern: &str, other: &str| {
            covers(pattern, other) || covers(other, pattern) || is_all_but(pattern)
        };
        self.0
            .iter()
            .filter(move |(denial, _)| {
                denial.rights().iter().any(|denied| touches(denied, action))
                    && denial.resources().iter().any(|denied| touches(denied, resource))
            })
            .map(|(_, place)| place.as_str())
    }
}

/// Returns whether a right or a resource is everything but some.
fn is_all_but(pattern: &str) -> bool {
    pattern.starts_with("* except ")
}

/// Returns whether everything that the second pattern stands for is something that the first stands for. `*` stands for
/// any text and `?` for one character; upper and lower case are the same, as for actions. It may miss that a pattern
/// covers another, and never says so wrongly.
fn covers(pattern: &str, other: &str) -> bool {
    if is_all_but(pattern) || is_all_but(other) {
        return pattern == "*" || pattern == other;
    }
    let (pattern, other): (Vec<u8>, Vec<u8>) =
        (pattern.to_ascii_lowercase().into(), other.to_ascii_lowercase().into());
    // The other pattern is matched as a text: its own `*` is matched by a `*` only.
    let (mut at, mut from, mut star) = (0, 0, None);
    while from < other.len() {
        match (pattern.get(at), other.get(from)) {
            (Some(b'*'), _) => {
                star = Some((at, from));
                at += 1;
            }
            (Some(b'?'), Some(one)) if *one != b'*' => (at, from) = (at + 1, from + 1),
            (Some(one), Some(same)) if one == same && *one != b'?' => (at, from) = (at + 1, from + 1),
            _ => match star {
                Some((place, begun)) => {
                    star = Some((place, begun + 1));
                    (at, from) = (place + 1, begun + 1);
                }
                None => return false,
            },
        }
    }
    pattern.get(at..).is_some_and(|rest| rest.iter().all(|byte| *byte == b'*'))
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_pattern_covers_what_it_stands_for_whole() {
        for (pattern, other, expected) in [
            ("*", "iam:GetUser", true),
            ("*", "*", true),
            ("iam:*", "IAM:Get*", true),
            ("iam:*", "*", false),
            ("iam:Get*", "iam:*", false),
            ("s3:*Object", "s3:GetObject", true),
            ("s3:*Object", "s3:Get*", false),
            ("s3:?etObject", "s3:GetObject", true),
            ("s3:?etObject", "s3:*etObject", false),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXc", false),
            ("", "", true),
            ("*", "* except iam:*", true),
            ("iam:*", "* except iam:*", false),
        ] {
            assert_eq!(covers(pattern, other), expected, "{pattern} {other}");
        }
    }
}
