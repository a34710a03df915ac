//! A real solver compares realistic sets, and both sets evaluate every example that it gives.

use crate::common::{Set, compared, line, never, policy, possible};
use countersign_names::{Action, PrincipalKind};

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

#[test]
fn a_new_guardrail_denies_something_and_allows_nothing() {
    let running = house();
    let mut planned = house();
    planned.add("guardrails/more.cedar", &policy("no-vendors", "forbid (principal is Countersign::Person, action == Countersign::Action::\"download\", resource) when { principal.kind == \"vendor\" };"));
    let compared = compared(&running, &planned);
    for line in &compared.lines {
        assert!(never(&line.newly_allowed), "{line:#?}");
        let concerned = (line.kind.principal, line.kind.action) == (PrincipalKind::Person, Action::Download);
        assert_eq!(never(&line.newly_denied), !concerned, "{line:#?}");
    }
    let witness = possible(&line(&compared, PrincipalKind::Person, Action::Download).newly_denied);
    assert_eq!(witness.question.subject.kind, "vendor");
    assert_eq!(witness.after.determining.iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["no-vendors"]);
}

#[test]
fn what_cannot_be_is_no_example() {
    let mut running = Set::default();
    running.add("applications/wiki.cedar", &policy("wiki-read", "permit (principal is Countersign::Person, action, resource in Countersign::Application::\"wiki\") when { [\"employee\", \"contractor\"].contains(principal.kind) };"));
    running.add("applications/payroll.cedar", &policy("payroll-read", "permit (principal, action, resource == Countersign::Resource::\"payroll/runs\") when { context.time.hour < 24 };"));
    running.add(
        "guardrails/all.cedar",
        &policy("labels", "forbid (principal, action, resource) when { resource.sensitivity > 2 };"),
    );
    running.add("guardrails/all.cedar", &policy("wiki-closed", "forbid (principal, action, resource in Countersign::Application::\"wiki\") when { context has device && context.device.compliant };"));
    let mut planned = Set::default();
    // There are three kinds of people, every hour is below 24, an unlabelled resource is restricted, a resource belongs
    // to one application, and a device is compliant if no check fails.
    planned.add("applications/wiki.cedar", &policy("wiki-read", "permit (principal is Countersign::Person, action, resource in Countersign::Application::\"wiki\") when { principal.kind != \"vendor\" };"));
    planned.add(
        "applications/payroll.cedar",
        &policy(
            "payroll-read",
            "permit (principal, action, resource == Countersign::Resource::\"payroll/runs\");",
        ),
    );
    planned.add(
        "guardrails/all.cedar",
        &policy(
            "labels",
            "forbid (principal, action, resource) when { resource.sensitivity == 3 || !resource.labelled };",
        ),
    );
    planned.add("guardrails/all.cedar", &policy("wiki-closed", "forbid (principal, action, resource in Countersign::Application::\"wiki\") when { !(resource in Countersign::Application::\"payroll\") && context has device && context.device.failing.isEmpty() };"));
    let compared = compared(&running, &planned);
    for line in &compared.lines {
        assert!(never(&line.newly_allowed) && never(&line.newly_denied), "{line:#?}");
    }
}

#[test]
fn a_policy_that_fails_to_evaluate_denies() {
    let permit = "permit (principal, action == Countersign::Action::\"read\", resource in Countersign::Application::\"wiki\")";
    let mut running = Set::default();
    running.add("applications/wiki.cedar", &policy("wiki-read", &format!("{permit};")));
    let mut planned = running.clone();
    // It forbids nothing by itself, because no age is below zero. But for a great age the product overflows.
    planned.add("guardrails/more.cedar", &policy("odd", "forbid (principal, action, resource) when { context has session && context.session.age * 9000000000 < 0 };"));
    let compared = compared(&running, &planned);
    let person = line(&compared, PrincipalKind::Person, Action::Read);
    assert!(never(&person.newly_allowed), "{person:#?}");
    let witness = possible(&person.newly_denied);
    assert_eq!(witness.after.errors.iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["odd"]);
    assert!(witness.question.session.unwrap().age > 1_000_000_000, "{:?}", witness.question.session);
}

#[test]
fn what_is_in_its_shadow_stage_does_not_count() {
    let running = house();
    let mut planned = house();
    planned.add(
        "guardrails/more.cedar",
        &format!("@stage(\"shadow\")\n{}", policy("on-trial", "forbid (principal, action, resource);")),
    );
    let compared = compared(&running, &planned);
    assert!(compared.lines.iter().all(|line| never(&line.newly_allowed) && never(&line.newly_denied)));
}

#[test]
fn addresses_texts_sets_and_tags_are_understood() {
    let mut running = Set::default();
    running.add("applications/wiki.cedar", &policy("wiki-read", "permit (principal, action == Countersign::Action::\"read\", resource in Countersign::Application::\"wiki\") when { context has place && context.place.address.isInRange(ip(\"10.0.0.0/8\")) && resource.hasTag(\"area\") && resource.getTag(\"area\") == \"north\" };"));
    let mut planned = running.clone();
    planned.edit("applications/wiki.cedar", "10.0.0.0/8", "10.1.0.0/16");
    let compared = compared(&running, &planned);
    let person = line(&compared, PrincipalKind::Person, Action::Read);
    assert!(never(&person.newly_allowed), "{person:#?}");
    let witness = possible(&person.newly_denied);
    let place = witness.question.place.as_ref().unwrap();
    let std::net::IpAddr::V4(address) = place.address else { panic!("{place:?}") };
    assert_eq!(address.octets()[0], 10);
    assert_ne!(address.octets()[1], 1);
    assert_eq!(witness.question.tags["area"], "north");
    assert!(witness.particulars().contains(&("resource tag", "area = \"north\"".to_owned())));
}

/// A chain of hundreds would make the translation recurse as deep.
#[test]
fn hundreds_of_policies_and_the_longest_one_are_translated() {
    let mut running = house();
    for n in 0..150 {
        running.starter(&format!("app-{n}"), Some(&format!("group-{n}")));
    }
    let steps: Vec<String> = (0..90).map(|n| format!("context.item != \"{n}\"")).collect();
    running.add(
        "guardrails/long.cedar",
        &policy(
            "long",
            &format!(
                "forbid (principal, action == Countersign::Action::\"connect\", resource) unless {{ {} }};",
                steps.join(" && ")
            ),
        ),
    );
    let mut planned = running.clone();
    planned.edit(
        "applications/app-7.cedar",
        "principal in Countersign::Group::\"group-7\"",
        "principal is Countersign::Person",
    );
    let compared = compared(&running, &planned);
    let witness = possible(&line(&compared, PrincipalKind::Person, Action::Connect).newly_allowed);
    assert_eq!(witness.application.as_ref().unwrap().to_string(), "app-7");
    assert!(never(&line(&compared, PrincipalKind::Anonymous, Action::Connect).newly_allowed));
}
