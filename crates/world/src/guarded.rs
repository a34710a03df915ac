//! The administrators and approvers, and the policies and groups that determine them.
//!
//! Both are derived from the text of the control plane's own policies, not from their decisions: every group, person and
//! service account that the text names counts, by id, by name, or by an attribute that a policy compares. This may
//! include too many. It never misses any that a policy names; a permit that names nobody makes nobody an administrator
//! here.

use crate::{ADMINISTRATORS, CONTROL_PLANE, World};
use countersign_facts::{Member, Person, PolicyFile};
use countersign_names::{GroupName, PersonId, PolicyId, Principal, RiskLevel, ServiceId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// All names in the policies of the control plane.
#[derive(Debug)]
pub struct Guarded {
    names: BTreeSet<String>,
    /// Whether policies compare attributes of the principal, so that a quoted text may be an attribute's value or a
    /// pattern for it.
    attributes: bool,
    /// Whether a text cannot be interpreted safely, so that everything counts as named.
    anything: bool,
}

impl Default for Guarded {
    fn default() -> Self {
        Self::of(&BTreeMap::new())
    }
}

impl Guarded {
    /// Collects all names in these policies at the control plane.
    pub(crate) fn of(files: &BTreeMap<String, PolicyFile>) -> Self {
        let mut named = files.get(&own_file()).map(|file| Self::read(&file.0)).unwrap_or(Self {
            names: BTreeSet::new(),
            attributes: false,
            anything: false,
        });
        named.names.insert(ADMINISTRATORS.to_owned());
        named
    }

    fn read(file: &str) -> Self {
        let (names, code) = parts(file);
        let words: BTreeSet<&str> = code.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let speaks_of = |word: &&str| words.contains(word) || names.contains(*word);
        let attributes = ATTRIBUTES.iter().any(speaks_of);
        // A condition that excludes a kind applies to all others.
        let turned = code.contains('!') || ["unless", "if", "false"].iter().any(|word| words.contains(word));
        let escaped = code.ends_with('\\');
        Self { names, attributes, anything: escaped || (attributes && turned) }
    }

    fn names(&self, text: &str) -> bool {
        self.anything || self.names.contains(text)
    }

    /// Returns whether policies name this value of an attribute, or a pattern that it matches.
    fn compares(&self, value: &str) -> bool {
        self.names(value) || (self.attributes && self.names.iter().any(|pattern| is_like(value, pattern)))
    }

    /// Returns whether policies name a person by their attributes. Ignores their id and their groups.
    pub(crate) fn describes(&self, about: &Person) -> bool {
        self.compares(&about.email) || (self.attributes && self.compares(about.kind.as_str()))
    }

    /// Returns whether policies name a service account of this name.
    pub(crate) fn is_service_named(&self, name: &str) -> bool {
        self.compares(name)
    }

    fn group(&self, group: &GroupName) -> bool {
        self.names(group.as_str())
    }

    pub(crate) fn person(&self, world: &World, person: PersonId) -> bool {
        self.names(&person.to_string())
            || world.person(person).is_some_and(|known| {
                self.describes(&known.about) || known.groups.iter().any(|group| self.group(group))
            })
    }

    pub(crate) fn service(&self, world: &World, service: ServiceId) -> bool {
        self.names(&service.to_string())
            || world.service(service).is_some_and(|known| {
                self.is_service_named(&known.name) || known.groups.iter().any(|group| self.group(group))
            })
    }

    /// Returns whether the members of `group` are thereby in a group that administers or approves.
    pub(crate) fn leads_up(&self, world: &World, group: &GroupName) -> bool {
        let above = world.groups.ancestors(&Member::Group(group.clone()));
        self.group(group) || above.iter().any(|group| self.group(group))
    }
}

fn own_file() -> String {
    format!("applications/{CONTROL_PLANE}.cedar")
}

/// The attributes of a person or service account that a policy can compare, beside id and groups.
const ATTRIBUTES: [&str; 3] = ["email", "kind", "name"];

/// Returns every quoted text of a policy file outside of comments, and the code around them. The code ends with a
/// backslash if a text contains an escape; the rest of the file was then not read.
fn parts(file: &str) -> (BTreeSet<String>, String) {
    let (mut found, mut code) = (BTreeSet::new(), String::new());
    let mut rest = file;
    while let Some(at) = rest.find(['"', '/']) {
        let (here, after) = rest.split_at(at);
        code.push_str(here);
        if let Some(comment) = after.strip_prefix("//") {
            rest = comment.find(['\n', '\r']).and_then(|end| comment.get(end..)).unwrap_or_default();
            continue;
        }
        let Some(text) = after.strip_prefix('"') else {
            code.push('/');
            rest = after.get(1..).unwrap_or_default();
            continue;
        };
        let Some(end) = text.find(['"', '\\']) else { return (found, code) };
        let (plain, after) = text.split_at(end);
        if after.starts_with('\\') {
            code.push('\\');
            return (found, code);
        }
        found.insert(plain.to_owned());
        code.push(' ');
        rest = after.get(1..).unwrap_or_default();
    }
    code.push_str(rest);
    (found, code)
}

/// Returns whether `value` matches `pattern` as in Cedar's `like`: a `*` stands for any text.
fn is_like(value: &str, pattern: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = value.strip_prefix(first) else { return false };
    let Some(last) = pieces.next_back() else { return rest.is_empty() };
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = rest.get(at + piece.len()..).unwrap_or_default();
    }
    rest.ends_with(last)
}

impl World {
    pub(crate) fn guarded(&self) -> Arc<Guarded> {
        Arc::clone(&self.guarded)
    }

    /// Returns all people who administer or approve here according to the policies, including suspended ones.
    pub fn approvers(&self) -> BTreeSet<PersonId> {
        let guarded = self.guarded();
        self.people().filter(|known| guarded.person(self, known.id)).map(|known| known.id).collect()
    }

    /// Returns whether this person administers or approves here according to the policies.
    pub fn is_approver(&self, person: PersonId) -> bool {
        self.guarded().person(self, person)
    }

    /// Returns whether this lowers the risk of a person or service account that administers or approves.
    pub(crate) fn lowers_guarded_risk(&self, principal: &Principal, level: RiskLevel) -> bool {
        let guarded = self.guarded();
        let before = match principal {
            Principal::Person(whom) if guarded.person(self, *whom) => {
                self.person(*whom).map(|it| it.risk.level)
            }
            Principal::Service(which) if guarded.service(self, *which) => {
                self.service(*which).map(|it| it.risk.level)
            }
            Principal::Person(_) | Principal::Service(_) | Principal::Anonymous => None,
        };
        before.is_some_and(|before| level < before)
    }

    /// Returns whether these files differ from those in force in anything but tests and other applications' policies.
    pub(crate) fn changes_guarded(&self, files: &BTreeMap<String, PolicyFile>) -> bool {
        let empty = BTreeMap::new();
        let before = self.policies().map_or(&empty, |policies| &policies.files);
        let paths: BTreeSet<&String> = before.keys().chain(files.keys()).collect();
        paths.into_iter().any(|path| is_guarded_file(path) && before.get(path) != files.get(path))
    }

    /// Returns whether a policy is guarded. It is not if its id occurs in a file of another application, and no guarded
    /// file names it or might do so by an escape.
    pub(crate) fn is_guarded_policy(&self, policy: &PolicyId) -> bool {
        let Some(policies) = self.policies() else { return true };
        let named = format!("\"{policy}\"");
        let mut is_of_another = false;
        for (path, PolicyFile(text)) in &policies.files {
            if is_guarded_file(path) && (text.contains(&named) || text.contains('\\')) {
                return true;
            }
            is_of_another |= is_file_of_another(path) && text.contains(&named);
        }
        !is_of_another
    }
}

fn is_guarded_file(path: &str) -> bool {
    !is_file_of_another(path) && !path.starts_with("tests/")
}

fn is_file_of_another(path: &str) -> bool {
    path.starts_with("applications/") && path != own_file()
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_facts::PersonKind;

    #[test]
    fn what_a_policy_file_names_is_found_and_what_is_not_plain_means_anything() {
        let check = |file: &str, names: &[&str], anything: bool| {
            let expected: BTreeSet<String> = names.iter().map(|name| (*name).to_owned()).collect();
            let read = Guarded::read(file);
            assert_eq!((read.names, read.anything), (expected, anything), "{file}");
        };
        check(r#"permit (principal in Countersign :: Group::"a", action, resource);"#, &["a"], false);
        check("// don't look at \"x\" here\n\"y\"", &["y"], false);
        check(r#"@id("own") x / y "http://z" // "w""#, &["own", "http://z"], false);
        check(r#""a" Group::"administr\u{61}tors" "b""#, &["a"], true);
        check("", &[], false);
        check("\"never ends", &[], false);
    }

    #[test]
    fn an_attribute_names_everybody_who_has_it() {
        let check = |when: &str, email: &str, expected: bool| {
            let file = format!("permit (principal, action, resource) when {{ {when} }};");
            let (name, kind, aliases) = ("Somebody".to_owned(), PersonKind::Vendor, BTreeSet::new());
            let about = Person { name, email: email.to_owned(), kind, aliases };
            assert_eq!(Guarded::read(&file).describes(&about), expected, "{when} {email}");
        };
        check(r#"principal.email == "ada@a.test""#, "ada@a.test", true);
        check(r#"principal.email == "ada@a.test""#, "ben@a.test", false);
        for (pattern, email, expected) in [
            ("*@ops.test", "ada@ops.test", true),
            ("*@ops.test", "ada@ops.test.example", false),
            ("ada*", "ada@ops.test", true),
            ("a*@*.test", "ada@ops.test", true),
            ("a*a@*.test", "a@ops.test", false),
            ("*", "ada@ops.test", true),
        ] {
            check(&format!(r#"principal.email like "{pattern}""#), email, expected);
            check(&format!(r#"principal["email"] like "{pattern}""#), email, expected);
        }
        check(r#"principal in Countersign::Group::"*@ops.test""#, "ada@ops.test", false);
        check(r#"principal.kind == "vendor""#, "ada@a.test", true);
        check(r#"["employee", "contractor"].contains(principal.kind)"#, "ada@a.test", false);
        // If a kind is excluded, anybody may match.
        check(r#"principal.kind != "employee""#, "ada@a.test", true);
        check(r#"(principal.kind == "employee") == false"#, "ada@a.test", true);
        check(r#"true } unless { principal.kind == "employee""#, "ada@a.test", true);
        check(r#"context has device && !context.device.managed"#, "ada@a.test", false);
    }
}
