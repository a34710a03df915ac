//! Explains one recorded decision in words: `countersign why`.
//!
//! Everything comes from the record, except names, which are the current ones, and the texts of policies, which are
//! those in force at the time. If these cannot be read any more, or a person has left, the explanation says so instead
//! of guessing.

use countersign_api::{EvidenceItem, Explanation, PolicyCited};
use countersign_decide::reserved;
use countersign_decide::rollout::is_within;
use countersign_evidence::{Cause, Decided, Effect, Ended, Row};
use countersign_facts::Digest;
use countersign_names::{Action, PolicyId, PostureCheck, Principal, Sensitivity};
use countersign_policy::PolicySet;
use countersign_rehearsals::name_of;
use countersign_world::World;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Which policy set the texts are cited from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TextSource {
    /// The set that made the decision is still in force.
    InForce,
    /// Another set is in force now; the one that made the decision was read again.
    OfThen,
    /// Another set is in force now, and only its texts can be read.
    OfToday,
}

/// Returns the ids of the session, the grant and the exceptions of a decision.
pub fn ids_of(decided: &Decided) -> Vec<String> {
    let session = decided.session.iter().map(ToString::to_string);
    let grant = decided.grant.iter().map(ToString::to_string);
    session.chain(grant).chain(decided.exceptions.iter().map(ToString::to_string)).collect()
}

/// Explains why this was the outcome. `names` are those of [`ids_of`] the decision; `then` is the policy set that made
/// it, if that is no longer in force.
pub fn explain(
    row: &Row,
    world: &World,
    names: &BTreeMap<String, String>,
    in_force: &PolicySet,
    then: Option<&PolicySet>,
) -> Explanation {
    let decided = &row.decided;
    let (policies, words) = match then {
        _ if in_force.version() == decided.policies => (in_force, TextSource::InForce),
        Some(then) => (then, TextSource::OfThen),
        None => (in_force, TextSource::OfToday),
    };
    let determined_by: Vec<_> = decided.reasons.iter().map(|id| cite(policies, id)).collect();
    let mut explanation = Explanation {
        summary: summary(decided, world),
        determined_by,
        evidence: evidence(decided, world, names),
        notes: notes(row, world, words),
        remedies: decided.remedies.iter().map(|remedy| remedy_in_words(remedy, failing(decided))).collect(),
        basis: format!(
            "It knew the facts up to number {} of the journal, and judged by policy set {}.",
            decided.world,
            short(&Digest::new(decided.policies)),
        ),
        text: String::new(),
    };
    explanation.text = in_one(&explanation, decided);
    explanation
}

/// Returns the first digits of a digest, enough for people to tell two apart.
fn short(digest: &Digest) -> String {
    digest.to_string().chars().take(12).collect()
}

fn who(principal: Principal, world: &World) -> String {
    match (principal, name_of(world, principal)) {
        (Principal::Anonymous, _) => "Somebody who was not signed in".to_owned(),
        (Principal::Person(id), Some(name)) => {
            let email = world.person(id).map_or_else(String::new, |person| person.about.email.clone());
            format!("{name} <{email}>")
        }
        (Principal::Service(_), Some(name)) => format!("The service account {name}"),
        (gone, None) => format!("{gone}, who is no longer in the inventory,"),
    }
}

const fn verb(action: Action) -> &'static str {
    match action {
        Action::Read => "read",
        Action::Write => "change",
        Action::Download => "download from",
        Action::Connect => "open a stream to",
        Action::Administer => "administer",
    }
}

fn summary(decided: &Decided, world: &World) -> String {
    let outcome = match (decided.effect, decided.enforced, decided.cause) {
        (Effect::Allow, _, _) => "was allowed to",
        (Effect::Deny, false, _) => "would have been denied (but the application is only observed) to",
        (Effect::Deny, true, Cause::Cut) => "was cut off, no longer allowed to",
        (Effect::Deny, true, _) => "was denied to",
    };
    let from = decided
        .place
        .as_ref()
        .map_or_else(String::new, |place| format!(", from {} ({})", place.address, place.network));
    format!(
        "{} {outcome} {} {} ({} {}) at {}{from}.",
        who(decided.principal, world),
        verb(decided.action),
        decided.resource,
        decided.operation,
        decided.item,
        decided.at,
    )
}

pub fn cite(policies: &PolicySet, id: &PolicyId) -> PolicyCited {
    if let Some(policy) = policies.get(id) {
        return PolicyCited {
            id: id.clone(),
            owner: Some(policy.owner.clone()),
            reason: policy.reason.clone(),
            place: Some(format!("{}:{}", policy.file, policy.line)),
        };
    }
    let reason = reserved::text(id.as_str())
        .map_or_else(|| "It is not among the policies in force now.".to_owned(), str::to_owned);
    PolicyCited { id: id.clone(), owner: None, reason, place: None }
}

fn evidence(decided: &Decided, world: &World, names: &BTreeMap<String, String>) -> Vec<EvidenceItem> {
    let mut items = Vec::new();
    let named = |id: String| names.get(&id).map_or(id, |name| format!("the {name}"));
    let mut add = |item: &str, text: String, age_seconds: Option<i64>| {
        items.push(EvidenceItem { item: item.to_owned(), text, age_seconds });
    };
    match &decided.authentication {
        Some(given) => {
            let relayed =
                if given.phishing_resistant { "phishing-resistant" } else { "not phishing-resistant" };
            let text = format!("proved with a {} ({}, {relayed})", given.method, given.assurance);
            add("identity", text, Some(given.age_seconds));
        }
        None => add("identity", "no proof of who asked".to_owned(), None),
    }
    if let (Some(session), Some(age)) = (decided.session, decided.session_age_seconds) {
        let idle = decided
            .session_idle_seconds
            .map_or_else(String::new, |idle| format!(", idle for {}", span(idle)));
        add("session", format!("{}{idle}", named(session.to_string())), Some(age));
    }
    match &decided.device_evidence {
        Some(given) => {
            let name = decided.device.and_then(|id| world.device(id)).map(|device| device.about.name.clone());
            let name = name.or_else(|| decided.device.map(|id| id.to_string())).unwrap_or_default();
            let managed = if given.managed { "managed" } else { "not managed" };
            let proved = if given.proved { "its key was proved" } else { "its key was not proved" };
            add("device", format!("{name}, {managed}, {proved}"), None);
            let text = match (given.compliant, given.failing.is_empty()) {
                (true, _) => "every check passed".to_owned(),
                (false, true) => "nothing was ever reported".to_owned(),
                (false, false) => {
                    let failing: Vec<_> = given.failing.iter().map(|check| check.as_str()).collect();
                    format!("not passed: {}", failing.join(", "))
                }
            };
            add("posture", text, given.posture_age_seconds);
        }
        None => add("device", "no device was proved".to_owned(), None),
    }
    if let Some(place) = &decided.place {
        add("place", format!("{} in the network {}", place.address, place.network), None);
    }
    add("risk", decided.risk.to_string(), None);
    if let Some(grant) = decided.grant {
        add("grant", format!("{} was active", named(grant.to_string())), None);
    }
    add("label", label(decided.sensitivity, decided.labelled), None);
    for exception in &decided.exceptions {
        let name = named(exception.to_string());
        let text = world.exception(*exception).map_or_else(
            || format!("{name}, which has ended since"),
            |known| format!("{name}, on the authority of {}: {}", known.authority, known.reason),
        );
        add("exception", text, None);
    }
    items
}

fn label(sensitivity: Sensitivity, labelled: bool) -> String {
    if labelled { sensitivity.to_string() } else { format!("none, so it counts as {sensitivity}") }
}

fn notes(row: &Row, world: &World, words: TextSource) -> Vec<String> {
    let decided = &row.decided;
    let mut notes = Vec::new();
    match decided.cause {
        Cause::First => {}
        Cause::Reused => notes.push("An answer that still held was given again.".to_owned()),
        Cause::Reasked => notes.push(
            "Something that it read had changed during the access, so it was evaluated again.".to_owned(),
        ),
        Cause::Cut => notes.push("It had been allowed, until something it rested on changed.".to_owned()),
    }
    if decided.effect == Effect::Deny && !decided.enforced {
        let application = &decided.application;
        notes
            .push(format!("{application} is only observed, so the denial was recorded and not carried out."));
    }
    if !decided.exceptions.is_empty() {
        notes.push(
            "It was decided with exceptions in view; without them the answer may be another.".to_owned(),
        );
    }
    notes.extend(rollouts(decided, world));
    for id in &decided.shadow {
        notes.push(format!("The policy {id} is on trial; were it in force, the answer would be another."));
    }
    for id in &decided.errors {
        notes.push(format!("The policy {id} could not be evaluated; nothing is allowed then."));
    }
    if world.application(decided.application.as_str()).is_none() {
        notes.push(format!("{} is no longer protected here.", decided.application));
    }
    notes.extend(match words {
        TextSource::InForce => None,
        TextSource::OfThen => Some("Other policies are in force by now; owners and reasons are those of that time.".to_owned()),
        TextSource::OfToday => Some(
            "Other policies are in force by now, and those of that time cannot be read; owners and reasons are those of \
             today."
                .to_owned(),
        ),
    });
    if let Some(completed) = &row.completed {
        let how = match completed.ended {
            Ended::Finished => "ended by itself",
            Ended::Revoked => "was ended because its permit was revoked",
            Ended::ClientGone => "ended because the client went away",
            Ended::UpstreamFailed => "ended because the application failed or could not be reached",
            Ended::TimedOut => "was ended because it took too long",
            Ended::Drained => "was ended because the gate was shutting down",
        };
        let seconds = i64::try_from(completed.duration_micros / 1_000_000).unwrap_or(i64::MAX);
        notes.push(format!(
            "The access {how} after {} with status {}; {} bytes went in and {} came out.",
            span(seconds),
            completed.status,
            completed.bytes_in,
            completed.bytes_out,
        ));
    }
    notes
}

/// Explains which determining policies counted only because a rollout had reached the principal, and which policies on
/// trial did not because it had not. The world keeps how far each rollout was at any fact.
fn rollouts(decided: &Decided, world: &World) -> Vec<String> {
    let mut rollouts: Vec<_> = world
        .rollouts()
        .map(|known| (known, known.percent_at(decided.world)))
        .filter(|(_, percent)| *percent > 0)
        .collect();
    rollouts.sort_by_key(|(known, _)| known.id);
    let told = rollouts.into_iter().filter_map(|(known, percent)| {
        let (id, policy) = (known.id, &known.policy);
        let within = is_within(id, percent, decided.principal);
        if within && decided.reasons.contains(policy) {
            let whose =
                if percent < 100 { "the principal is in its sample" } else { "it had reached everybody" };
            return Some(format!(
                "The policy {policy} was enforced under rollout {id}, at {percent} percent: {whose}."
            ));
        }
        (!within && decided.shadow.contains(policy)).then(|| {
            format!(
                "Rollout {id} of {policy} was at {percent} percent, and the principal is not in its sample."
            )
        })
    });
    told.collect()
}

fn failing(decided: &Decided) -> &[PostureCheck] {
    decided.device_evidence.as_ref().map_or(&[], |given| &given.failing)
}

/// Says what a remedy is. `failing` are the checks that the device did not pass.
pub fn remedy_in_words(remedy: &str, failing: &[PostureCheck]) -> String {
    match remedy {
        "sign-in" => "Sign in.".to_owned(),
        "re-authenticate" => "Prove again with a passkey who it is.".to_owned(),
        "report-posture" => "Let the device report its posture.".to_owned(),
        "fix-posture" => {
            let todo: Vec<_> = failing.iter().map(|check| check.remedy()).collect();
            if todo.is_empty() {
                "Mend what the device's posture report found.".to_owned()
            } else {
                format!("On the device: {}.", todo.join(", and "))
            }
        }
        "use-a-managed-device" => "Use a managed device.".to_owned(),
        "request-a-grant" => "Request a grant, and ask somebody to approve it.".to_owned(),
        "ask-the-owner" => {
            "Ask the owner of the application: no evidence that can be had would open it.".to_owned()
        }
        other => other.to_owned(),
    }
}

/// Formats a span in the largest unit that is precise enough.
fn span(seconds: i64) -> String {
    let (count, unit) = match seconds {
        ..120 => (seconds, "second"),
        120..7_200 => (seconds / 60, "minute"),
        7_200..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

fn in_one(explanation: &Explanation, decided: &Decided) -> String {
    let mut text = format!("{}\n", explanation.summary);
    let mut section = |heading: &str, lines: Vec<String>| {
        if lines.is_empty() {
            return;
        }
        // Writing to a string cannot fail.
        let _ok = write!(text, "\n{heading}\n");
        for line in lines {
            let _ok = writeln!(text, "  - {line}");
        }
    };
    let cited = |policy: &PolicyCited| {
        let owner = policy.owner.as_ref().map_or_else(String::new, |owner| format!(" (owner: {owner}"));
        let place = policy.place.as_ref().map_or_else(String::new, |place| format!("; {place})"));
        format!("{}{owner}{place}: {}", policy.id, policy.reason)
    };
    let aged = |item: &EvidenceItem| {
        let age = item.age_seconds.map_or_else(String::new, |age| format!(", {} old", span(age)));
        format!("{}: {}{age}", item.item, item.text)
    };
    let because = match decided.effect {
        Effect::Allow => "Because these policies permit it:",
        Effect::Deny => "Because of:",
    };
    section(because, explanation.determined_by.iter().map(cited).collect());
    section("What was known:", explanation.evidence.iter().map(aged).collect());
    section("What would have let it pass:", explanation.remedies.clone());
    section("Also:", explanation.notes.clone());
    let _ok = write!(text, "\n{}\n", explanation.basis);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_evidence::{Completed, DeviceEvidence, Place};
    use countersign_names::{
        DecisionId, DeviceId, ExceptionId, GrantId, PostureCheck, RiskLevel, ServiceId, Timestamp,
    };
    use std::time::Duration;
    use uuid::Uuid;

    fn row() -> Row {
        let at: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let decided = Decided {
            id: DecisionId::new(Uuid::from_u128(1)),
            at,
            gate: "edge".to_owned(),
            principal: Principal::Service(ServiceId::new(Uuid::from_u128(2))),
            session: None,
            device: Some(DeviceId::new(Uuid::from_u128(3))),
            application: "payroll".parse().unwrap(),
            resource: "payroll/runs".parse().unwrap(),
            action: Action::Connect,
            operation: "GET".to_owned(),
            item: "/live".to_owned(),
            effect: Effect::Deny,
            enforced: true,
            cause: Cause::Cut,
            world: 42,
            policies: [7; 32],
            reasons: vec!["compliant-device".parse().unwrap(), "stale-world".parse().unwrap()],
            shadow: vec!["on-trial".parse().unwrap()],
            errors: vec!["overflowing".parse().unwrap()],
            remedies: vec!["fix-posture".to_owned(), "request-a-grant".to_owned()],
            exceptions: vec![ExceptionId::new(Uuid::from_u128(4))],
            grant: Some(GrantId::new(Uuid::from_u128(5))),
            sensitivity: Sensitivity::Restricted,
            labelled: false,
            authentication: None,
            session_age_seconds: None,
            session_idle_seconds: None,
            device_evidence: Some(DeviceEvidence {
                managed: true,
                compliant: false,
                proved: true,
                posture_age_seconds: Some(7_300),
                failing: vec![PostureCheck::Firewall, PostureCheck::ScreenLock],
            }),
            place: Some(Place { address: "192.0.2.7".parse().unwrap(), network: "elsewhere".to_owned() }),
            risk: RiskLevel::Medium,
            content_type: None,
            latency_micros: 80,
            tags: std::collections::BTreeMap::new(),
            folded: None,
            item_cut: None,
        };
        let completed = Completed {
            id: decided.id,
            at: at.plus(Duration::from_secs(90)),
            status: 101,
            bytes_in: 10,
            bytes_out: 20,
            duration_micros: 90_000_000,
            ended: Ended::Revoked,
        };
        Row { decided, completed: Some(completed) }
    }

    fn none() -> PolicySet {
        PolicySet::parse(&std::collections::BTreeMap::new()).unwrap()
    }

    #[test]
    fn everything_that_a_record_holds_is_said() {
        let text = explain(&row(), &World::empty(), &BTreeMap::new(), &none(), None).text;
        for says in [
            "svc_00000000000000000000000000000002, who is no longer in the inventory, was cut off, no longer \
             allowed to open a stream to payroll/runs (GET /live) at 2026-11-22T12:00:00.000000Z, from 192.0.2.7 \
             (elsewhere).",
            "compliant-device: It is not among the policies in force now.",
            "stale-world: This gate has lost touch",
            "device: dev_00000000000000000000000000000003, managed, its key was proved",
            "posture: not passed: firewall, screen_lock, 2 hours old",
            "risk: medium",
            "grant: gra_00000000000000000000000000000005 was active",
            "label: none, so it counts as restricted",
            "exception: exc_00000000000000000000000000000004, which has ended since",
            "On the device: turn on the firewall, and let the screen lock by itself.",
            "Request a grant, and ask somebody to approve it.",
            "It had been allowed, until something it rested on changed.",
            "The policy on-trial is on trial",
            "The policy overflowing could not be evaluated",
            "payroll is no longer protected here.",
            "those of that time cannot be read; owners and reasons are those of today.",
            "was ended because its permit was revoked after 90 seconds with status 101; 10 bytes went in and 20 \
             came out.",
            "up to number 42 of the journal, and judged by policy set 070707070707.",
        ] {
            assert!(text.contains(says), "{says:?} is not in:\n{text}");
        }
    }

    #[test]
    fn a_denial_that_was_let_through_says_so() {
        let mut row = row();
        row.decided.enforced = false;
        row.decided.cause = Cause::First;
        let explanation = explain(&row, &World::empty(), &BTreeMap::new(), &none(), None);
        assert!(
            explanation.summary.contains("would have been denied (but the application is only observed)")
        );
        assert!(explanation.notes.iter().any(|note| note.starts_with("payroll is only observed")));
    }

    #[test]
    fn spans_are_in_the_unit_that_tells_enough() {
        for (seconds, said) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (119, "119 seconds"),
            (120, "2 minutes"),
            (7_200, "2 hours"),
            (200_000, "2 days"),
        ] {
            assert_eq!(span(seconds), said);
        }
    }
}
