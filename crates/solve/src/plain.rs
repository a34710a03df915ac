//! Simplifies a question while the two sets still decide it differently.
//!
//! A solver returns an arbitrary example, but people want to see the essential one. So this module removes everything
//! that the difference does not need, good evidence before weak evidence; what remains is the point of the change.

use countersign_names::{Assurance, CheckResult, PostureCheck, Principal, RiskLevel, Sensitivity};
use countersign_policy::{Question, SessionAge};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// An address that belongs to nobody (RFC 5737).
const NOBODYS: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

/// Maximum number of passes over the list: one simplification may make another possible.
const ROUNDS: usize = 3;

type Simplification = fn(&mut Question);

const EDITS: &[Simplification] = &[
    |question| question.exceptions.clear(),
    // An exception is rarer than a device in good order, so a device replaces an exception that stood in for it.
    |question| {
        question.exceptions.clear();
        if let Some(device) = &mut question.device {
            (device.proved, device.posture_age) = (true, Some(0));
        }
    },
    |question| {
        question.exceptions.clear();
        if let Some(device) = &mut question.device {
            (device.managed, device.proved, device.posture_age) = (true, true, Some(0));
        }
    },
    |question| question.grant = false,
    |question| question.tags.clear(),
    |question| question.content_type = None,
    |question| question.place = None,
    |question| question.device = None,
    |question| (question.authentication, question.session) = (None, None),
    |question| question.session = None,
    |question| question.authentication = None,
    // A session begins with an authentication, so neither exists without the other.
    |question| {
        let age = question.authentication.as_ref().map(|proof| proof.age);
        question.session = question.session.or(age.map(|age| SessionAge { age, idle: 0 }));
    },
    |question| Arc::make_mut(&mut question.subject).groups.clear(),
    |question| Arc::make_mut(&mut question.subject).risk = RiskLevel::Low,
    |question| Arc::make_mut(&mut question.subject).email.clear(),
    |question| {
        let plain = if matches!(question.principal, Principal::Person(_)) { "employee" } else { "" };
        plain.clone_into(&mut Arc::make_mut(&mut question.subject).kind);
    },
    |question| question.labelled = true,
    |question| question.sensitivity = Sensitivity::Confidential,
    |question| question.sensitivity = Sensitivity::Internal,
    |question| question.operation.clear(),
    |question| question.item.clear(),
    |question| question.time.hour = 12,
    |question| question.time.weekday = 1,
    |question| question.session = question.session.map(|session| SessionAge { age: 0, ..session }),
    |question| question.session = question.session.map(|session| SessionAge { idle: 0, ..session }),
    |question| {
        if let Some(proof) = &mut question.authentication {
            "passkey".clone_into(&mut proof.method);
        }
    },
    |question| {
        if let Some(proof) = &mut question.authentication {
            proof.age = 0;
        }
    },
    |question| {
        if let Some(proof) = &mut question.authentication {
            (proof.assurance, proof.phishing_resistant) = (Assurance::Aal2, true);
        }
    },
    |question| {
        if let Some(place) = &mut question.place {
            place.address = NOBODYS;
        }
    },
    |question| {
        if let Some(place) = &mut question.place {
            "elsewhere".clone_into(&mut place.network);
        }
    },
    |question| {
        if let Some(device) = &mut question.device {
            device.posture_age = device.posture_age.map(|_| 0);
        }
    },
    |question| {
        if let Some(device) = &mut question.device {
            device.proved = true;
        }
    },
    |question| {
        if let Some(device) = &mut question.device {
            let first = device.failing().next();
            let result = |check| if Some(check) == first { CheckResult::Fail } else { CheckResult::Pass };
            device.checks =
                Arc::new(PostureCheck::ALL.iter().map(|check| (*check, result(*check))).collect());
        }
    },
];

/// Returns the simplest question found for which `falls_differently` still returns true, as it must for `question`
/// itself.
pub(crate) fn plainest(mut question: Question, falls_differently: &dyn Fn(&Question) -> bool) -> Question {
    for _ in 0..ROUNDS {
        let before = question.clone();
        for edit in EDITS {
            keep_if(&mut question, edit, falls_differently);
        }
        for group in question.subject.groups.clone() {
            let without = |question: &mut Question| {
                Arc::make_mut(&mut question.subject).groups.retain(|known| *known != group)
            };
            keep_if(&mut question, &without, falls_differently);
        }
        for exception in question.exceptions.clone() {
            let without = |question: &mut Question| {
                question.exceptions.remove(&exception);
            };
            keep_if(&mut question, &without, falls_differently);
        }
        if question == before {
            break;
        }
    }
    question
}

fn keep_if(
    question: &mut Question,
    edit: &dyn Fn(&mut Question),
    falls_differently: &dyn Fn(&Question) -> bool,
) {
    let mut edited = question.clone();
    edit(&mut edited);
    // Reject impossible questions: an unlabelled resource counts as restricted.
    let possible = edited.labelled || edited.sensitivity == Sensitivity::Restricted;
    if edited != *question && possible && falls_differently(&edited) {
        *question = edited;
    }
}

#[cfg(test)]
mod tests;
