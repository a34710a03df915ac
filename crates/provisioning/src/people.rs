//! Who a pushed user is as a person here.

use countersign_facts::{Fact, Person as About, PersonFact, PersonKind};
use countersign_scim::{ScimError, ScimErrorType};
use countersign_world::{Person, Standing, World};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// How the reason of a suspension begins that a provider brought about. Only such a suspension does a provider end.
const DEACTIVATED: &str = "deactivated by the provisioning client";

/// Returns the reason of a suspension by a client of this name.
pub(crate) fn deactivated_by(client: &str) -> String {
    format!("{DEACTIVATED} {client}")
}

/// Returns the person that a user's attributes describe. The address is the primary one, or the first for work, or the
/// first, or else the name that the user signs in with.
pub(crate) fn described(user: &Map<String, Value>) -> Result<About, ScimError> {
    let user_name = text(user, "userName").unwrap_or_default();
    let email = address(user).unwrap_or(user_name).trim().to_lowercase();
    let shape = email.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
    if !shape || email.len() > 254 || email.chars().any(|c| c.is_whitespace() || c.is_control()) {
        let detail = format!("emails: {email:?} is no mail address, and a person needs one here");
        return Err(ScimError::new(ScimErrorType::InvalidValue, detail));
    }
    let name = full_name(user).unwrap_or_else(|| user_name.to_owned());
    if name.len() > 512 {
        return Err(ScimError::new(ScimErrorType::InvalidValue, "displayName is longer than 512 bytes"));
    }
    let aliases = aliases(user, &email);
    Ok(About { name, email, kind: kind(text(user, "userType")), aliases })
}

/// Returns the person with what a provider says of it now. Other identifiers of the person's stay; those of the user
/// before go.
pub(crate) fn merged(known: &About, before: Option<&Map<String, Value>>, described: About) -> About {
    let said_before = before.map(|user| aliases(user, &known.email)).unwrap_or_default();
    let others = known.aliases.iter().filter(|alias| !said_before.contains(*alias)).cloned();
    let aliases = others.chain(described.aliases).collect();
    About { aliases, ..described }
}

/// Returns the facts that make a known person the one that a provider describes.
///
/// # Errors
/// If the person administers or approves here, and something would change.
pub(crate) fn changes(
    world: &World,
    known: &Person,
    wanted: &About,
    (is_active, reason): (bool, &str),
) -> Result<Vec<Fact>, ScimError> {
    let person = known.id;
    let mut facts = Vec::new();
    if known.about != *wanted {
        facts.push(Fact::Person(PersonFact::Changed { person, about: wanted.clone() }));
    }
    match (&known.standing, is_active) {
        (Standing::Active, false) => {
            facts.push(Fact::Person(PersonFact::Suspended { person, reason: reason.to_owned() }));
        }
        (Standing::Suspended(why), true) if why.starts_with(DEACTIVATED) => {
            facts.push(Fact::Person(PersonFact::Restored { person }));
        }
        (Standing::Active, true) | (Standing::Suspended(_), _) => {}
    }
    if !facts.is_empty() && world.is_approver(person) {
        return Err(protected(&known.about.email));
    }
    Ok(facts)
}

/// The error for a person whom no provider changes.
pub(crate) fn protected(email: &str) -> ScimError {
    ScimError::plain(
        403,
        format!(
            "{email} administers or approves here: an administrator changes this person, not a provisioning client"
        ),
    )
}

/// Returns the identifiers of other systems that a provider gives a user.
fn aliases(user: &Map<String, Value>, email: &str) -> BTreeSet<String> {
    let given = [text(user, "userName"), text(user, "externalId")].into_iter().flatten();
    given
        .filter(|alias| !alias.eq_ignore_ascii_case(email) && (1..=256).contains(&alias.len()))
        .map(str::to_owned)
        .collect()
}

fn address(user: &Map<String, Value>) -> Option<&str> {
    let emails = user.get("emails").and_then(Value::as_array)?;
    let said = |name: &str, wanted: &Value| emails.iter().find(|email| email.get(name) == Some(wanted));
    let chosen = said("primary", &Value::Bool(true))
        .or_else(|| said("type", &Value::from("work")))
        .or_else(|| emails.first());
    chosen
        .and_then(|email| email.get("value"))
        .and_then(Value::as_str)
        .filter(|value| !value.trim().is_empty())
}

fn full_name(user: &Map<String, Value>) -> Option<String> {
    let part = |name: &str| {
        let value = user.get("name").and_then(|parts| parts.get(name)).and_then(Value::as_str);
        value.map(str::trim).filter(|value| !value.is_empty())
    };
    let shown = text(user, "displayName").map(str::trim).filter(|name| !name.is_empty());
    if let Some(name) = shown.or_else(|| part("formatted")) {
        return Some(name.to_owned());
    }
    match (part("givenName"), part("familyName")) {
        (Some(given), Some(family)) => Some(format!("{given} {family}")),
        (given, family) => given.or(family).map(str::to_owned),
    }
}

fn kind(user_type: Option<&str>) -> PersonKind {
    let is = |words: &[&str]| {
        user_type.is_some_and(|kind| words.iter().any(|word| kind.eq_ignore_ascii_case(word)))
    };
    if is(&["contractor", "temporary", "temp", "intern"]) {
        PersonKind::Contractor
    } else if is(&["vendor", "supplier", "partner", "external", "guest"]) {
        PersonKind::Vendor
    } else {
        PersonKind::Employee
    }
}

fn text<'a>(user: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    user.get(name).and_then(Value::as_str)
}
