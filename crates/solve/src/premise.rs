//! Facts that hold for every possible question, as premises that restrict the solver's search.
//!
//! The schema says that a sensitivity is a number; only our types know that it is 0, 1, 2 or 3. A premise must hold for
//! *every* question, or a proof would miss possible requests. So a premise must follow from the types of a question, or
//! from the one function that gathers its values; being usual is not enough.

use crate::side::{NamedEntities, halved};
use cedar_policy_core::ast::Expr;
use countersign_facts::PersonKind;
use countersign_names::{ApplicationName, Assurance, PostureCheck, RiskLevel, Sensitivity};

/// The kinds of people.
const KINDS: [PersonKind; 3] = [PersonKind::Employee, PersonKind::Contractor, PersonKind::Vendor];

/// Upper bound of an age: time stamps are 64-bit microseconds, and an age is the difference of two in seconds.
const OLDEST: i64 = i64::MAX / 1_000_000 + 1;

/// Returns the premise of a question about these applications, for policies that name `named`.
///
/// Every resource belongs to exactly one application. A resource that a permit at one of `applications` matches is in
/// that application, so the premise only needs to say that it is in none of the others.
pub(crate) fn premise(named: &NamedEntities, applications: &[ApplicationName]) -> Result<Expr, String> {
    let mut parts = everywhere();
    for application in applications {
        let others: Vec<String> = named
            .applications
            .iter()
            .filter(|other| *other != application)
            .map(|other| entity("Application", other.as_str()))
            .collect();
        if !others.is_empty() {
            let application = entity("Application", application.as_str());
            parts.push(format!("!(resource in {application} && resource in [{}])", others.join(", ")));
        }
    }
    for resource in &named.resources {
        let within = entity("Application", resource.application().as_str());
        let resource = entity("Resource", resource.as_str());
        parts.push(format!("if resource == {resource} then resource in {within} else true"));
    }
    let parts = parts.iter().map(|part| {
        part.parse::<Expr>().map_err(|error| format!("a premise cannot be read ({part}): {error}"))
    });
    let all = parts.collect::<Result<Vec<Expr>, String>>()?;
    halved(all, &Expr::and).ok_or_else(|| "there is no premise".to_owned())
}

fn entity(kind: &str, id: &str) -> String {
    // Names consist of slugs and slashes, so they cannot end the quotes.
    format!("Countersign::{kind}::\"{id}\"")
}

fn everywhere() -> Vec<String> {
    let ranks = |ranks: Vec<i64>| (ranks.iter().min().copied(), ranks.iter().max().copied());
    let within = |what: &str, (least, most): (Option<i64>, Option<i64>)| {
        let (least, most) = (least.unwrap_or(0), most.unwrap_or(OLDEST));
        format!("{what} >= {least} && {what} <= {most}")
    };
    let where_there_is =
        |owner: &str, item: &str, what: String| format!("if {owner} has {item} then {what} else true");
    let quoted = |words: Vec<&str>| format!("[\"{}\"]", words.join("\", \""));
    let age = (Some(0), None);
    let sensitivity = ranks(Sensitivity::ALL.iter().map(|level| level.rank()).collect());
    let risk = ranks(RiskLevel::ALL.iter().map(|level| level.rank()).collect());
    let assurance = ranks(Assurance::ALL.iter().map(|level| level.rank()).collect());
    let kinds = quoted(KINDS.iter().map(|kind| kind.as_str()).collect());
    let checks = quoted(PostureCheck::ALL.iter().map(|check| check.as_str()).collect());
    vec![
        where_there_is("principal", "risk", within("principal.risk", risk)),
        where_there_is("principal", "kind", format!("{kinds}.contains(principal.kind)")),
        within("resource.sensitivity", sensitivity),
        // An unlabelled resource counts as restricted.
        format!("resource.labelled || resource.sensitivity == {}", Sensitivity::Restricted.rank()),
        where_there_is("context", "authentication", within("context.authentication.assurance", assurance)),
        where_there_is("context", "authentication", within("context.authentication.age", age)),
        where_there_is("context", "session", within("context.session.age", age)),
        where_there_is("context", "session", within("context.session.idle", age)),
        // A device is compliant exactly if no check fails.
        where_there_is(
            "context",
            "device",
            format!(
                "context.device.compliant == context.device.failing.isEmpty() && \
                 {checks}.containsAll(context.device.failing)"
            ),
        ),
        where_there_is("context", "device.posture_age", within("context.device.posture_age", age)),
        within("context.time.hour", (Some(0), Some(23))),
        within("context.time.weekday", (Some(1), Some(7))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_person_is_among_them() {
        for kind in KINDS {
            // A new kind stops this test from compiling: it belongs in the premise.
            match kind {
                PersonKind::Employee | PersonKind::Contractor | PersonKind::Vendor => {}
            }
        }
    }

    #[test]
    fn it_can_be_read_whatever_is_named() {
        let names = NamedEntities {
            applications: ["payroll", "wiki"].map(|name| name.parse().unwrap()).into(),
            resources: ["wiki/pages".parse().unwrap()].into(),
            ..NamedEntities::default()
        };
        let both: Vec<ApplicationName> = names.applications.iter().cloned().collect();
        let text = premise(&names, &both).unwrap().to_string();
        assert!(text.contains("Countersign::Resource::\"wiki/pages\""), "{text}");
        premise(&NamedEntities::default(), &[]).unwrap();
    }
}
