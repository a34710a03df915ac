//! A real solver answers about real sets, and every example it gives is decided by both of them.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]
mod common;

use common::{Set, compared, line, never, policy, possible};
use countersign_names::{Action, PrincipalKind};
use countersign_solve::Answer;

/// The shipped guardrails over two applications.
fn house() -> Set {
    let mut set = Set::shipped();
    set.starter("payroll", Some("finance")).starter("wiki", None);
    set
}

#[test]
fn the_same_policies_in_other_files_and_under_other_names_are_equivalent() {
    let running = house();
    let mut planned = house();
    let text = planned.files.remove("guardrails/risk.cedar").unwrap();
    planned
        .files
        .insert("guardrails/accounts.cedar".to_owned(), text.replace("no-high-risk", "not-at-high-risk"));
    let compared = compared(&running, &planned);
    assert_eq!(compared.lines.len(), 15);
    assert!(compared.lines.iter().all(|line| never(&line.newly_allowed) && never(&line.newly_denied)));
}

#[test]
fn what_is_only_put_differently_is_proved_equivalent() {
    let running = house();
    let mut planned = house();
    planned.edit(
        "guardrails/devices.cedar",
        "context.device.managed && context.device.proved",
        "context.device.proved && (if context.device.managed then true else false)",
    );
    planned.edit(
        "guardrails/sessions.cedar",
        "context.session.age <= 43200",
        "!(context.session.age >= 43201)",
    );
    let compared = compared(&running, &planned);
    for line in &compared.lines {
        assert!(never(&line.newly_allowed) && never(&line.newly_denied), "{line:#?}");
    }
}

#[test]
fn a_new_permit_allows_something_and_denies_nothing() {
    let running = house();
    let mut planned = house();
    planned.add(
        "applications/payroll.cedar",
        &policy("auditors-read", "permit (principal in Countersign::Group::\"auditors\", action == Countersign::Action::\"read\", resource in Countersign::Application::\"payroll\") when { context.item like \"/reports/*\" };"),
    );
    let compared = compared(&running, &planned);
    for line in &compared.lines {
        assert!(never(&line.newly_denied), "{line:#?}");
        if line.kind.action != Action::Read || line.kind.principal == PrincipalKind::Anonymous {
            assert!(never(&line.newly_allowed), "{line:#?}");
        }
    }
    let person = line(&compared, PrincipalKind::Person, Action::Read);
    let witness = possible(&person.newly_allowed);
    assert_eq!(
        witness.question.subject.groups.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["auditors"]
    );
    assert_eq!(witness.application.as_ref().unwrap().to_string(), "payroll");
    assert_eq!(witness.resource, None);
    assert_eq!(witness.principal, None);
    assert!(witness.question.item.starts_with("/reports/"));
    assert!(!witness.before.allowed && witness.after.allowed);
    assert_eq!(witness.after.determining.iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["auditors-read"]);
    let particulars = witness.particulars();
    assert!(particulars.contains(&("principal in", "auditors".to_owned())), "{particulars:?}");
    println!("{particulars:#?}");
}
